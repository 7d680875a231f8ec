package local

import (
	"testing"
	"time"
)

// scheduled is a stream of one shard whose split, asked for at noon, cuts over
// 25 s later: its last second is 12:00:25.
func scheduled(t *testing.T) *endpoint {
	e := newEndpoint(t, Options{CutOver: 25 * time.Second})
	e.stream("orders", 1)
	e.put("orders", "0", []byte("before"))
	e.must("SplitShard", object{"StreamName": "orders", "ShardToSplit": shard0, "NewStartingHashKey": half})
	return e
}

// at sets the clock to a time after noon's second.
func (e *endpoint) at(since time.Duration) { e.clock.now = noon.Truncate(time.Second).Add(since) }

func TestScheduledSplitIsListedAtOnce(t *testing.T) {
	e := scheduled(t)
	shards := e.lineage()
	if len(shards) != 3 {
		t.Fatalf("%d shards", len(shards))
	}
	_, ending := sequences(shards[0])
	end, _ := parseSequence(ending.(string))
	start, _ := sequences(shards[1])
	if end.at != noon.Unix()+25 || start.created != noon.Unix()+26 {
		t.Errorf("the parent ends at %d, a child begins at %d, noon is %d", end.at, start.created, noon.Unix())
	}
	summary := e.must("DescribeStreamSummary", object{"StreamName": "orders"})["StreamDescriptionSummary"].(object)
	if summary["StreamStatus"] != active || summary["OpenShardCount"] != 2.0 {
		t.Errorf("summary %v", summary)
	}
	latest := object{"StreamName": "orders", "ShardFilter": object{"Type": "AT_LATEST"}}
	if got := e.shards(latest); got != "0 1 2" { // as AWS was seen to answer around a reshard
		t.Errorf("before the cut-over AT_LATEST has %s", got)
	}
	e.at(26 * time.Second)
	if got := e.shards(latest); got != "1 2" {
		t.Errorf("after it AT_LATEST has %s", got)
	}
}

func TestWritesAroundTheCutOver(t *testing.T) {
	e := scheduled(t)
	for _, test := range []struct {
		at   time.Duration
		want string
	}{
		{time.Second, shard0}, {26*time.Second - time.Millisecond, shard0}, {26 * time.Second, shard2}, {time.Hour, shard2},
	} {
		e.at(test.at)
		out := e.must("PutRecord", object{"StreamName": "orders", "PartitionKey": "k", "ExplicitHashKey": half, "Data": []byte("x")})
		if out["ShardId"] != test.want {
			t.Errorf("%s after noon it went to %v, want %s", test.at, out["ShardId"], test.want)
		}
	}
}

// Until the cut-over the parent looks like any open shard, to its end.
func TestReadsAroundTheCutOver(t *testing.T) {
	e := scheduled(t)
	e.at(time.Second)
	p := e.first("orders", shard0, "TRIM_HORIZON", nil)
	if p.data() != "before" || p.MillisBehindLatest != 0 {
		t.Errorf("the first page: %+v", p)
	}
	if p := e.first("orders", shard1, "TRIM_HORIZON", nil); p.NextShardIterator == nil || p.MillisBehindLatest != 0 {
		t.Errorf("the child before it opens: %+v", p)
	}
	e.at(26*time.Second - time.Millisecond)
	p = e.page(*p.NextShardIterator, 0)
	if len(p.Records) != 0 || p.NextShardIterator == nil || p.ChildShards != nil || p.MillisBehindLatest != 0 {
		t.Errorf("the page before the cut-over: %+v", p)
	}
	e.put("orders", "0", []byte("late"))
	e.at(30 * time.Second)
	p = e.page(*p.NextShardIterator, 0)
	if p.data() != "late" || p.NextShardIterator == nil || p.ChildShards != nil || p.MillisBehindLatest != 4000 {
		t.Errorf("the last records: %+v", p)
	}
	if p = e.page(*p.NextShardIterator, 0); p.NextShardIterator != nil || len(p.ChildShards) != 2 || p.MillisBehindLatest != 4000 {
		t.Errorf("the end: %+v", p)
	}
}

// A child can be resharded before it opens; at every time each hash key has
// just one shard that takes it.
func TestReshardOfShardsThatAreNotOpenYet(t *testing.T) {
	for _, cutOver := range []time.Duration{0, 300 * time.Millisecond, 25 * time.Second} {
		e := newEndpoint(t, Options{CutOver: cutOver})
		e.stream("orders", 2)
		e.must("SplitShard", object{"StreamName": "orders", "ShardToSplit": shard1, "NewStartingHashKey": "255211775190703847597530955573826158592"})
		e.must("MergeShards", object{"StreamName": "orders", "ShardToMerge": shard0, "AdjacentShardToMerge": shard2})
		e.clock.advance(100 * time.Millisecond)
		e.must("SplitShard", object{"StreamName": "orders", "ShardToSplit": "shardId-000000000004", "NewStartingHashKey": half})
		e.must("UpdateShardCount", object{"StreamName": "orders", "ScalingType": "UNIFORM_SCALING", "TargetShardCount": 2})
		e.oneOwner(time.Minute)

		e = newEndpoint(t, Options{CutOver: cutOver})
		e.stream("orders", 2)
		e.scale(3) // shard 6 opens in the middle, last of all
		e.must("SplitShard", object{"StreamName": "orders", "ShardToSplit": shardID(6), "NewStartingHashKey": half})
		e.oneOwner(time.Minute)
	}
}

// oneOwner checks for so long that a hash key of each sixteenth of the key space
// has one shard that takes it, and that no shard takes writes before its
// parents have ended.
func (e *endpoint) oneOwner(long time.Duration) {
	e.Helper()
	t := e.streams["orders"]
	for end := e.clock.now.Add(long); e.clock.now.Before(end); e.clock.advance(50 * time.Millisecond) {
		for i := range 16 {
			owners, key := 0, hashKey{0: byte(i << 4)}
			for _, d := range t.shards {
				if d.hashes.contains(key) && d.takes(e.clock.now) {
					owners++
				}
			}
			if owners != 1 {
				e.Fatalf("%s after noon %d shards take %s", e.clock.now.Sub(noon), owners, key)
			}
		}
	}
	for _, d := range t.shards {
		if d.closed && (d.closedAt.Before(d.opensAt) || d.closedSecond < d.createdSecond) {
			e.Errorf("%s is closed before it opens", d.id)
		}
		for _, p := range d.parents {
			if d.opensAt.Before(p.closedAt) || d.createdSecond <= p.closedSecond {
				e.Errorf("%s opens before %s closes", d.id, p.id)
			}
		}
	}
}
