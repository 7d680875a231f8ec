package trace

import (
	"context"
	"fmt"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/position"
	"kinspect/internal/reader"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/step"
)

// readsMax is how many pages are asked for a record: those before it may be empty.
// Crossing an empty shard has been seen to take some 250 calls.
const readsMax = 300

// lookup is what a shard gives at a position: its first record, or that there is
// none, or why nobody knows.
type lookup struct {
	first   *record.Record
	foreign bool // the number at which to look is none of the shard's
	code    notice.Code
	failed  string
}

// unread is before anything came.
var unread = lookup{code: notice.Unavailable, failed: "nothing was read"}

// record is the one of the number at which was looked, or nil.
func (l lookup) record(n record.SequenceNumber) *record.Record {
	if l.first == nil || l.first.SequenceNumber != n {
		return nil
	}
	return l.first
}

// none tells that there is surely no record of the number at which was looked.
func (l lookup) none(n record.SequenceNumber) bool {
	return l.foreign || l.failed == "" && l.record(n) == nil
}

// lookUp reads the first record at a position of a shard, as a scan reads: at the
// shard's pace, and again where a call fails.
func (s *search) lookUp(ctx context.Context, shardID string, at position.Position) (lookup, error) {
	l, reads, began := unread, 0, s.client.Clock.NowAtMost()
	s.shards.Read(ctx, reader.Plan{
		Starts: []reader.Start{{Shard: shard.Shard{ID: shardID}, At: at}},
		Limit:  1,
		Wants:  func(shard.Shard) bool { return false },
		Opened: func(reader.Start) {},
		Handle: func(st step.Step) (done bool) {
			if st.Kind == step.Page {
				reads++
			}
			l, done = l.take(st, began, reads)
			return done
		},
	})
	return l, ctx.Err()
}

// take takes a step; done when it settles what is there.
func (l lookup) take(st step.Step, began time.Time, reads int) (_ lookup, done bool) {
	switch {
	case st.Kind == step.Failed:
		return lookup{foreign: st.Foreign, code: st.Code, failed: st.Reason}, true
	case st.Kind != step.Page:
		return l, false
	case len(st.Records) > 0:
		first := st.Records[0].Clone()
		return lookup{first: &first}, true
	case st.End || st.Empty() && passed(st, began):
		return lookup{}, true
	}
	l.failed = fmt.Sprintf("%d pages from there on are empty", reads)
	return l, reads >= readsMax
}

// passed tells whether an empty page looked beyond all that was there when we began.
func passed(st step.Step, began time.Time) bool {
	return st.Behind == 0 || st.AskedAt.Add(-st.Behind-time.Second).After(began)
}
