package local

import "time"

type splitInput struct {
	streamRef
	ShardToSplit       string
	NewStartingHashKey string
}

func (s *Server) splitShard(now time.Time, in *splitInput) (any, error) {
	var v violations
	if v.required(in.NewStartingHashKey, "newStartingHashKey") {
		v.matches(in.NewStartingHashKey, "newStartingHashKey", hashKeyPattern)
	}
	v.name(in.ShardToSplit, "shardToSplit")
	if err := v.err(); err != nil {
		return nil, err
	}
	t, err := s.findActive(in.streamRef, now)
	if err != nil {
		return nil, err
	}
	parent, err := s.reshardable(t, in.ShardToSplit, now)
	if err != nil {
		return nil, err
	}
	middle, ok := parseHashKey(in.NewStartingHashKey)
	if r := parent.hashes; !ok || r.end == r.start || middle.compare(r.start.plus(1)) <= 0 || middle.compare(r.end) >= 0 {
		return nil, invalidArgument("NewStartingHashKey %s used in SplitShard() on shard %s in stream %s under account %s "+
			"is not both greater than one plus the shard's StartingHashKey %s and less than the shard's EndingHashKey %s.",
			in.NewStartingHashKey, parent.id, t.name, s.account, r.start, r.end)
	}
	if err := s.checkShards(1, now); err != nil {
		return nil, err
	}
	t.split(parent, middle, s.takeOver(now, parent))
	s.change(t, updating, now)
	return nil, nil
}

// split closes a shard and opens two in its place; the upper begins at middle.
func (t *stream) split(parent *shard, middle hashKey, over takeover) (lower, upper *shard) {
	lower = t.succeed(hashRange{parent.hashes.start, middle.plus(-1)}, over, parent)
	upper = t.succeed(hashRange{middle, parent.hashes.end}, over, parent)
	return lower, upper
}

type mergeInput struct {
	streamRef
	ShardToMerge         string
	AdjacentShardToMerge string
}

func (s *Server) mergeShards(now time.Time, in *mergeInput) (any, error) {
	var v violations
	v.name(in.ShardToMerge, "shardToMerge")
	v.name(in.AdjacentShardToMerge, "adjacentShardToMerge")
	if err := v.err(); err != nil {
		return nil, err
	}
	t, err := s.findActive(in.streamRef, now)
	if err != nil {
		return nil, err
	}
	first, err := s.reshardable(t, in.ShardToMerge, now)
	if err != nil {
		return nil, err
	}
	second, err := s.reshardable(t, in.AdjacentShardToMerge, now)
	if err != nil {
		return nil, err
	}
	if !adjacent(first.hashes, second.hashes) {
		return nil, invalidArgument("Shards %s and %s in stream %s under account %s are not an adjacent pair of shards eligible for merging",
			first.id, second.id, t.name, s.account)
	}
	t.merge(first, second, s.takeOver(now, first, second))
	s.change(t, updating, now)
	return nil, nil
}

// adjacent says whether two ranges touch, in either order.
func adjacent(a, b hashRange) bool {
	if b.end.compare(a.start) < 0 {
		a, b = b, a
	}
	return a.end != lastHashKey && a.end.plus(1) == b.start
}

// merge closes two adjacent shards and opens one in their place.
func (t *stream) merge(first, second *shard, over takeover) *shard {
	both := hashRange{first.hashes.start, second.hashes.end}
	if second.hashes.start.compare(first.hashes.start) < 0 {
		both = hashRange{second.hashes.start, first.hashes.end}
	}
	return t.succeed(both, over, first, second)
}

// reshardable is the open shard of that id.
func (s *Server) reshardable(t *stream, id string, now time.Time) (*shard, error) {
	d := t.shard(id, now)
	if d == nil {
		return nil, notFound("Could not find shard %s in stream %s under account %s.", id, t.name, s.account)
	}
	if d.closed {
		return nil, invalidArgument("Shard %s in stream %s under account %s has already been merged or split, "+
			"and thus is not eligible for merging or splitting.", d.id, t.name, s.account)
	}
	return d, nil
}
