package kpl

import (
	"errors"
	"testing"

	"kinspect/internal/record"
)

// FuzzDeaggregate feeds bytes as they are, and again as the body of an aggregate
// whose MD5 is right, which chance would never find.
func FuzzDeaggregate(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.Data)
		if v.Aggregated {
			f.Add(v.Data[len(magic) : len(v.Data)-16])
		}
	}
	user := wire(1, 0, 3, "x")
	f.Add(wire(9, "later", 1, "k", 2, "5", 3, wire(1, 0, 2, 0, 3, "x", 4, wire(1, "tag", 2, "value"), 5, "later")))
	f.Add(append([]byte{0x4b, 0x0a, 0x01, 'x', 0x4c}, wire(3, user, 1, "k", 3, user, 1, "l")...))
	f.Fuzz(func(t *testing.T, data []byte) {
		check(t, data)
		check(t, seal(data))
	})
}

// check demands that all of an aggregate comes out, or the record itself, and
// that what comes out says the same when it is put together again.
func check(t *testing.T, data []byte) {
	users, err := Deaggregate(record.Record{Data: data})
	if len(users) == 0 {
		t.Fatal("no user record: the bytes would not be searched")
	}
	if !users[0].Aggregated {
		if errors.Is(err, ErrEmpty) && len(data) < Overhead {
			t.Fatalf("%d bytes are no sound aggregate", len(data))
		}
		if len(users) != 1 || len(users[0].UserData) != len(data) {
			t.Fatalf("%d plain user records, the first of %d bytes", len(users), len(users[0].UserData))
		}
		return
	}
	if err != nil {
		t.Fatalf("user records of an aggregate and an error: %v", err)
	}
	agree(t, users)
	again, err := Deaggregate(record.Record{Data: Aggregate(users)})
	if err != nil || len(again) != len(users) {
		t.Fatalf("put together again: %d user records of %d, %v", len(again), len(users), err)
	}
	for i, user := range users {
		if user.UserKey == nil || user.SubSequenceNumber != i {
			t.Fatalf("user record %d: %+v", i, user)
		}
		if *again[i].UserKey != *user.UserKey || string(again[i].UserData) != string(user.UserData) {
			t.Fatalf("user record %d changed: %+v, %+v", i, user, again[i])
		}
	}
}
