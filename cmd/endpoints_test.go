package cmd

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kinspect/internal/local"
	"kinspect/internal/peers"
	"kinspect/internal/record"
	"kinspect/trace/receipt"
)

// The endpoints that the same cases run against. Where one departs from AWS in
// a way that a case meets:
//   - kinesis-local gives closed shards the EndingSequenceNumber 2^63-1, which
//     decodes to no time, and the child of a merge its first parent's
//     StartingSequenceNumber; its hash key ranges are off by one.
//   - kinesalite never names ChildShards, says MillisBehindLatest 0 also on a full
//     page, and never answers an AT_TIMESTAMP later than its last record.
var endpoints = []string{"local", peers.KinesisLocal, peers.Kinesalite}

// endpoint starts the one with the name and returns its URL.
func endpoint(t *testing.T, name string) string {
	t.Helper()
	if name != "local" {
		return peers.Endpoint(t, name)
	}
	server := httptest.NewUnstartedServer(nil)
	server.Config = local.New(local.Options{}).HTTPServer()
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

// filled is a stream "orders" with records of the Node SDK, put before, between
// and after a split and a merge.
type filled struct {
	url string
	// ids are in the order of putting.
	ids []string
	// closedOnly is one that only the closed shard holds, the one that was split.
	closedOnly, closed string
	// numbers are the sequence numbers of one record of each time.
	numbers []string
}

func fill(t *testing.T, name string, records int) filled {
	t.Helper()
	f := filled{url: endpoint(t, name)}
	client := peers.NewClient(t, f.url)
	client.Create("orders", 3)
	first := f.put(client, records*2/5)
	shards := client.Shards("orders")
	f.closed = shards[0].ShardID
	f.closedOnly = f.ids[slices.IndexFunc(first, func(r peers.Receipt) bool { return r.ShardID == f.closed })]
	children := client.Split("orders", f.closed)
	f.put(client, records*2/5)
	client.Merge("orders", children[1].ShardID, shards[1].ShardID)
	f.put(client, records-len(f.ids))
	return f
}

// put adds so many records and returns where they went.
func (f *filled) put(client *peers.Client, records int) []peers.Receipt {
	var batch []peers.Record
	for range records {
		id := fmt.Sprintf("ord-%05d", len(f.ids))
		f.ids = append(f.ids, id)
		batch = append(batch, peers.Record{
			PartitionKey: "user-" + id, Data: fmt.Appendf(nil, `{"orderId":%q,"total":12.50}`, id),
		})
	}
	receipts := client.Put("orders", batch)
	f.numbers = append(f.numbers, receipts[len(receipts)/2].SequenceNumber)
	return receipts
}

func TestOnEveryEndpoint(t *testing.T) {
	t.Parallel()
	for _, name := range endpoints {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := fill(t, name, 2_000)
			t.Run("tail", f.tailsEachOnceInOrder)
			t.Run("tail on", f.tailsOnWhereItEnded)
			t.Run("trace", f.tracesFoundAndAbsent)
			t.Run("sequence numbers", f.tracesNumbers)
			t.Run("unreadable shard", f.namesTheUnreadableShard)
		})
	}
}

func (f *filled) tailsEachOnceInOrder(t *testing.T) {
	r := kinspect(t, "tail", "orders", "--endpoint-url", f.url, "--from", "trim-horizon", "--no-follow", "-o", "json")
	r.want(t, 0)
	if shards := f.eachOnceInOrder(t, r.stdout); shards != 6 {
		t.Errorf("records from %d shards, want 6", shards)
	}
}

// tailsOnWhereItEnded tails in parts, each going on where a limit ended the last.
func (f *filled) tailsOnWhereItEnded(t *testing.T) {
	file, all := filepath.Join(t.TempDir(), "at"), ""
	for _, limit := range []string{"700", "700", "600"} {
		r := kinspect(t, "tail", "orders", "--endpoint-url", f.url, "--from", "trim-horizon", "-n", limit, "-o", "json", "--resume", file)
		r.want(t, 0)
		all += r.stdout
	}
	f.eachOnceInOrder(t, all)
}

