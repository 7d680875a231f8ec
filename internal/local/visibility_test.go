package local

import (
	"testing"
	"time"
)

func TestVisibility(t *testing.T) {
	e := newEndpoint(t, Options{Visibility: 3 * time.Second})
	e.stream("orders", 1)
	latest := e.iterator("orders", shard0, "LATEST", nil)
	it := e.iterator("orders", shard0, "TRIM_HORIZON", nil)
	e.put("orders", "0", []byte("a"))
	e.clock.advance(2 * time.Second)
	e.put("orders", "0", []byte("b"))
	atTime := e.iterator("orders", shard0, "AT_TIMESTAMP", object{"Timestamp": noon.Unix() + 1})
	for _, test := range []struct{ after, want string }{
		{"0s", ""}, {"999ms", ""}, {"1ms", "a"}, {"1999ms", ""}, {"1ms", "b"}, {"1m", ""},
	} {
		d, _ := time.ParseDuration(test.after)
		e.clock.advance(d)
		p := e.page(it, 0)
		if p.data() != test.want || p.MillisBehindLatest != 0 || p.NextShardIterator == nil {
			t.Errorf("%s after noon: %+v, want %q", e.clock.now.Sub(noon), p, test.want)
		}
		it = *p.NextShardIterator
	}
	if got := e.page(latest, 0).data(); got != "a b" {
		t.Errorf("from LATEST: %q", got)
	}
	if got := e.page(atTime, 0).data(); got != "b" {
		t.Errorf("from a time before they could be read: %q", got)
	}
}

// A closed shard has not been read to its end before all of it could be read.
func TestVisibilityAtTheEnd(t *testing.T) {
	e := newEndpoint(t, Options{Visibility: 3 * time.Second})
	e.stream("orders", 1)
	e.put("orders", "0", []byte("a"))
	e.must("SplitShard", object{"StreamName": "orders", "ShardToSplit": shard0, "NewStartingHashKey": half})
	e.clock.advance(2 * time.Second)
	p := e.first("orders", shard0, "TRIM_HORIZON", nil)
	if len(p.Records) != 0 || p.NextShardIterator == nil || p.ChildShards != nil || p.MillisBehindLatest != 2000 {
		t.Errorf("while a record cannot be read yet: %+v", p)
	}
	e.clock.advance(time.Second)
	if p = e.page(*p.NextShardIterator, 0); p.data() != "a" || p.NextShardIterator == nil {
		t.Errorf("once it can: %+v", p)
	}
	if p = e.page(*p.NextShardIterator, 0); p.NextShardIterator != nil || len(p.ChildShards) != 2 {
		t.Errorf("the end: %+v", p)
	}
}

// MillisBehindLatest of an idle shard may be more than 0, whole seconds still.
func TestIdleBehind(t *testing.T) {
	e := newEndpoint(t, Options{IdleBehind: 2700 * time.Millisecond})
	e.stream("orders", 1)
	e.put("orders", "0", []byte("a"))
	e.clock.advance(time.Minute)
	p := e.first("orders", shard0, "TRIM_HORIZON", nil)
	next := e.page(*p.NextShardIterator, 0)
	if p.MillisBehindLatest != 2000 || next.MillisBehindLatest != 2000 {
		t.Errorf("%d behind with the last record, %d after it", p.MillisBehindLatest, next.MillisBehindLatest)
	}
}
