package local

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"
)

// Whatever the limit, each record comes once and in order.
func TestPaging(t *testing.T) {
	e := newEndpoint(t, Options{NoQuotas: true})
	e.stream("orders", 1)
	var want []string
	for range 1000 {
		want = append(want, e.put("orders", "0", []byte("x")))
	}
	for _, limit := range []int{1, 7, 333, 1000, 10000} {
		var got []string
		it := e.iterator("orders", shard0, "TRIM_HORIZON", nil)
		for len(got) < len(want) {
			p := e.page(it, limit)
			if len(p.Records) == 0 || len(p.Records) > limit {
				t.Fatalf("limit %d: a page of %d records after %d", limit, len(p.Records), len(got))
			}
			for _, r := range p.Records {
				got = append(got, r.SequenceNumber)
			}
			it = *p.NextShardIterator
		}
		if !slices.Equal(got, want) {
			t.Errorf("limit %d: other records or another order", limit)
		}
		if p := e.page(it, limit); len(p.Records) != 0 || p.NextShardIterator == nil {
			t.Errorf("limit %d: at the tip: %+v", limit, p)
		}
	}
}

// A page ends before the record that would take it over 10 MiB, but has one.
func TestPageBytes(t *testing.T) {
	for _, test := range []struct {
		name  string
		sizes []int // with the partition key's one byte
		want  int
	}{
		{"just 10 MiB", []int{5 << 20, 5 << 20, 1}, 2},
		{"a byte more", []int{5 << 20, 5<<20 + 1, 1}, 1},
		{"the largest record", []int{10 << 20, 1}, 1},
	} {
		e := newEndpoint(t, Options{NoQuotas: true})
		e.must("CreateStream", object{"StreamName": "orders", "ShardCount": 1, "MaxRecordSizeInKiB": 10240})
		for _, size := range test.sizes {
			e.put("orders", "0", make([]byte, size-1))
		}
		if got := len(e.first("orders", shard0, "TRIM_HORIZON", nil).Records); got != test.want {
			t.Errorf("%s: %d records in the first page, want %d", test.name, got, test.want)
		}
	}
}

// A capture can hold data that is larger once decoded than any record.
func TestOversizedRecordsCome(t *testing.T) {
	large := storedRecord{data: make([]byte, pageBytesMax+1)}
	page, bytes, full := onePage([]storedRecord{large, large}, nil)
	if len(page) != 1 || bytes != pageBytesMax+1 || !full {
		t.Errorf("%d records in the page, %d bytes, full: %t", len(page), bytes, full)
	}
}

func TestMillisBehindLatest(t *testing.T) {
	e, _ := timeline(t, 3) // put at 1, 2 and 3 s
	e.clock.advance(7900 * time.Millisecond)
	it := e.iterator("orders", shard0, "TRIM_HORIZON", nil)
	p := e.page(it, 1)
	if p.MillisBehindLatest != 9000 { // 9.9 s since the first record
		t.Errorf("after the first of three: %d", p.MillisBehindLatest)
	}
	e.clock.advance(time.Minute)
	if got := e.page(it, 1).MillisBehindLatest; got != 69000 {
		t.Errorf("the same a minute later: %d", got)
	}
	p = e.page(*p.NextShardIterator, 2)
	if len(p.Records) != 2 || p.MillisBehindLatest != 0 {
		t.Errorf("with the last records: %d", p.MillisBehindLatest)
	}
	if p = e.page(*p.NextShardIterator, 2); p.MillisBehindLatest != 0 {
		t.Errorf("at the tip: %d", p.MillisBehindLatest)
	}
}

// As seen on AWS: the last records of a closed shard come with an iterator, the
// empty page after them without one but with the children, and neither is ever
// said to be at the tip.
func TestEndOfAClosedShard(t *testing.T) {
	e, _ := timeline(t, 3)
	it := e.iterator("orders", shard0, "TRIM_HORIZON", nil)
	latest := e.iterator("orders", shard0, "LATEST", nil)
	e.clock.advance(time.Second)
	e.must("SplitShard", object{"StreamName": "orders", "ShardToSplit": shard0, "NewStartingHashKey": half})
	e.clock.advance(6500 * time.Millisecond)
	p := e.page(it, 0)
	if p.data() != "0 1 2" || p.NextShardIterator == nil || p.ChildShards != nil || p.MillisBehindLatest != 7000 {
		t.Errorf("with the last records: %+v", p)
	}
	for _, it := range []string{*p.NextShardIterator, latest, e.iterator("orders", shard0, "LATEST", nil)} {
		p := e.page(it, 0)
		if len(p.Records) != 0 || p.NextShardIterator != nil || p.MillisBehindLatest != 6000 {
			t.Errorf("at the end: %+v", p)
		}
		if got, want := fmt.Sprint(p.ChildShards), fmt.Sprintf("[{%s [%s] {0 %s}} {%s [%s] {%s %s}}]", shard1, shard0,
			"170141183460469231731687303715884105727", shard2, shard0, half, last); got != want {
			t.Errorf("children %s, want %s", got, want)
		}
	}
	e.clock.advance(time.Minute)
	if got := e.page(*p.NextShardIterator, 0).MillisBehindLatest; got != 66000 {
		t.Errorf("a minute later %d behind", got)
	}
}

