package shardmap

import (
	"cmp"
	"slices"

	"kinspect/internal/shard"
)

// index finds the shards that own a hash key without going through all of them.
// The key space is cut wherever a range starts or ends; within a segment the
// owners are the same for every place.
type index struct {
	starts []shard.HashKey // of the segments, ascending; the first is 0
	owners [][]int         // of each segment: places in Map.Shards, in the order of time
}

func newIndex(shards []Shard) index {
	x := index{starts: segmentStarts(shards)}
	x.owners = make([][]int, len(x.starts))
	for _, place := range inTime(shards) {
		r := shards[place].HashKeyRange
		for i := x.segment(r.Start); i < len(x.starts) && r.Contains(x.starts[i]); i++ {
			x.owners[i] = append(x.owners[i], place)
		}
	}
	return x
}

// at returns the places of the shards that own the hash key.
func (x index) at(h shard.HashKey) []int { return x.owners[x.segment(h)] }

func (x index) segment(h shard.HashKey) int {
	i, exact := slices.BinarySearchFunc(x.starts, h, shard.HashKey.Compare)
	if !exact {
		i-- // never below 0, since the first start is the lowest hash key
	}
	return i
}

func segmentStarts(shards []Shard) []shard.HashKey {
	starts := []shard.HashKey{{}}
	for _, s := range shards {
		starts = append(starts, s.HashKeyRange.Start)
		if next, more := s.HashKeyRange.End.Next(); more {
			starts = append(starts, next)
		}
	}
	slices.SortFunc(starts, shard.HashKey.Compare)
	return slices.Compact(starts)
}

// inTime orders the places of shards: closed ones first, older ones first. IDs
// grow with time, also where sequence numbers do not tell it.
func inTime(shards []Shard) []int {
	places := make([]int, len(shards))
	for i := range places {
		places[i] = i
	}
	slices.SortFunc(places, func(i, j int) int {
		a, b := shards[i], shards[j]
		return cmp.Or(cmp.Compare(min(a.state, closing), min(b.state, closing)), cmp.Compare(a.ID, b.ID))
	})
	return places
}
