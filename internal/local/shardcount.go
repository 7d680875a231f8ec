package local

import (
	"slices"
	"time"
)

// Limits of UpdateShardCount. Source: its text in the service model. That text
// says no less than half the shards, but AWS was seen to make one of three.
const (
	targetShardsMax = 10000
	scalingsMax     = 10 // of a stream, within scalingsTime
	scalingsTime    = 24 * time.Hour
)

// askedShardsMax bounds what TargetShardCount may name.
const askedShardsMax = 100000

type shardCountInput struct {
	streamRef
	ScalingType      string
	TargetShardCount *int
}

type shardCountOutput struct {
	CurrentShardCount int
	StreamARN         string
	StreamName        string
	TargetShardCount  int
}

func (s *Server) updateShardCount(now time.Time, in *shardCountInput) (any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	t, err := s.findActive(in.streamRef, now)
	if err != nil {
		return nil, err
	}
	current, target := len(t.open()), *in.TargetShardCount
	if err := t.checkScaling(current, target, now); err != nil {
		return nil, err
	}
	c := &scaling{stream: t, now: now, cutOver: now.Add(s.cutOver), first: len(t.shards)}
	ranges := uniform(target)
	open := slices.SortedFunc(slices.Values(t.open()), func(a, b *shard) int { return a.hashes.start.compare(b.hashes.start) })
	if err := s.checkShards(cuts(open, ranges), now); err != nil {
		return nil, err
	}
	c.merge(c.split(open, ranges), ranges)
	t.scalings = append(t.scalings, now)
	s.change(t, updating, now)
	return shardCountOutput{current, s.arn(t.name), t.name, target}, nil
}

func (in *shardCountInput) check() error {
	var v violations
	if v.required(in.ScalingType, "scalingType") {
		v.oneOf(in.ScalingType, "scalingType", "UNIFORM_SCALING")
	}
	if in.TargetShardCount == nil {
		v.required("", "targetShardCount")
	} else {
		v.between(*in.TargetShardCount, "targetShardCount", 1, askedShardsMax)
	}
	return v.err()
}

// checkScaling says whether the stream may be scaled so. The texts of the mode
// and of the day's limit are not known to be those of AWS.
func (t *stream) checkScaling(current, target int, now time.Time) error {
	t.scalings = slices.DeleteFunc(t.scalings, func(at time.Time) bool { return now.Sub(at) >= scalingsTime })
	switch {
	case t.mode == onDemand:
		return failure("ValidationException", "Stream %s is in %s mode: its shard count cannot be updated.", t.name, t.mode)
	case target > targetShardsMax:
		return limitExceeded("Target shard count or number of open shards cannot be greater than %d. "+
			"Current open shard count: %d, Target shard count: %d", targetShardsMax, current, target)
	case target > 2*current:
		return limitExceeded("UpdateShardCount cannot scale up over double your current open shard count. "+
			"Current open shard count: %d, Target shard count: %d", current, target)
	case target < current/2:
		return limitExceeded("UpdateShardCount cannot scale down below half your current open shard count. "+
			"Current open shard count: %d, Target shard count: %d", current, target)
	case len(t.scalings) >= scalingsMax:
		return limitExceeded("Stream %s has been scaled %d times within the last 24 hours.", t.name, scalingsMax)
	}
	return nil
}
