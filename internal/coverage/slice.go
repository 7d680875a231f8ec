package coverage

import (
	"slices"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/step"
)

// slice is the reading of a stretch of a shard: of all of it, or, where several
// consumers share a shard, of what lies from the first record that this one read up to
// the first one of a later slice. It is joined to that by the sequence number.
type slice struct {
	of     *account
	later  bool         // it begins behind others, and claims nothing before its first record
	first  *record.Meta // of a later one, that record
	joined int          // the slice that goes on where this one ended; 0: none
	counts
	proof *Proof
	gaps  []Gap
	from  time.Time // all that arrived from here on is covered; zero: from its opening
	// position is the arrival time up to which everything was read, as far as
	// what we have seen tells.
	position time.Time
	start    time.Time // the first position
	last     record.SequenceNumber
	record.Arrivals
	reached *record.Meta // the first record that has the number asked for, or a higher one
	failed  bool
	expired bool // whole, before the window begins
	trims   int  // the place of the gap for what was trimmed, from 1; 0: none
}

// counts is what was read.
type counts struct{ steps, emptySteps, records, userRecords, bytes, throttled, broken, opaque int64 }

func (c *counts) add(o counts) {
	c.steps += o.steps
	c.emptySteps += o.emptySteps
	c.records += o.records
	c.userRecords += o.userRecords
	c.bytes += o.bytes
	c.throttled += o.throttled
	c.broken += o.broken
	c.opaque += o.opaque
}

// left tells that it ended with a gap that can be read on from.
func (s *slice) left() bool { return s.failed && !s.expired }

func (s *slice) closed() bool { return s.proof != nil || s.failed || s.joined > 0 }

// begun tells whether it claims anything.
func (s *slice) begun() bool { return !s.later || s.first != nil }

func (s *slice) book(w Window, st step.Step) (done bool) {
	switch st.Kind {
	case step.Throttled:
		s.throttled++
	case step.Failed:
		s.fail(w, st)
	case step.Page:
		s.page(w, st)
	}
	return s.closed()
}

// fail ends the slice with a gap, unless the shard is gone because all of it
// expired: then an open window begins after what it can have held. A shard of which
// the number asked for is none has nothing to be read.
func (s *slice) fail(w Window, st step.Step) {
	if st.Foreign && w.Number != "" {
		s.proof = &Proof{Kind: Foreign, AskedAt: record.Timestamp{Time: st.AskedAt}}
		return
	}
	closed := s.of.ClosedAt
	gone := st.Code == notice.ShardGone && w.Open() && w.Retention > 0 && closed != nil
	if gone && closed.Before(w.kept(st.AskedAt)) {
		s.from, s.expired = later(s.from, closed.Add(time.Second+Pad)), true // the number tells whole seconds
		s.failed = true
		return
	}
	s.leave(w, st.Code, st.Reason)
}

// stop ends the slice with a gap that says how far the reading came.
func (s *slice) stop(w Window, code notice.Code) {
	text := "nothing was read"
	if s.steps > 0 {
		text = "read up to " + stamp(s.position).Words()
	}
	s.leave(w, code, text)
}

// leave ends the slice with its last gap, from the position to the window's
// end; beyond that, late records are all that is missing. Carry goes on from it.
func (s *slice) leave(w Window, code notice.Code, text string) {
	s.failed = true
	s.gap(Gap{Code: code, Text: text, From: stamp(s.position), Until: stamp(later(w.Until, s.position)), AfterSequenceNumber: s.last})
}

// bound ends its last gap where a later slice begins.
func (s *slice) bound(next *record.Meta) {
	gap := &s.gaps[len(s.gaps)-1]
	gap.BeforeSequenceNumber = next.SequenceNumber
	gap.Until = stamp(later(s.position, next.ApproximateArrivalTimestamp.Time))
}

func (s *slice) gap(g Gap) { s.gaps = append(s.gaps, g) }

func (s *slice) page(w Window, st step.Step) {
	s.steps++
	s.records += int64(st.Count)
	s.bytes += st.Bytes
	if st.Empty() {
		s.emptySteps++
	}
	s.trimmed(w, st)
	if st.Count > 0 {
		s.takes(w, st)
	}
	s.advance(w, st)
	if st.Joined != nil {
		s.joined = st.Joined.Slice
		return
	}
	if s.proof = s.prove(w, st); s.proof != nil || !s.beyond(w) {
		return
	}
	if before := s.of.failedBefore(s); before != nil { // then it can never be passed
		s.stop(w, before.gaps[len(before.gaps)-1].Code)
	}
}

// beyond tells that it was read to behind the window and its pad.
func (s *slice) beyond(w Window) bool { return !w.Until.IsZero() && s.Newest.After(w.Until.Add(Pad)) }

// takes notes where records stand and when they arrived, and the first that stands at the
// number asked for, or behind it: nobody who asks for one passes over records.
func (s *slice) takes(w Window, st step.Step) {
	s.last = st.Last.SequenceNumber
	if s.later && s.first == nil {
		s.first = metaOf(st.First)
	}
	if w.Number != "" && s.reached == nil {
		at := slices.IndexFunc(st.Records, func(r record.Record) bool { return r.SequenceNumber.Compare(w.Number) >= 0 })
		if at >= 0 {
			s.reached = metaOf(record.Point{SequenceNumber: st.Records[at].SequenceNumber, ArrivedAt: st.Records[at].ArrivedAt})
		}
	}
	s.Join(st.Arrivals)
}

func metaOf(p record.Point) *record.Meta {
	return &record.Meta{SequenceNumber: p.SequenceNumber, ApproximateArrivalTimestamp: record.Timestamp{Time: p.ArrivedAt}}
}

// advance moves the position: to the newest record read, or on an empty page to
// where the endpoint says it looked, less what may not have been visible yet. An empty
// page that was pushed has the subscription's word for it alone, and moves nothing.
func (s *slice) advance(w Window, st step.Step) {
	at := s.Newest
	if st.Empty() && !st.Pushed {
		at = st.AskedAt.Add(-st.Behind - w.Settle)
	}
	s.position = later(s.position, at)
}
