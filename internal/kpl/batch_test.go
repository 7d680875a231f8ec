package kpl

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kinspect/internal/record"
)

func pack(t interface{ Fatalf(string, ...any) }, users []record.UserRecord, bytesMax int) []*Batch {
	batches := []*Batch{NewBatch(bytesMax)}
	for _, user := range users {
		if batches[len(batches)-1].Add(user) {
			continue
		}
		next := NewBatch(bytesMax)
		if !next.Add(user) {
			t.Fatalf("an empty batch refuses %d bytes", len(user.UserData))
		}
		batches = append(batches, next)
	}
	return batches
}

// Whatever is added, the records are within the limit, as full as they can be,
// and hold the user records in order.
func TestBatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		users := rapid.SliceOfN(anyUser, 1, 40).Draw(t, "users")
		bytesMax := rapid.IntRange(0, 400).Draw(t, "bytesMax")
		var got []record.UserRecord
		for _, b := range pack(t, users, bytesMax) {
			e := b.Entry()
			if again := b.Entry(); !reflect.DeepEqual(again, e) {
				t.Fatalf("%+v, and then %+v", e, again)
			}
			if b.Len() > 1 && len(e.Data)+len(e.PartitionKey) > bytesMax {
				t.Fatalf("%d user records in %d bytes, at most %d wanted", b.Len(), len(e.Data)+1, bytesMax)
			}
			if next := len(got) + b.Len(); next < len(users) {
				if full := len(Aggregate(users[len(got):next+1])) + 1; full <= bytesMax {
					t.Fatalf("%d user records, and one more would make %d bytes of %d", b.Len(), full, bytesMax)
				}
			}
			got = append(got, opened(t, e, b.Len())...)
		}
		for i := range users {
			if string(got[i].UserData) != string(users[i].UserData) || *got[i].UserKey != *users[i].UserKey {
				t.Fatalf("user record %d: %+v, want %+v", i, got[i], users[i])
			}
		}
		if len(got) != len(users) {
			t.Fatalf("%d user records of %d", len(got), len(users))
		}
	})
}

// opened takes a record apart; one user record alone must not be aggregated, if
// only because random data may look like anything.
func opened(t *rapid.T, e Entry, users int) []record.UserRecord {
	r := record.Record{PartitionKey: &e.PartitionKey, Data: e.Data}
	if users == 1 {
		return []record.UserRecord{record.Plain(r)}
	}
	got, err := Deaggregate(r)
	if err != nil || len(got) != users || e.PartitionKey != "a" {
		t.Fatalf("%d user records of %d under the key %q: %v", len(got), users, e.PartitionKey, err)
	}
	return got
}

func TestEntriesAreTheKPLs(t *testing.T) {
	abc, other, hash := "abc", "l", "5"
	plain, hashed, next := record.UserRecord{UserKey: &abc, UserData: []byte("1")},
		record.UserRecord{UserKey: &abc, ExplicitHashKey: &hash, UserData: []byte("1")}, record.UserRecord{UserKey: &other, UserData: []byte("2")}
	const hashOfABC = "191415658344158766168031473277922803570"
	cases := []struct {
		name  string
		users []record.UserRecord
		want  Entry
	}{
		{"one alone", []record.UserRecord{plain}, Entry{"abc", hashOfABC, []byte("1")}},
		{"one alone with a hash key", []record.UserRecord{hashed}, Entry{"abc", "5", []byte("1")}},
		{"two", []record.UserRecord{plain, next}, Entry{"a", hashOfABC, Aggregate([]record.UserRecord{plain, next})}},
		{"two, the first with a hash key", []record.UserRecord{hashed, next}, Entry{"a", "5", Aggregate([]record.UserRecord{hashed, next})}},
	}
	for _, c := range cases {
		b := NewBatch(BatchBytesDefault)
		for _, user := range c.users {
			b.Add(user)
		}
		if got := b.Entry(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// The size is known to the byte, also where an index takes two.
func TestBatchIsFullToTheByte(t *testing.T) {
	var users []record.UserRecord
	for i := range 300 {
		key, hash := fmt.Sprint("user-", i), fmt.Sprint(i)
		users = append(users, record.UserRecord{UserKey: &key, ExplicitHashKey: &hash, UserData: make([]byte, i)})
	}
	size := len(Aggregate(users)) + len("a")
	for bytesMax, want := range map[int]int{size: 1, size - 1: 2} {
		if got := len(pack(t, users, bytesMax)); got != want {
			t.Errorf("%d records of at most %d bytes, want %d", got, bytesMax, want)
		}
	}
}

// More user records than that we could not take apart ourselves.
func TestBatchStopsAtOurOwnLimit(t *testing.T) {
	b := NewBatch(10 << 20)
	b.users = make([]record.UserRecord, maxEntries-1)
	if !b.Add(record.UserRecord{}) || b.Add(record.UserRecord{}) {
		t.Errorf("%d user records, want %d", b.Len(), maxEntries)
	}
}

// One user record of any size goes alone.
func TestBatchTakesTheFirst(t *testing.T) {
	b := NewBatch(100)
	big := record.UserRecord{UserData: []byte(strings.Repeat("x", 200))}
	if !b.Add(big) || b.Add(record.UserRecord{}) {
		t.Error("the first is not taken, or something beside it")
	}
	if e := b.Entry(); len(e.Data) != 200 {
		t.Errorf("%d bytes", len(e.Data))
	}
}
