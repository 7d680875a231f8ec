package local

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// ordered is an endpoint whose next call suffers what next says, and which
// notes the calls.
type ordered struct {
	*endpoint
	next  Fault
	calls []Call
}

func newOrdered(t *testing.T) *ordered {
	o := &ordered{}
	o.endpoint = newEndpoint(t, Options{Faults: func(c Call) (f Fault) {
		o.calls = append(o.calls, c)
		f, o.next = o.next, Fault{}
		return f
	}})
	o.stream("orders", 1)
	return o
}

func TestRefusals(t *testing.T) {
	o := newOrdered(t)
	it := o.iterator("orders", shard0, "LATEST", nil)
	for _, test := range []struct {
		fault  Fault
		status int
		want   string
	}{
		{Fault{Refuse: throughputExceeded}, 400, `{"__type":"ProvisionedThroughputExceededException","message":"` + rateExceeded + `"}`},
		{Fault{Refuse: "ExpiredIteratorException"}, 400, `{"__type":"ExpiredIteratorException","message":"Iterator expired. The iterator was created at time ` +
			`Mon Nov 23 11:55:00 UTC 2026 while right now it is Mon Nov 23 12:00:00 UTC 2026 which is further in the future than the tolerated delay of 300000 milliseconds."}`},
		{Fault{Refuse: "AccessDeniedException"}, 400, `{"Message":"User: arn:aws:iam::123456789012:user/local is not authorized to perform: kinesis:GetRecords ` +
			`on resource: arn:aws:kinesis:us-east-1:123456789012:stream/orders because no identity-based policy allows the kinesis:GetRecords action","__type":"AccessDeniedException"}`},
		{Fault{Refuse: "ExpiredTokenException"}, 400, `{"__type":"ExpiredTokenException","message":"The security token included in the request is expired"}`},
		{Fault{Refuse: "InternalFailure"}, 500, `{"__type":"InternalFailure","message":"Internal Service Failure"}`},
		{Fault{Refuse: "ServiceUnavailable", Message: "down"}, 503, `{"__type":"ServiceUnavailable","message":"down"}`},
		{Fault{Refuse: "KMSDisabledException"}, 400, `{"__type":"KMSDisabledException","message":"KMSDisabledException was ordered for call GetRecords."}`},
		{Fault{Refuse: "KMSAccessDeniedException", Message: "no 100 %d"}, 400, `{"__type":"KMSAccessDeniedException","message":"no 100 %d"}`},
	} {
		o.next = test.fault
		if w := o.ask("GetRecords", asJSON(object{"ShardIterator": it})); w.Code != test.status || w.Body.String() != test.want {
			t.Errorf("%s: %d %s", test.fault.Refuse, w.Code, w.Body)
		}
	}
}

// A call that is refused leaves nothing behind, and spends no quota.
func TestRefusedCallsAreUndone(t *testing.T) {
	o := newOrdered(t)
	in := object{"StreamName": "orders", "PartitionKey": "k", "Data": make([]byte, 1<<20-1)}
	for range 3 {
		o.next = Fault{Refuse: "InternalFailure"}
		o.ask("PutRecord", asJSON(in))
	}
	o.must("PutRecord", in)
	if got := len(o.first("orders", shard0, "TRIM_HORIZON", nil).Records); got != 1 {
		t.Errorf("%d records", got)
	}
}

