package local

import (
	"testing"
	"time"
)

// lineage is a shard as ListShards shows it, in the order of the ids.
func (e *endpoint) lineage() []object {
	var all []object
	for _, s := range e.must("ListShards", object{"StreamName": "orders"})["Shards"].([]any) {
		all = append(all, s.(object))
	}
	return all
}

func sequences(s object) (starting sequence, ending any) {
	r := s["SequenceNumberRange"].(object)
	starting, _ = parseSequence(r["StartingSequenceNumber"].(string))
	return starting, r["EndingSequenceNumber"]
}

func TestSplitAndMerge(t *testing.T) {
	e := world(t)
	shards := e.lineage()
	for i, want := range []struct {
		start, end       string
		parent, adjacent any
		created          time.Duration // since noon, which its numbers name
		closed           time.Duration // 0: open
	}{
		{"0", "170141183460469231731687303715884105727", nil, nil, 0, time.Hour},
		{half, last, nil, nil, 0, 2 * time.Hour},
		{"0", "85070591730234615865843651857942052863", shard0, nil, time.Hour + time.Second, 0},
		{"85070591730234615865843651857942052864", "170141183460469231731687303715884105727", shard0, nil, time.Hour + time.Second, 2 * time.Hour},
		{"85070591730234615865843651857942052864", last, shard1, shard3, 2*time.Hour + time.Second, 0},
	} {
		got := shards[i]
		r := got["HashKeyRange"].(object)
		if r["StartingHashKey"] != want.start || r["EndingHashKey"] != want.end || got["ParentShardId"] != want.parent || got["AdjacentParentShardId"] != want.adjacent {
			t.Errorf("shard %d is %v", i, got)
		}
		starting, ending := sequences(got)
		if starting != (sequence{created: noon.Add(want.created).Unix(), at: noon.Add(want.created).Unix(), shard: uint32(i)}) {
			t.Errorf("shard %d starts at %+v", i, starting)
		}
		if want.closed == 0 {
			if ending != nil {
				t.Errorf("shard %d ends at %v", i, ending)
			}
			continue
		}
		end, _ := parseSequence(ending.(string))
		if end != (sequence{created: starting.created, counter: 0x7fffffffffffffff, at: noon.Add(want.closed).Unix(), shard: uint32(i)}) {
			t.Errorf("shard %d ends at %+v", i, end)
		}
	}
}

// The children take over at once and the parents keep what they had.
func TestWritesAfterAReshard(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 1)
	e.put("orders", half, []byte("before"))
	e.must("SplitShard", object{"StreamName": "orders", "ShardToSplit": shard0, "NewStartingHashKey": half})
	e.put("orders", "0", []byte("low"))
	e.put("orders", half, []byte("high"))
	e.must("MergeShards", object{"StreamName": "orders", "ShardToMerge": shard2, "AdjacentShardToMerge": shard1})
	e.put("orders", "7", []byte("merged"))
	for id, want := range map[string]string{shard0: "before", shard1: "low", shard2: "high", shard3: "merged"} {
		if got := e.first("orders", id, "TRIM_HORIZON", nil).data(); got != want {
			t.Errorf("%s holds %q, want %q", id, got, want)
		}
	}
	if got := e.lineage()[3]; got["ParentShardId"] != shard2 || got["AdjacentParentShardId"] != shard1 {
		t.Errorf("merged in the order asked: %v", got)
	}
}

func TestReshardErrors(t *testing.T) {
	e := world(t) // 2 and 4 are open
	const argument, notFound = "InvalidArgumentException", "ResourceNotFoundException"
	split := func(shard, key string) object {
		return object{"StreamName": "orders", "ShardToSplit": shard, "NewStartingHashKey": key}
	}
	merge := func(a, b string) object {
		return object{"StreamName": "orders", "ShardToMerge": a, "AdjacentShardToMerge": b}
	}
	outside := func(key string) string {
		return "NewStartingHashKey " + key + " used in SplitShard() on shard " + shard2 + " in stream orders under account 123456789012 " +
			"is not both greater than one plus the shard's StartingHashKey 0 and less than the shard's EndingHashKey 85070591730234615865843651857942052863."
	}
	closed := "Shard " + shard1 + " in stream orders under account 123456789012 has already been merged or split, " +
		"and thus is not eligible for merging or splitting."
	for _, test := range []struct {
		operation      string
		input          object
		wantType, want string
	}{
		{"SplitShard", split(shard2, "0"), argument, outside("0")},
		{"SplitShard", split(shard2, "1"), argument, outside("1")},
		{"SplitShard", split(shard2, "85070591730234615865843651857942052863"), argument, outside("85070591730234615865843651857942052863")},
		{"SplitShard", split(shard2, last), argument, outside(last)},
		{"SplitShard", split(shard2, "x"), "ValidationException",
			`1 validation error detected: Value 'x' at 'newStartingHashKey' failed to satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\d{0,38})`},
		{"SplitShard", split(shard1, half), argument, closed},
		{"SplitShard", split("shardId-000000000009", "9"), notFound, "Could not find shard shardId-000000000009 in stream orders under account 123456789012."},
		{"MergeShards", merge(shard2, shard1), argument, closed},
		{"MergeShards", merge(shard2, shard2), argument,
			"Shards " + shard2 + " and " + shard2 + " in stream orders under account 123456789012 are not an adjacent pair of shards eligible for merging"},
		{"MergeShards", merge("nothing", shard2), notFound, "Could not find shard nothing in stream orders under account 123456789012."},
	} {
		e.fails(test.operation, test.input, test.wantType, test.want)
	}
	e.must("SplitShard", split(shard2, "2"))
	if got := len(e.lineage()); got != 7 {
		t.Errorf("%d shards after all", got)
	}
}

func TestMergeOfShardsApart(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 3)
	e.fails("MergeShards", object{"StreamName": "orders", "ShardToMerge": shard0, "AdjacentShardToMerge": shard2}, "InvalidArgumentException",
		"Shards "+shard0+" and "+shard2+" in stream orders under account 123456789012 are not an adjacent pair of shards eligible for merging")
}
