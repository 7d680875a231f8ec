package peers

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"testing"
)

// Each endpoint is driven by each transport of the foreign client that it speaks.
var pairs = []struct {
	name     string
	endpoint string
	client   func(testing.TB, string) *Client
}{
	{"kinesis-local", KinesisLocal, NewClient},
	{"kinesis-local over HTTP/2", KinesisLocal, NewHTTP2Client},
	{"kinesalite", Kinesalite, NewClient},
}

func TestStream(t *testing.T) {
	for _, pair := range pairs {
		t.Run(pair.name, func(t *testing.T) {
			client := pair.client(t, Endpoint(t, pair.endpoint))
			checkError(t, client)
			client.Create("orders", 2)
			shards := client.Shards("orders")
			if len(shards) != 2 || !shards[0].Open() || !shards[1].Open() {
				t.Fatalf("a new stream of 2 shards lists %+v", shards)
			}

			checkReceipts(t, client.Put("orders", orders(100)), 100, 2)
			checkExplicitHashKey(t, client, shards)

			children := client.Split("orders", shards[0].ShardID)
			checkSplit(t, shards[0], children)
			child := client.Merge("orders", children[0].ShardID, children[1].ShardID)
			checkMerge(t, shards[0], children, child)

			open := 0
			for _, shard := range client.Shards("orders") {
				if shard.Open() {
					open++
				}
			}
			if open != 2 {
				t.Errorf("%d shards are open after a split and a merge, want 2", open)
			}
		})
	}
}

// Over the limit of a call there are several batches; the receipts must still come
// in the records' order.
func TestPutInBatches(t *testing.T) {
	client := NewClient(t, Endpoint(t, Kinesalite))
	client.Create("orders", 1)
	checkReceipts(t, client.Put("orders", orders(2000)), 2000, 1)

	big := orders(6) // 6 MB, more in base64 than kinesalite takes in one call
	for i := range big {
		big[i].Data = bytes.Repeat([]byte{0xff}, 1_000_000)
	}
	checkReceipts(t, client.Put("orders", big), len(big), 1)
}

func TestAggregate(t *testing.T) {
	client := NewClient(t, "http://127.0.0.1:1") // aggregating asks no endpoint
	aggregated := client.Aggregate([]Record{
		{PartitionKey: "user-1", Data: []byte("first")},
		{PartitionKey: "user-2", Data: []byte("second"), ExplicitHashKey: "7"},
	})
	if len(aggregated) != 1 {
		t.Fatalf("2 small records make %d aggregated records, want 1", len(aggregated))
	}
	data := aggregated[0].Data
	if magic := []byte{0xf3, 0x89, 0x9a, 0xc2}; !bytes.HasPrefix(data, magic) {
		t.Errorf("aggregated data begins with % x, want % x", data[:4], magic)
	}
	for _, part := range []string{"user-1", "user-2", "first", "second"} {
		if !bytes.Contains(data, []byte(part)) {
			t.Errorf("aggregated data does not hold %q", part)
		}
	}
	if key := aggregated[0].PartitionKey; key != "user-1" {
		t.Errorf("the aggregated record's partition key is %q, want the first record's", key)
	}
}

// orders makes n records with a partition key each.
func orders(n int) []Record {
	records := make([]Record, n)
	for i := range records {
		records[i] = Record{
			Data:         fmt.Appendf(nil, `{"order":"ord-%d"}`, i),
			PartitionKey: fmt.Sprintf("user-%d", i),
		}
	}
	return records
}

// checkReceipts checks that each record has its own place, that a shard's sequence
// numbers grow in the order of the records, and that so many shards took them.
func checkReceipts(t *testing.T, receipts []Receipt, records, shards int) {
	t.Helper()
	if len(receipts) != records {
		t.Fatalf("%d records have %d receipts", records, len(receipts))
	}
	last := map[string]*big.Int{}
	for i, receipt := range receipts {
		number, ok := new(big.Int).SetString(receipt.SequenceNumber, 10)
		if !ok {
			t.Fatalf("record %d has the sequence number %q", i, receipt.SequenceNumber)
		}
		before := last[receipt.ShardID]
		if before != nil && number.Cmp(before) <= 0 {
			t.Fatalf("record %d: %v does not come after %v in %s", i, number, before, receipt.ShardID)
		}
		last[receipt.ShardID] = number
	}
	if len(last) != shards {
		t.Errorf("%d records went to %d shards, want %d", len(receipts), len(last), shards)
	}
}

// checkError checks that an error is reported by AWS' name; that the client goes on
// after it, all that follows shows.
func checkError(t *testing.T, client *Client) {
	t.Helper()
	err := client.call("shards", map[string]any{"stream": "nowhere"}, nil)
	var called *callError
	if !errors.As(err, &called) || called.Name != "ResourceNotFoundException" {
		t.Errorf("listing the shards of no stream: %v, want ResourceNotFoundException", err)
	}
}

func checkExplicitHashKey(t *testing.T, client *Client, shards []Shard) {
	t.Helper()
	for _, shard := range shards {
		record := Record{Data: []byte("x"), PartitionKey: "k", ExplicitHashKey: shard.StartingHashKey}
		receipts := client.Put("orders", []Record{record})
		if len(receipts) != 1 || receipts[0].ShardID != shard.ShardID {
			t.Errorf("explicit hash key %s went to %+v, want %s", shard.StartingHashKey, receipts, shard.ShardID)
		}
	}
}

func checkSplit(t *testing.T, parent Shard, children []Shard) {
	t.Helper()
	if len(children) != 2 {
		t.Fatalf("a split made %+v, want 2 shards", children)
	}
	for _, child := range children {
		if child.ParentShardID != parent.ShardID || !child.Open() {
			t.Errorf("a split of %s made %+v", parent.ShardID, child)
		}
	}
	low, high := children[0], children[1]
	if low.StartingHashKey != parent.StartingHashKey || high.EndingHashKey != parent.EndingHashKey {
		t.Errorf("the children %+v do not cover %+v", children, parent)
	}
}

func checkMerge(t *testing.T, whole Shard, parents []Shard, child Shard) {
	t.Helper()
	if child.ParentShardID != parents[0].ShardID || child.AdjacentParentShardID != parents[1].ShardID {
		t.Errorf("a merge of %+v made %+v", parents, child)
	}
	if child.StartingHashKey != whole.StartingHashKey || child.EndingHashKey != whole.EndingHashKey {
		t.Errorf("the child %+v does not cover %+v", child, whole)
	}
}

// Moto is of use as soon as it has a URL.
func TestMoto(t *testing.T) {
	answer, err := http.Get(Moto(t) + "/moto-api/data.json")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("moto answers %s", answer.Status)
	}
}
