package coverage

import (
	"fmt"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/step"
)

// trimMargin is how long before the end of its retention a record may already
// be gone. AWS documents no bound; a minute is ours.
const trimMargin = 60 * time.Second

// Horizon is the oldest arrival time that the stream still held at now.
func (w Window) Horizon(now time.Time) time.Time {
	if h := now.Add(-w.Retention); w.Retention > 0 && h.After(w.CreatedAt) {
		return h
	}
	return w.CreatedAt
}

// kept is the arrival time from which on nothing has expired at now.
func (w Window) kept(now time.Time) time.Time { return now.Add(trimMargin - w.Retention) }

// trimmed books the stretch that may have expired before this page was read:
// from the position to the next record, if the position is older than the
// retention period less a margin. What is younger than that cannot be gone. What
// went before the next record may have arrived up to a pad after it: where an
// endpoint lets go of many records at once, the next may be older than the last
// of them. Before its first record a later slice claims nothing.
func (s *slice) trimmed(w Window, st step.Step) {
	if w.Retention == 0 || !s.begun() {
		return
	}
	safe := w.kept(st.AnsweredAt)
	if next := nextArrival(st); !next.IsZero() && next.Add(Pad).Before(safe) {
		safe = next.Add(Pad)
	}
	if !s.position.Before(safe) || !safe.After(w.CreatedAt) {
		return
	}
	if w.Open() || s.last == "" { // the beginning, which the window may do without
		s.from = safe
		return
	}
	if beyond := !w.Until.IsZero() && s.position.After(w.Until.Add(Pad)); safe.After(w.From) && !beyond {
		s.trim(w, safe)
	}
}

// nextArrival is that of the next record there is, of a later slice perhaps; zero where
// a page has none.
func nextArrival(st step.Step) time.Time {
	switch {
	case st.Count > 0:
		return st.First.ArrivedAt
	case st.Joined != nil:
		return st.Joined.ArrivedAt
	}
	return time.Time{}
}

// trim books a stretch up to until, as one gap with those booked before: a shard
// that is read at the pace at which it expires would have one for each page.
func (s *slice) trim(w Window, until time.Time) {
	if s.trims == 0 {
		s.gap(trimGap(later(s.position, w.From), until, s.last))
		s.trims = len(s.gaps)
		return
	}
	first := s.gaps[s.trims-1]
	s.gaps[s.trims-1] = trimGap(first.From.Time, later(first.Until.Time, until), first.AfterSequenceNumber)
}

func trimGap(from, until time.Time, after record.SequenceNumber) Gap {
	return Gap{
		Code: notice.Trimmed, From: stamp(from), Until: stamp(until), AfterSequenceNumber: after,
		Text: fmt.Sprintf("records that arrived from %s to %s may have expired before they were read",
			stamp(from).Words(), stamp(until).Words()),
	}
}