func TestRecordsOnTheWire(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 1)
	number := e.must("PutRecord", object{"StreamName": "orders", "PartitionKey": `ключ "1"`, "Data": []byte{0, 0xff, '<'}})["SequenceNumber"]
	w := e.ask("GetRecords", asJSON(object{"ShardIterator": e.iterator("orders", shard0, "TRIM_HORIZON", nil)}))
	next := parseObject(t, w.Body.Bytes())["NextShardIterator"].(string)
	want := fmt.Sprintf(`{"MillisBehindLatest":0,"NextShardIterator":"%s","Records":[{"ApproximateArrivalTimestamp":1795435200.250,`+
		`"Data":"AP88","PartitionKey":"ключ \"1\"","SequenceNumber":"%s"}]}`, next, number)
	if got := w.Body.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEmptyRecord(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 1)
	e.must("PutRecord", `{"StreamName":"orders","PartitionKey":"k","Data":""}`)
	if p := e.first("orders", shard0, "TRIM_HORIZON", nil); len(p.Records) != 1 || len(p.Records[0].Data) != 0 {
		t.Errorf("got %+v", p)
	}
}

// What trimming has overtaken is skipped; reading goes on at the oldest record.
func TestTrimmingOvertakesTheReader(t *testing.T) {
	e, _ := timeline(t, 10) // put at 1 to 10 s
	e.clock.now = noon.Add(24*time.Hour - 10*time.Second)
	p := e.page(e.iterator("orders", shard0, "TRIM_HORIZON", nil), 2)
	if got := p.data(); got != "0 1" {
		t.Errorf("the first page holds %q", got)
	}
	e.clock.now = noon.Add(24*time.Hour + 5*time.Second)
	if got := e.page(*p.NextShardIterator, 0).data(); got != "4 5 6 7 8 9" {
		t.Errorf("the second page holds %q", got)
	}
}

func TestRecordsAreTrimmedOneByOne(t *testing.T) {
	d := new(shard)
	for i := range 1000 {
		d.add(storedRecord{sequence: fmt.Sprint(i + 1), arrived: int64(i)})
	}
	for oldest := range int64(1001) {
		d.trim(time.UnixMilli(oldest))
		if want := 1000 - int(oldest); len(d.records) != want || want > 0 && d.records[0].arrived != oldest {
			t.Fatalf("%d records left of those since %d", len(d.records), oldest)
		}
	}
}

func TestGetRecordsErrors(t *testing.T) {
	e, _ := timeline(t, 1)
	it := e.iterator("orders", shard0, "TRIM_HORIZON", nil)
	const validation = "ValidationException"
	for _, test := range []struct {
		input          object
		wantType, want string
	}{
		{object{}, validation, "1 validation error detected: Value 'null' at 'shardIterator' failed to satisfy constraint: Member must not be null"},
		{object{"ShardIterator": it, "Limit": 0}, validation,
			"1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{object{"ShardIterator": it, "Limit": 10001}, validation,
			"1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000"},
		{object{"ShardIterator": "garbage"}, "InvalidArgumentException", "Invalid ShardIterator."},
		{object{"ShardIterator": it[:len(it)-8] + "AAAAAAA="}, "InvalidArgumentException", "Invalid ShardIterator."},
	} {
		e.fails("GetRecords", test.input, test.wantType, test.want)
	}
}

// An answer is written after the lock is let go: trimming and putting must not
// touch what it is written from.
func TestAnswersDoNotChange(t *testing.T) {
	e, _ := timeline(t, 5)
	e.mu.Lock()
	d := e.streams["orders"].shards[0]
	view := recordsOutput{records: d.from(d.start()), next: "x"}
	e.mu.Unlock()
	before := view.appendJSON(nil)
	e.clock.advance(25 * time.Hour)
	e.put("orders", "0", []byte("new"))
	e.first("orders", shard0, "TRIM_HORIZON", nil)
	if after := view.appendJSON(nil); !bytes.Equal(before, after) || !json.Valid(after) {
		t.Errorf("changed from\n%s\nto\n%s", before, after)
	}
}
