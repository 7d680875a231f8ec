package tail

import (
	"fmt"
	"slices"

	"kinspect/internal/coverage"
	"kinspect/internal/position"
	"kinspect/internal/reader"
	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// starts picks the shards to read and where to begin in each.
func (f *follower) starts() ([]reader.Start, error) {
	if f.Resume.last() != nil {
		return f.goOn(), nil
	}
	if f.From.Kind == position.AtSequenceNumber {
		return f.startAtNumber()
	}
	var starts []reader.Start
	for _, s := range f.listed {
		if f.overlaps(s) {
			starts = append(starts, reader.Start{Shard: s, At: f.begin(s)})
		}
	}
	return starts, nil
}

// NoShardForNumber is a sequence number that does not tell its shard.
type NoShardForNumber struct{ Number record.SequenceNumber }

func (e *NoShardForNumber) Error() string {
	return fmt.Sprintf("sequence number %s names no shard of the stream", e.Number)
}

// startAtNumber begins at the number in the one shard that it belongs to; those
// that take over from it follow.
func (f *follower) startAtNumber() ([]reader.Start, error) {
	id := ""
	if parts, told := f.From.SequenceNumber.Parts(); told {
		id = fmt.Sprintf("shardId-%012d", parts.ShardIndex)
	}
	if len(f.Shards) == 1 {
		id = f.Shards[0]
	}
	s, listed := f.listed.Find(id)
	if !listed {
		return nil, &NoShardForNumber{f.From.SequenceNumber}
	}
	f.descends = map[string]bool{id: true}
	return []reader.Start{{Shard: s, At: f.From}}, nil
}

// overlaps tells whether a listed shard may hold what is asked for. Where we
// begin at the latest record, a shard whose closing lies ahead or just behind
// still counts: writes land on it for some 25 s after a listing closes it.
func (f *follower) overlaps(s shard.Shard) bool {
	_, told := s.ClosedAt()
	switch {
	case len(f.Shards) > 0 && !slices.Contains(f.Shards, s.ID), !f.named(s), f.opensLate(s), f.closedEarly(s):
		return false
	case f.From.Kind == position.Latest:
		return !s.Closed() || told
	}
	return true
}

// named tells whether the MD5 of a partition key that is asked for names the shard.
func (f *follower) named(s shard.Shard) bool {
	return len(f.NarrowTo) == 0 || slices.ContainsFunc(f.NarrowTo, s.Named)
}

// closedEarly tells whether a shard closed before all that is asked for.
func (f *follower) closedEarly(s shard.Shard) bool {
	closed, told := s.ClosedAt()
	switch f.From.Kind {
	case position.Latest:
		return told && closed.Before(f.began.Add(-f.Settle))
	case position.AtTimestamp:
		return told && closed.Before(f.window.From.Add(-coverage.Pad))
	}
	return false
}

// opensLate tells whether a shard opened after all that the window can hold.
func (f *follower) opensLate(s shard.Shard) bool {
	opened, told := s.OpenedAt()
	return told && !f.window.Until.IsZero() && opened.After(f.window.Until.Add(coverage.Pad))
}

// begin is where a listed shard is read from. A shard whose parent is read too
// is read whole: what it holds came after what the parent held.
func (f *follower) begin(s shard.Shard) position.Position {
	whole := position.Position{Kind: position.TrimHorizon}
	switch f.From.Kind {
	case position.AtTimestamp:
		start := f.window.From.Add(-coverage.Pad)
		if opened, told := s.OpenedAt(); told && !opened.Before(start) {
			return whole
		}
		return position.At(start)
	case position.Latest:
		for _, id := range s.Parents() {
			if parent, listed := f.listed.Find(id); listed && f.overlaps(parent) {
				return whole
			}
		}
	}
	return f.From
}

// wants tells whether a shard that appears during the reading is followed. From
// the latest record on that is none which closed before we began, and which the
// first listing lacked.
func (f *follower) wants(s shard.Shard) bool {
	if f.marks != nil && f.marks.done(s.ID) || !f.named(s) {
		return false
	}
	if f.descends != nil {
		return f.descendant(s)
	}
	_, known := f.listed.Find(s.ID)
	closed, told := s.ClosedAt()
	past := f.From.Kind == position.Latest && told && !closed.After(f.began)
	return len(f.Shards) == 0 && !known && !past && !f.opensLate(s) && !f.closedEarly(s)
}

// descendant tells whether a shard comes from the one that we began in.
func (f *follower) descendant(s shard.Shard) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, id := range s.Parents() {
		if f.descends[id] {
			f.descends[s.ID] = true
		}
	}
	return f.descends[s.ID] && !f.opensLate(s)
}