func TestCallsAsTheHookSeesThem(t *testing.T) {
	o := newOrdered(t)
	orders := object{"StreamName": "orders"}
	with := func(more object) object {
		in := object{"StreamARN": arn + "orders"}
		for k, v := range more {
			in[k] = v
		}
		return in
	}
	o.must("SplitShard", with(object{"ShardToSplit": shard0, "NewStartingHashKey": half}))
	token := o.must("ListShards", with(object{"MaxResults": 1}))["NextToken"]
	o.must("ListShards", object{"NextToken": token})
	o.iterator("orders", shard0, "TRIM_HORIZON", nil)
	o.clock.advance(time.Second)
	it := o.iterator("orders", shard0, "LATEST", nil)
	o.page(it, 7)
	o.page(o.iterator("orders", shard1, "TRIM_HORIZON", nil), 0)
	o.page(it, 0)
	o.put("orders", "0", []byte("x"))
	o.must("MergeShards", with(object{"ShardToMerge": shard2, "AdjacentShardToMerge": shard1}))
	o.must("DescribeStreamSummary", orders)
	o.must("ListStreams", object{})
	o.ask("ListStreams", "{") // not a call
	o.ask("GetRecords", `{"ShardIterator":"garbage"}`)

	at := noon
	after := noon.Add(time.Second)
	want := []Call{
		{"CreateStream", "orders", "", "", "", 0, 1, at},
		{"SplitShard", "orders", shard0, "", "", 0, 1, at},
		{"ListShards", "orders", "", "", "", 0, 1, at},
		{"ListShards", "orders", "", "", "", 0, 2, at},
		{"GetShardIterator", "orders", shard0, "", "TRIM_HORIZON", 0, 1, at},
		{"GetShardIterator", "orders", shard0, "", "LATEST", 0, 2, after},
		{"GetRecords", "orders", shard0, "", "", 7, 1, after},
		{"GetShardIterator", "orders", shard1, "", "TRIM_HORIZON", 0, 1, after},
		{"GetRecords", "orders", shard1, "", "", 0, 1, after},
		{"GetRecords", "orders", shard0, "", "", 0, 2, after},
		{"PutRecord", "orders", "", "", "", 0, 1, after},
		{"MergeShards", "orders", shard2, "", "", 0, 1, after},
		{"DescribeStreamSummary", "orders", "", "", "", 0, 1, after},
		{"ListStreams", "", "", "", "", 0, 1, after},
		{"GetRecords", "", "", "", "", 0, 1, after},
	}
	if got := fmt.Sprintf("%v", o.calls); got != fmt.Sprintf("%v", want) {
		t.Errorf("got\n%s\nwant\n%v", strings.ReplaceAll(got, "} {", "}\n{"), want)
	}
}

// The shards of a capture have ids of their own.
func TestCallsOnACapture(t *testing.T) {
	o := newOrdered(t)
	if err := o.Load("old", strings.NewReader(`{"shardId":"s-b","sequenceNumber":"7","approximateArrivalTimestamp":"2026-11-23T11:00:00Z","data":"x"}`)); err != nil {
		t.Fatal(err)
	}
	o.first("old", "s-b", "TRIM_HORIZON", nil)
	if c := o.calls[len(o.calls)-1]; c.Stream != "old" || c.Shard != "s-b" {
		t.Errorf("GetRecords of %q %q", c.Stream, c.Shard)
	}
}

// What a page leaves out is there the next time.
func TestPagesWithFaults(t *testing.T) {
	o := newOrdered(t)
	o.put("orders", "0", []byte("a"))
	o.clock.advance(10 * time.Second)
	it := o.iterator("orders", shard0, "TRIM_HORIZON", nil)
	tip := o.iterator("orders", shard0, "LATEST", nil)
	for _, test := range []struct {
		name     string
		fault    Fault
		iterator string
		records  int
		next     bool
		behind   int64
	}{
		{"none", Fault{}, it, 1, true, 0},
		{"empty before a record", Fault{Empty: true}, it, 0, true, 10000},
		{"empty at the tip", Fault{Empty: true}, tip, 0, true, 0},
		{"empty, and so not said to be the tip", Fault{Empty: true, AtTip: true}, it, 0, true, 10000},
		{"no next", Fault{NoNext: true}, it, 1, false, 0},
		{"empty without a next", Fault{Empty: true, NoNext: true}, it, 0, false, 10000},
		{"behind", Fault{Behind: 2999 * time.Millisecond}, it, 1, true, 2000},
		{"behind an empty page", Fault{Empty: true, Behind: 2 * time.Second}, it, 0, true, 12000},
	} {
		o.spentOf(0).reads = bucket{}
		o.next = test.fault
		p := o.page(test.iterator, 0)
		if len(p.Records) != test.records || (p.NextShardIterator != nil) != test.next || p.MillisBehindLatest != test.behind || p.ChildShards != nil {
			t.Errorf("%s: %+v", test.name, p)
		}
	}
	o.next = Fault{Empty: true}
	if got := o.page(*o.page(it, 0).NextShardIterator, 0).data(); got != "a" {
		t.Errorf("after an empty page: %q", got)
	}
}

