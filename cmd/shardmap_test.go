package cmd

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"kinspect/internal/peers"
	"kinspect/shardmap"
)

// Where the endpoints put records is where shardmap said they would: 10,000 random
// keys of Unicode each, before and after splits and merges.
func TestKeysGoWhereTheMapSays(t *testing.T) {
	for _, name := range endpoints {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := keyed{t, endpoint(t, name), rand.New(rand.NewPCG(1, 2))}
			client := peers.NewClient(t, s.url)
			client.Create("orders", 30)
			lines, receipts := s.agrees(client, 10_000, 30)
			shards := client.Shards("orders")
			low := client.Split("orders", shards[0].ShardID)
			client.Split("orders", shards[3].ShardID)
			client.Split("orders", low[1].ShardID)
			client.Merge("orders", shards[1].ShardID, shards[2].ShardID)
			s.settle()
			s.agrees(client, 10_000, 32)
			for i, r := range s.routes(lines) {
				if !slices.ContainsFunc(r.Shards, func(o shardmap.Owner) bool { return o.ShardID == receipts[i].ShardID }) {
					t.Fatalf("%+v does not tell of %s, where it went before", r, receipts[i].ShardID)
				}
			}
		})
	}
}

// keyed is a stream to put random keys into.
type keyed struct {
	t    *testing.T
	url  string
	rand *rand.Rand
}

// agrees asks the map, puts, and compares. The keys must reach so many shards.
func (s keyed) agrees(client *peers.Client, n, shards int) (keys string, receipts []peers.Receipt) {
	s.t.Helper()
	var records []peers.Record
	var lines strings.Builder
	for range n {
		key := s.key()
		records = append(records, peers.Record{PartitionKey: key, Data: []byte("x")})
		lines.WriteString(key + "\n")
	}
	predicted := s.routes(lines.String())
	receipts = client.Put("orders", records)
	if len(predicted) != n || len(receipts) != n {
		s.t.Fatalf("%d predicted and %d put of %d", len(predicted), len(receipts), n)
	}
	reached := map[string]bool{}
	for i, r := range receipts {
		reached[r.ShardID] = true
		if predicted[i].PartitionKey == nil || *predicted[i].PartitionKey != records[i].PartitionKey || predicted[i].ShardID != r.ShardID {
			s.t.Fatalf("key %d, %q, went to %s; the map says %+v", i, records[i].PartitionKey, r.ShardID, predicted[i])
		}
	}
	if len(reached) != shards {
		s.t.Errorf("the keys went to %d shards of %d", len(reached), shards)
	}
	return lines.String(), receipts
}

// settle waits until no reshard is under way.
func (s keyed) settle() {
	s.t.Helper()
	for range 300 {
		r := kinspect(s.t, "shardmap", "orders", "--endpoint-url", s.url)
		if r.want(s.t, 0); !strings.Contains(r.stdout, " closing") {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	s.t.Fatal("the reshards do not end")
}

func (s keyed) routes(lines string) (all []shardmap.Route) {
	s.t.Helper()
	r := kinspectWith(s.t, strings.NewReader(lines), "shardmap", "orders", "--endpoint-url", s.url, "--keys", "-", "-o", "json")
	r.want(s.t, 0)
	for line := range strings.Lines(r.stdout) {
		var route shardmap.Route
		if err := json.Unmarshal([]byte(line), &route); err != nil {
			s.t.Fatal(err)
		}
		all = append(all, route)
	}
	return all
}

// key is 1 to 40 characters of any plane, but for line ends.
func (s keyed) key() string {
	var key strings.Builder
	for range 1 + s.rand.IntN(40) {
		switch s.rand.IntN(4) {
		case 0:
			key.WriteByte(byte(' ' + s.rand.IntN(0x5f)))
		case 1:
			key.WriteRune(rune(0xa0 + s.rand.IntN(0xd800-0xa0)))
		case 2:
			key.WriteRune(rune(0xe000 + s.rand.IntN(0x2000)))
		default:
			key.WriteRune(rune(0x10000 + s.rand.IntN(0x100000)))
		}
	}
	return key.String()
}

// A million keys take memory for none of them.
func TestKeysAreNotKept(t *testing.T) {
	var keys strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&keys, "user-%d\n", i)
	}
	r := kinspectWith(t, strings.NewReader(keys.String()), "shardmap", "checkout", "--local", "--keys", "-")
	r.want(t, 0)
	if !strings.Contains(r.stdout, "\n200,000 keys on 4 shards: shardId-000000000006 takes most, 37.") {
		t.Error(r.stdout)
	}
}
