package local

import (
	"slices"
	"time"
)

// shortLife is how long a shard lives that a scaling opens on its way only: AWS
// was seen to make three shards of two over four, two of which lived for about
// 5 s. They can hold records.
const shortLife = 5 * time.Second

// scaling makes a stream's shards equal in size: it splits them where the new
// ones begin, then merges the pieces of each.
type scaling struct {
	stream  *stream
	now     time.Time
	cutOver time.Time // of the first reshards
	first   int       // the index of the first shard that this opens
}

// cuts is how many of the ranges begin inside a shard.
func cuts(open []*shard, ranges []hashRange) (n int) {
	for _, r := range ranges {
		_, found := slices.BinarySearchFunc(open, r.start, func(d *shard, start hashKey) int { return d.hashes.start.compare(start) })
		if !found {
			n++
		}
	}
	return n
}

// split splits the shards where ranges begin; both are in the order of the keys.
func (c *scaling) split(open []*shard, ranges []hashRange) (pieces []*shard) {
	for _, d := range open {
		for len(ranges) > 0 && ranges[0].start.compare(d.hashes.end) <= 0 {
			if start := ranges[0].start; start != d.hashes.start {
				lower, upper := c.stream.split(d, start, c.takeOver(d))
				pieces = append(pieces, lower)
				d = upper
			}
			ranges = ranges[1:]
		}
		pieces = append(pieces, d)
	}
	return pieces
}

// merge makes one shard of all pieces of each range.
func (c *scaling) merge(pieces []*shard, ranges []hashRange) {
	for _, r := range ranges {
		whole := pieces[0]
		pieces = pieces[1:]
		for whole.hashes.end != r.end {
			whole = c.stream.merge(whole, pieces[0], c.takeOver(whole, pieces[0]))
			pieces = pieces[1:]
		}
	}
}

// takeOver gives the shards that this scaling opened their short life.
func (c *scaling) takeOver(parents ...*shard) takeover {
	at := c.cutOver
	for _, p := range parents {
		if end := time.Unix(p.createdSecond, 0).Add(shortLife); p.index >= c.first && end.After(at) {
			at = end
		}
	}
	return takeOver(at, c.now, parents...)
}