// A page may hold less than there is, and say that it is at the tip all the same.
func TestShortPages(t *testing.T) {
	o := newOrdered(t)
	for _, data := range []string{"a", "b", "c"} {
		o.put("orders", "0", []byte(data))
	}
	o.clock.advance(10 * time.Second)
	it := o.iterator("orders", shard0, "TRIM_HORIZON", nil)
	o.next = Fault{Most: 2, AtTip: true}
	p := o.page(it, 0)
	if p.data() != "a b" || p.MillisBehindLatest != 0 {
		t.Errorf("two at the most: %+v", p)
	}
	if got := o.page(*p.NextShardIterator, 0).data(); got != "c" {
		t.Errorf("after them: %q", got)
	}
	o.next = Fault{Most: 2}
	if got := o.page(it, 1).data(); got != "a" {
		t.Errorf("where one was asked for: %q", got)
	}
}

func TestShortAndStaleListings(t *testing.T) {
	o := newOrdered(t)
	o.must("SplitShard", object{"StreamName": "orders", "ShardToSplit": shard0, "NewStartingHashKey": half})
	o.clock.advance(4 * time.Second)
	orders := object{"StreamName": "orders"}
	list := func(f Fault) []any {
		o.next = f
		return o.must("ListShards", orders)["Shards"].([]any)
	}
	if n := len(list(Fault{Most: 2})); n != 2 {
		t.Errorf("two at the most: %d", n)
	}
	if n := len(list(Fault{Without: shard0})); n != 2 {
		t.Errorf("without shard 0: %d", n)
	}
	if n := len(list(Fault{Stale: 3 * time.Second})); n != 3 {
		t.Errorf("from after the split: %d", n)
	}
	before := list(Fault{Stale: 5 * time.Second})
	if len(before) != 1 {
		t.Fatalf("from before the split: %v", before)
	}
	if _, closed := before[0].(object)["SequenceNumberRange"].(object)["EndingSequenceNumber"]; closed {
		t.Errorf("from before the split: %v", before)
	}
}

// spentOf is what was spent of a shard of the stream orders.
func (e *endpoint) spentOf(shard int) *spent { return &e.streams["orders"].shards[shard].spent }

func TestEndsWithFaults(t *testing.T) {
	o := newOrdered(t)
	o.must("SplitShard", object{"StreamName": "orders", "ShardToSplit": shard0, "NewStartingHashKey": half})
	o.clock.advance(3 * time.Second)
	it := o.iterator("orders", shard0, "TRIM_HORIZON", nil)
	for _, test := range []struct {
		name     string
		fault    Fault
		next     bool
		children int
		behind   int64
	}{
		{"no children", Fault{NoChildren: true}, false, 0, 3000},
		{"no next", Fault{NoNext: true}, false, 0, 3000},
		{"empty", Fault{Empty: true}, true, 0, 3000},
		{"none", Fault{}, false, 2, 3000},
	} {
		o.next = test.fault
		p := o.page(it, 0)
		if (p.NextShardIterator != nil) != test.next || len(p.ChildShards) != test.children || p.MillisBehindLatest != test.behind {
			t.Errorf("%s: %+v", test.name, p)
		}
	}
}

func TestHalfABody(t *testing.T) {
	o := newOrdered(t)
	whole := o.ask("DescribeStreamSummary", `{"StreamName":"orders"}`).Body.String()
	o.next = Fault{Cut: true}
	w := o.ask("DescribeStreamSummary", `{"StreamName":"orders"}`)
	if w.Code != http.StatusOK || w.Body.String() != whole[:len(whole)/2] || w.Header().Get("Content-Length") != strconv.Itoa(len(whole)) {
		t.Errorf("%d, %d bytes of %s, announced as %s", w.Code, w.Body.Len(), whole, w.Header().Get("Content-Length"))
	}
	o.next = Fault{Cut: true}
	o.ask("PutRecord", `{"StreamName":"orders","PartitionKey":"k","Data":""}`)
	if got := len(o.first("orders", shard0, "TRIM_HORIZON", nil).Records); got != 1 {
		t.Errorf("%d records: what was cut is done all the same", got)
	}
}

