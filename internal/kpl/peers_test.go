package kpl

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kinspect/internal/peers"
	"kinspect/internal/record"
)

// written are user records that every producer may write. A hash key has 39
// digits, as aws-kinesis-agg swaps numbers that JavaScript takes for indices.
func written(hashKey func(i int) string) []peers.Record {
	all := []peers.Record{
		{PartitionKey: "user-1", Data: []byte(`{"id":"ord-1"}`)},
		{PartitionKey: "clé", Data: []byte{0, 0xff, 0x0a}},
		{PartitionKey: "user-1", Data: magic},
	}
	for i := range 300 { // more than an index of one byte can tell apart
		all = append(all, peers.Record{PartitionKey: fmt.Sprint("user-", i), Data: fmt.Appendf(nil, "ord-%d", i)})
	}
	for i := range all {
		all[i].ExplicitHashKey = hashKey(i)
	}
	return all
}

func noHashKey(int) string     { return "" }
func ownHashKey(i int) string  { return fmt.Sprintf("1%038d", i) }
func everySecond(i int) string { return ownHashKey(i / 2 * 2)[:39*(i%2)] }
func sharedHashKey(int) string { return ownHashKey(7) }
func asPeer(u record.UserRecord) peers.Record {
	p := peers.Record{PartitionKey: *u.UserKey, Data: u.UserData}
	if u.ExplicitHashKey != nil {
		p.ExplicitHashKey = *u.ExplicitHashKey
	}
	return p
}

func TestAggregatedByOthers(t *testing.T) {
	client := peers.NewClient(t, "http://127.0.0.1:1") // it asks no endpoint
	for name, hashKey := range map[string]func(int) string{"none": noHashKey, "own": ownHashKey, "shared": sharedHashKey, "some": everySecond} {
		want := written(hashKey)
		var got []peers.Record
		for _, aggregated := range client.Aggregate(want) {
			users, err := Deaggregate(record.Record{Data: aggregated.Data})
			if err != nil {
				t.Fatalf("hash keys: %s: %v", name, err)
			}
			if !bytes.Equal(Aggregate(users), aggregated.Data) {
				t.Errorf("hash keys: %s: put together again, the bytes differ", name)
			}
			for _, user := range users {
				got = append(got, asPeer(user))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("hash keys: %s (-want +got):\n%s", name, diff)
		}
	}
}

func TestTakenApartByOthers(t *testing.T) {
	client := peers.NewClient(t, "http://127.0.0.1:1") // it asks no endpoint
	for name, hashKey := range map[string]func(int) string{"none": noHashKey, "own": ownHashKey, "shared": sharedHashKey} {
		want := written(hashKey)
		var users []record.UserRecord
		for _, p := range want {
			u := record.UserRecord{UserKey: &p.PartitionKey, UserData: p.Data}
			if p.ExplicitHashKey != "" {
				u.ExplicitHashKey = &p.ExplicitHashKey
			}
			users = append(users, u)
		}
		var records []peers.Record
		for _, b := range pack(t, users, 4000) {
			e := b.Entry()
			records = append(records, peers.Record{PartitionKey: e.PartitionKey, Data: e.Data})
		}
		if len(records) < 2 {
			t.Fatalf("%d records, want several", len(records))
		}
		if diff := cmp.Diff(want, client.Deaggregate(records)); diff != "" {
			t.Errorf("hash keys: %s (-want +got):\n%s", name, diff)
		}
	}
}
