package trace

import (
	"maps"
	"slices"
	"strings"

	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/trace/receipt"
)

// A part lists all shards, at its beginning and again when the window has settled, and
// reads those whose IDs hash to it. What it knows of the others it says, so that the
// merging of the parts can tell whether one of them overlooked a shard.

// CannotDivide is a question that is not asked in parts.
type CannotDivide struct{ Reason string }

func (e *CannotDivide) Error() string { return "--part: " + e.Reason }

// divisible returns why the shards cannot be divided into parts, where that is asked.
func (s *search) divisible() error {
	switch {
	case s.Part.Whole():
		return nil
	case s.Event.SequenceNumber != "":
		return &CannotDivide{"a sequence number takes one read of each shard"}
	case s.before.Capture:
		return &CannotDivide{"a capture is one file"}
	case s.before.Denied != nil:
		return &CannotDivide{"without the permission kinesis:DescribeStreamSummary nothing tells whether the parts are of the same stream"}
	}
	return nil
}

// apart is the reason why a part by itself is never absent.
func (s *search) apart() []notice.Notice {
	if s.Part.Whole() {
		return nil
	}
	return []notice.Notice{{Code: notice.Part, Text: "this is " + s.Part.Words() + ": the shards of the other parts were not read; trace merge joins them"}}
}

// portion is what a receipt tells of its part; nil of the whole.
func (s *search) portion() *receipt.Portion {
	if s.Part.Whole() {
		return nil
	}
	p := &receipt.Portion{Part: s.Part, Others: s.others(), Compared: s.many != nil && s.asksJQ() && s.many.compared.Load()}
	if s.last != nil {
		p.ListedAt = record.Timestamp{Time: s.shards.ListedAt()}
	}
	return p
}

// others are the shards of other parts that may hold the event, as any listing showed
// them, and the last one that did.
func (s *search) others() []receipt.Other {
	known := map[string]receipt.Other{}
	if s.Resume != nil {
		for _, o := range s.Resume.Part.Others {
			known[o.ShardID] = o
		}
	}
	for _, sh := range shard.NewLineage(slices.Concat(s.listed, s.last)) {
		if !s.Part.Reads(sh.ID) && s.mayHold(sh) {
			known[sh.ID] = receipt.OtherOf(sh)
		}
	}
	return slices.SortedFunc(maps.Values(known), func(a, b receipt.Other) int { return strings.Compare(a.ShardID, b.ShardID) })
}