// eachOnceInOrder fails unless the lines of -o json are all that was put, each once
// and in the order of its shard. It returns from how many shards they come.
func (f *filled) eachOnceInOrder(t *testing.T, lines string) (shards int) {
	t.Helper()
	last := map[string]record.SequenceNumber{}
	var ids []string
	for line := range strings.Lines(lines) {
		var e struct {
			record.Meta
			Data struct{ OrderID string }
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if e.SequenceNumber.Compare(last[e.ShardID]) <= 0 {
			t.Fatalf("%s: %s after %s", e.ShardID, e.SequenceNumber, last[e.ShardID])
		}
		last[e.ShardID] = e.SequenceNumber
		ids = append(ids, e.Data.OrderID)
	}
	slices.Sort(ids)
	if !slices.Equal(ids, f.ids) {
		t.Errorf("%d records printed, %d put, or not the same ones", len(ids), len(f.ids))
	}
	return len(last)
}

func (f *filled) trace(t *testing.T, args ...string) result {
	t.Helper()
	return kinspect(t, append([]string{"trace", "orders", "--endpoint-url", f.url, "--settle", "1s"}, args...)...)
}

func (f *filled) tracesFoundAndAbsent(t *testing.T) {
	for _, id := range []string{f.ids[0], f.ids[len(f.ids)-1], f.closedOnly} {
		r := f.trace(t, id)
		r.want(t, 0)
		if !strings.HasPrefix(r.stdout, fmt.Sprintf(`found: "%s" entered stream orders (`, id)) {
			t.Errorf("said %s", r.stdout)
		}
		if id == f.closedOnly && !strings.Contains(r.stdout, "\n  "+f.closed+"  ") {
			t.Errorf("%s is in %s, said %s", id, f.closed, r.stdout)
		}
	}
	r := f.trace(t, "ord-99999")
	r.want(t, 1)
	if !strings.Contains(r.stdout, "all 6 shards, 2,000 records (2,000 user records) read and tested, none left out") {
		t.Errorf("said %s", r.stdout)
	}
}

// tracesNumbers asks for numbers that a record has, and for some that none has.
// kinesis-local lets nobody begin at these, and so is read from the start; it knows no
// number for another shard's.
func (f *filled) tracesNumbers(t *testing.T) {
	for _, n := range f.numbers {
		r := f.trace(t, "--sequence-number", n)
		r.want(t, 0)
		if !strings.Contains(r.stderr, " in 4 calls\n") {
			t.Errorf("said %s", r.stderr)
		}
	}
	n := f.numbers[0]
	for name, none := range map[string]string{
		"between": changed(n, 1, 36), "behind": changed(n, 10_000, 80), "of another shard": changed(n, 16, 4),
		"of an earlier stream": changed(n, -3600, 148), "mistyped": changed(n, 1, 0), "cut": n[:50],
	} {
		r := f.trace(t, "--sequence-number", none)
		r.want(t, 1)
		if !strings.Contains(r.stdout, "all 6 shards asked for that number: ") {
			t.Errorf("%s: said %s", name, r.stdout)
		}
	}
}

// denying is a proxy that refuses the calls that name a shard.
func denying(t *testing.T, target, shardID string) string {
	t.Helper()
	upstream, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(upstream)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if bytes.Contains(body, []byte(shardID)) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"__type":"AccessDeniedException","Message":"not authorized"}`)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func (f *filled) namesTheUnreadableShard(t *testing.T) {
	const shardID = "shardId-000000000002"
	behind := filled{url: denying(t, f.url, shardID)}
	path := filepath.Join(t.TempDir(), "receipt.json")
	r := behind.trace(t, "ord-99999", "--receipt", path)
	r.want(t, 3)
	if !strings.Contains(r.stdout, "but 1 of 6 shards could not be read\n  "+shardID+": access denied (kinesis:GetShardIterator)\n") {
		t.Errorf("said %s", r.stdout)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var kept receipt.Receipt
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	if kept.Verdict != receipt.Inconclusive || len(kept.Reasons) != 1 || kept.Reasons[0].ShardID != shardID {
		t.Errorf("receipt %s %v", kept.Verdict, kept.Reasons)
	}
}

// The last of 12,000 records in one shard is found on kinesalite, where
// MillisBehindLatest is 0 on the first full page already.
func TestLastOfManyOnKinesalite(t *testing.T) {
	t.Parallel()
	f := filled{url: endpoint(t, peers.Kinesalite)}
	client := peers.NewClient(t, f.url)
	client.Create("orders", 1)
	f.put(client, 12_000)
	f.trace(t, f.ids[len(f.ids)-1]).want(t, 0)
	f.trace(t, "ord-99999").want(t, 1)
}

// What aws-kinesis-agg aggregated, and what was compressed inside, is found; a
// damaged copy leaves the verdict open.
func TestAggregatedByOthers(t *testing.T) {
	t.Parallel()
	f := filled{url: endpoint(t, peers.Kinesalite)}
	client := peers.NewClient(t, f.url)
	client.Create("orders", 1)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write([]byte(`{"orderId":"ord-packed"}`))
	_ = w.Close()
	aggregated := client.Aggregate([]peers.Record{
		{PartitionKey: "user-a", Data: []byte(`{"orderId":"ord-inside"}`)},
		{PartitionKey: "user-b", Data: packed.Bytes()},
	})
	client.Put("orders", aggregated)
	for event, decoded := range map[string]string{"ord-inside": `["kpl","json"]`, "ord-packed": `["kpl","gzip","json"]`} {
		r := f.trace(t, event, "-o", "json")
		r.want(t, 0)
		var kept receipt.Receipt
		if err := json.Unmarshal([]byte(r.stdout), &kept); err != nil {
			t.Fatal(err)
		}
		if layers, _ := json.Marshal(kept.Matches[0].Decoded); string(layers) != decoded || kept.Matches[0].Path != ".orderId" {
			t.Errorf("%s: %s at %s", event, layers, kept.Matches[0].Path)
		}
	}
	f.trace(t, "ord-none").want(t, 1)
	damaged := aggregated[0]
	damaged.Data[len(damaged.Data)-1] ^= 1
	client.Put("orders", []peers.Record{damaged})
	r := f.trace(t, "ord-none")
	r.want(t, 3)
	if !strings.Contains(r.stdout, "1 record is broken, the first at sequence number") || !strings.Contains(r.stdout, "its MD5 does not match") {
		t.Errorf("said %s", r.stdout)
	}
}