// Arrivals out of order: sequence numbers go on growing, and each names the
// second of its record's arrival.
func TestArrivalsOutOfOrder(t *testing.T) {
	o := newOrdered(t)
	var numbers []string
	for i, offset := range []time.Duration{0, -7 * time.Second, 5 * time.Second, -time.Second} {
		o.clock.advance(time.Second)
		o.next = Fault{Arrival: offset}
		numbers = append(numbers, o.put("orders", "0", fmt.Append(nil, i)))
	}
	o.clock.advance(time.Minute)
	p := o.first("orders", shard0, "TRIM_HORIZON", nil)
	if got := p.data(); got != "0 1 2 3" {
		t.Fatalf("records %s", got)
	}
	for i, want := range []string{"1795435201.250", "1795435195.250", "1795435208.250", "1795435203.250"} {
		q, _ := parseSequence(p.Records[i].SequenceNumber)
		if got := p.Records[i].ApproximateArrivalTimestamp.String(); got != want || fmt.Sprint(q.at) != want[:10] || p.Records[i].SequenceNumber != numbers[i] {
			t.Errorf("record %d arrived at %s, its number says %d; want %s", i, got, q.at, want)
		}
	}
	if got := o.first("orders", shard0, "AT_TIMESTAMP", object{"Timestamp": 1795435202}).data(); got != "2 3" {
		t.Errorf("from noon and 2 s on: %s", got)
	}
}

// A record that becomes readable late holds up those after it.
func TestLateRecords(t *testing.T) {
	o := newOrdered(t)
	it := o.iterator("orders", shard0, "LATEST", nil)
	o.next = Fault{Late: 5 * time.Second}
	o.put("orders", "0", []byte("late"))
	o.put("orders", "0", []byte("after"))
	for _, test := range []struct {
		since time.Duration
		want  string
	}{{0, ""}, {4999 * time.Millisecond, ""}, {5 * time.Second, "late after"}} {
		o.clock.now = noon.Add(test.since)
		if got := o.page(it, 0).data(); got != test.want {
			t.Errorf("%s later: %q, want %q", test.since, got, test.want)
		}
	}
}

func TestRefusedEntries(t *testing.T) {
	o := newOrdered(t)
	o.next = Fault{RefuseEntry: func(i int) string { return []string{"", throughputExceeded, "InternalFailure", ""}[i] }}
	out := o.must("PutRecords", batch("0", same(4, 2)...))
	results := out["Records"].([]any)
	for i, want := range map[int]object{
		1: {"ErrorCode": throughputExceeded, "ErrorMessage": rateExceeded},
		2: {"ErrorCode": "InternalFailure", "ErrorMessage": "Internal Service Failure"},
	} {
		if got := results[i]; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("entry %d: %v", i, got)
		}
	}
	if got := len(o.first("orders", shard0, "TRIM_HORIZON", nil).Records); got != 2 || out["FailedRecordCount"] != 2.0 {
		t.Errorf("%d records, FailedRecordCount %v", got, out["FailedRecordCount"])
	}
}

// The hook may use the server, such as to recreate a stream in mid-scan.
func TestHookThatUsesTheServer(t *testing.T) {
	var e *endpoint
	e = newEndpoint(t, Options{Faults: func(c Call) Fault {
		if c.Operation == "GetRecords" && c.N == 2 {
			e.must("DeleteStream", object{"StreamName": "orders"})
			e.stream("orders", 1)
		}
		return Fault{}
	}})
	e.stream("orders", 1)
	it := e.iterator("orders", shard0, "LATEST", nil)
	e.page(it, 0)
	e.clock.advance(time.Second)
	e.fails("GetRecords", object{"ShardIterator": it}, "ResourceNotFoundException", "Shard "+shard0+" in stream orders under account 123456789012 does not exist")
}
