package local

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"
	"time"
)

const (
	exceeded     = "ProvisionedThroughputExceededException"
	rateExceeded = "Rate exceeded for shard " + shard0 + " in stream orders under account 123456789012."
)

// batch is a PutRecords input: entries of so many bytes at a place of the key
// space.
func batch(hashKey string, sizes ...int) object {
	var entries []object
	for _, size := range sizes {
		entries = append(entries, object{"PartitionKey": "k", "ExplicitHashKey": hashKey, "Data": make([]byte, size-1)})
	}
	return object{"StreamName": "orders", "Records": entries}
}

// refused counts the entries of a PutRecords call that were refused, and checks
// that the others were not.
func (e *endpoint) refused(in object) int {
	e.Helper()
	out := e.must("PutRecords", in)
	failed := 0
	for _, r := range out["Records"].([]any) {
		r := r.(object)
		switch {
		case r["ErrorCode"] == nil && r["SequenceNumber"] != nil && r["ShardId"] != nil:
		case r["ErrorCode"] == exceeded && r["ErrorMessage"] == rateExceeded && len(r) == 2:
			failed++
		default:
			e.Errorf("a result is %v", r)
		}
	}
	if got := out["FailedRecordCount"]; got != float64(failed) {
		e.Errorf("FailedRecordCount %v of %d", got, failed)
	}
	return failed
}

func same(n, size int) []int {
	sizes := make([]int, n)
	for i := range sizes {
		sizes[i] = size
	}
	return sizes
}

func TestWriteQuotaOfRecords(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 2)
	for i, want := range []int{0, 0, 500} {
		if got := e.refused(batch("0", same(500, 2)...)); got != want {
			t.Errorf("call %d: %d records refused, want %d", i+1, got, want)
		}
	}
	in := object{"StreamName": "orders", "PartitionKey": "k", "ExplicitHashKey": "0", "Data": []byte("x")}
	e.fails("PutRecord", in, exceeded, rateExceeded)
	e.put("orders", half, []byte("the other shard"))
	e.clock.advance(time.Millisecond)
	e.must("PutRecord", in)
	e.fails("PutRecord", in, exceeded, rateExceeded)
	e.clock.advance(200 * time.Millisecond)
	if got := e.refused(batch("0", same(500, 2)...)); got != 300 {
		t.Errorf("a fifth of a second later %d of 500 were refused", got)
	}
	if got := len(e.first("orders", shard0, "TRIM_HORIZON", nil).Records); got != 1201 {
		t.Errorf("%d records in the shard", got)
	}
}

func TestWriteQuotaOfBytes(t *testing.T) {
	for _, test := range []struct {
		name      string
		recordKiB int
		sizes     []int // with the partition key
		then      time.Duration
		more      int
		refused   [2]int
	}{
		{"1 MiB a second", 1024, []int{1 << 19, 1 << 19, 1}, time.Second, 1 << 20, [2]int{1, 0}},
		{"what fits goes in", 1024, []int{1 << 19, 1 << 20, 1 << 19}, 500 * time.Millisecond, 1 << 19, [2]int{1, 0}},
		{"a byte too early", 1024, []int{1 << 20}, time.Second / 2, 1<<19 + 1, [2]int{0, 1}},
		{"a burst for large records", 10240, []int{10<<20 - 1, 1}, time.Second, 1<<20 + 1, [2]int{0, 1}},
	} {
		e := newEndpoint(t, Options{})
		e.must("CreateStream", object{"StreamName": "orders", "ShardCount": 1, "MaxRecordSizeInKiB": test.recordKiB})
		var got [2]int
		got[0] = e.refused(batch("0", test.sizes...))
		e.clock.advance(test.then)
		got[1] = e.refused(batch("0", test.more))
		if got != test.refused {
			t.Errorf("%s: %v refused, want %v", test.name, got, test.refused)
		}
	}
}

// reads makes so many GetRecords calls at once and counts those refused.
func (e *endpoint) reads(iterator string, n int) (refused int) {
	for range n {
		if e.ask("GetRecords", asJSON(object{"ShardIterator": iterator})).Code != http.StatusOK {
			refused++
		}
	}
	return refused
}

func TestReadQuotaOfCalls(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 2)
	it, other := e.iterator("orders", shard0, "LATEST", nil), e.iterator("orders", shard1, "LATEST", nil)
	for i, test := range []struct {
		after             time.Duration
		calls, refusedOf0 int
	}{
		{0, 5, 0}, {0, 1, 1}, {199 * time.Millisecond, 1, 1}, {time.Millisecond, 2, 1}, {400 * time.Millisecond, 3, 1}, {time.Minute, 7, 2},
	} {
		e.clock.advance(test.after)
		if got := e.reads(it, test.calls); got != test.refusedOf0 {
			t.Errorf("step %d: %d of %d calls refused, want %d", i+1, got, test.calls, test.refusedOf0)
		}
	}
	e.fails("GetRecords", object{"ShardIterator": it}, exceeded, rateExceeded)
	if got := e.reads(other, 1); got != 0 {
		t.Error("the other shard has a quota of its own")
	}
}

