package putrec

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/local"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/stream"
)

// world is a stream in this process, what stands before it on the wire, and what
// a Run gave back.
type world struct {
	t      *testing.T
	server *local.Server
	clock  *local.JumpClock
	wire   wire

	receipts bytes.Buffer
	failures []Failure
}

func newWorld(t *testing.T, shards int) *world {
	t.Helper()
	clock := local.NewJumpClock(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	w := &world{t: t, clock: clock, server: local.New(local.Options{Clock: clock, NoQuotas: true})}
	w.wire.next = w.server
	if err := w.server.CreateStream("orders", shards); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) client(handler http.Handler) *stream.Client {
	return stream.New(awsconf.InProcess(handler, "us-east-1"), "orders", w.clock)
}

// run puts through the wire, and collects what comes back unless the options do.
func (w *world) run(ctx context.Context, o Options) (Result, error) {
	return w.runBy(ctx, w.client(&w.wire), o)
}

func (w *world) runBy(ctx context.Context, client *stream.Client, o Options) (Result, error) {
	if o.Receipts == nil {
		o.Receipts = &w.receipts
	}
	if o.Failed == nil {
		o.Failed = func(f Failure) error {
			w.failures = append(w.failures, f)
			return nil
		}
	}
	described, err := w.client(w.server).Describe(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return Run(ctx, client, described, o)
}

// put puts the lines, and fails the test on an error.
func (w *world) put(lines []string) Result {
	w.t.Helper()
	result, err := w.run(w.t.Context(), Options{Input: strings.NewReader(joined(lines))})
	if err != nil {
		w.t.Fatal(err)
	}
	return result
}

// stored reads all records back, shard by shard.
func (w *world) stored() []record.Record {
	w.t.Helper()
	client := w.client(w.server)
	lineage, err := client.ListShards(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	var all []record.Record
	for _, s := range lineage {
		all = append(all, w.read(client, s.ID)...)
	}
	return all
}

func (w *world) read(client *stream.Client, shardID string) (all []record.Record) {
	w.t.Helper()
	next, err := client.Iterator(w.t.Context(), shardID, position.Position{Kind: position.TrimHorizon})
	for err == nil {
		var page stream.Page
		page, err = client.Records(w.t.Context(), shardID, next, 0, nil, record.Take{})
		if err == nil && len(page.Records) == 0 {
			return all
		}
		all, next = append(all, page.Records...), page.Next
	}
	w.t.Fatal(err)
	return nil
}

// acknowledged returns the receipts, and fails where their JSON has other keys.
func (w *world) acknowledged() (all []Receipt) {
	w.t.Helper()
	d := json.NewDecoder(bytes.NewReader(w.receipts.Bytes()))
	d.DisallowUnknownFields()
	for {
		var r Receipt
		switch err := d.Decode(&r); err {
		case nil:
			all = append(all, r)
		case io.EOF:
			return all
		default:
			w.t.Fatal(err)
		}
	}
}

// check holds the law: each line taken is acknowledged or handed back, once; a
// receipt names the place where that very line stands; what is handed back is
// the line's bytes, and is not in the stream unless said; and the stream holds
// nothing else, and nothing twice unless said. The lines must differ.
func (w *world) check(result Result, lines []string) {
	w.t.Helper()
	copies := map[string]int{}
	at := map[record.SequenceNumber]record.Record{}
	for _, r := range w.stored() {
		at[r.SequenceNumber] = r
		copies[string(r.Data)]++
	}
	met := map[int]int{}
	for _, r := range w.acknowledged() {
		met[r.Line]++
		data := lines[r.Line-1]
		if there, ok := at[r.SequenceNumber]; !ok || there.ShardID != r.ShardID || string(there.Data) != data {
			w.t.Errorf("line %d is not where its receipt says: %s %s", r.Line, r.ShardID, r.SequenceNumber)
		}
		if copies[data] > 1 && result.MaybeTwice == 0 {
			w.t.Errorf("line %d is in the stream %d times", r.Line, copies[data])
		}
		delete(copies, data)
	}
	for _, f := range w.failures {
		met[f.Line]++
		if string(f.Data) != lines[f.Line-1] {
			w.t.Errorf("line %d comes back as other bytes", f.Line)
		}
		if copies[string(f.Data)] > 0 && !f.MaybePut {
			w.t.Errorf("line %d is handed back for certain, and is in the stream", f.Line)
		}
		delete(copies, string(f.Data))
	}
	for line := range result.Lines {
		if met[line+1] != 1 {
			w.t.Errorf("line %d came back %d times", line+1, met[line+1])
		}
	}
	if len(copies) > 0 {
		w.t.Errorf("%d records in the stream are no line that came back", len(copies))
	}
	if result.Put+result.Failed != result.Lines || result.Failed != len(w.failures) || result.Calls != len(w.wire.calls()) {
		w.t.Errorf("%d failures, %d calls: %+v", len(w.failures), len(w.wire.calls()), result)
	}
}

// numbered returns n lines that differ, each of the size at least.
func numbered(n, size int) []string {
	lines := make([]string, n)
	for i := range lines {
		text := fmt.Sprintf("line %d ", i+1)
		lines[i] = text + strings.Repeat(".", max(0, size-len(text)))
	}
	return lines
}

func joined(lines []string) string { return strings.Join(lines, "\n") + "\n" }