func TestReadQuotaOfBytes(t *testing.T) {
	const mib = 1 << 20
	for _, test := range []struct {
		name   string
		bytes  int
		full   bool
		refuse time.Duration // from the page on
	}{
		{"nothing", 0, false, 0},
		{"what a second allows", 2 * mib, false, 0},
		{"a byte more", 2*mib + 1, false, time.Second},
		{"two seconds' worth", 4 * mib, false, time.Second},
		{"three seconds' worth", 6 * mib, false, 2 * time.Second},
		{"10 MiB", 10 * mib, true, 5 * time.Second},
		{"cut before 10 MiB", 9 * mib, true, 5 * time.Second},
	} {
		e := newEndpoint(t, Options{})
		e.stream("orders", 1)
		it := e.iterator("orders", shard0, "LATEST", nil)
		d := e.streams["orders"].shards[0]
		e.bookRead(d, test.bytes, test.full, noon)
		if test.refuse > 0 {
			e.clock.now = noon.Add(test.refuse - time.Millisecond)
			if e.reads(it, 1) != 1 {
				t.Errorf("%s: a call %s later was not refused", test.name, e.clock.now.Sub(noon))
			}
		}
		e.clock.now = noon.Add(test.refuse)
		if e.reads(it, 1) != 0 {
			t.Errorf("%s: a call %s later was refused", test.name, test.refuse)
		}
	}
}

// What a page holds is what is booked: its records with their keys.
func TestPagesAreBooked(t *testing.T) {
	const mib = 1 << 20
	for _, test := range []struct {
		name   string
		sizes  []int // of the records, with the partition key
		limit  int
		refuse time.Duration
	}{
		{"within a second's worth", []int{mib, mib}, 10, 0},
		{"beyond it", []int{mib, mib, 1}, 10, time.Second},
		{"ended by the limit", []int{mib, mib, 1}, 2, 0},
		{"cut before 10 MiB", []int{2 * mib, 9 * mib}, 10, 5 * time.Second},
	} {
		e := newEndpoint(t, Options{})
		e.must("CreateStream", object{"StreamName": "orders", "ShardCount": 1, "MaxRecordSizeInKiB": 10240})
		d := e.streams["orders"].shards[0]
		for _, size := range test.sizes {
			e.streams["orders"].put(d, &entry{Data: make([]byte, size-1), PartitionKey: "k"}, noon, noon)
		}
		it, tip := e.iterator("orders", shard0, "TRIM_HORIZON", nil), e.iterator("orders", shard0, "LATEST", nil)
		e.page(it, test.limit)
		if got := d.spent.noReadsBefore; test.refuse > 0 && !got.Equal(noon.Truncate(time.Millisecond).Add(test.refuse)) || test.refuse == 0 && e.reads(tip, 1) != 0 {
			t.Errorf("%s: reads are refused until %s", test.name, got)
		}
	}
}

func TestQuotaOfIterators(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 1)
	in := object{"StreamName": "orders", "ShardId": shard0, "ShardIteratorType": "LATEST"}
	for range 5 {
		e.must("GetShardIterator", in)
	}
	e.fails("GetShardIterator", in, exceeded, rateExceeded)
	e.clock.advance(200 * time.Millisecond)
	e.must("GetShardIterator", in)
	e.fails("GetShardIterator", in, exceeded, rateExceeded)
	e.must("SplitShard", object{"StreamName": "orders", "ShardToSplit": shard0, "NewStartingHashKey": half})
	for range 6 {
		e.must("GetShardIterator", in) // the quota is that of an open shard
	}
}

func TestNoQuotas(t *testing.T) {
	e := newEndpoint(t, Options{NoQuotas: true})
	e.stream("orders", 1)
	for range 3 {
		if got := e.refused(batch("0", same(500, 3000)...)); got != 0 {
			t.Fatalf("%d records refused", got)
		}
	}
	for i := range 6 { // of 4.5 MB
		if got := len(e.first("orders", shard0, "TRIM_HORIZON", nil).Records); got != 1500 {
			t.Fatalf("read %d gave %d records", i, got)
		}
	}
}

// What fills a stream from within is not put by a client.
func TestSeedingIsNotMetered(t *testing.T) {
	var lines []byte
	for i := range 2000 {
		lines = fmt.Appendf(lines, `{"shardId":%q,"sequenceNumber":"%d","approximateArrivalTimestamp":"2026-11-23T11:00:00Z","data":"x"}`+"\n", shard0, i+1)
	}
	e := newEndpoint(t, Options{})
	if err := e.Load("orders", bytes.NewReader(lines)); err != nil {
		t.Fatal(err)
	}
	if got := len(e.first("orders", shard0, "TRIM_HORIZON", nil).Records); got != 2000 {
		t.Errorf("%d records", got)
	}
}
