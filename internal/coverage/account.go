package coverage

import (
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/step"
)

// account is a shard's page in the ledger while it is being read.
type account struct {
	Account
	from time.Time // all that arrived from here on is covered; zero: from its opening
	// position is the arrival time up to which everything was read, as far as
	// what we have seen tells.
	position time.Time
	start    time.Time // the first position
	began    time.Time // the server's time then
	last     record.SequenceNumber
	oldest   time.Time
	newest   time.Time
	backward time.Duration // the largest step back of arrival times
	reached  *record.Meta  // the first record that has the number asked for, or a higher one
	broken   int64
	opaque   int64
	failed   bool
	expired  bool // whole, before the window begins
	trims    int  // the place of the gap for what was trimmed, from 1; 0: none
}

func newAccount(w Window, s shard.Shard, start, now time.Time) *account {
	a := &account{Account: Account{Gaps: []Gap{}}}
	a.list(s)
	opened, told := s.OpenedAt()
	a.position = start
	if start.IsZero() {
		a.position = w.Horizon(now)
		if told && opened.After(a.position) {
			a.position = opened // nothing of it can have been trimmed before
		} else {
			a.from = a.position
		}
	}
	a.start, a.began = a.position, now
	return a
}

// list notes what a listing says of the shard. One that turns out to have opened after
// its beginning begins with its opening: there was nothing before.
func (a *account) list(s shard.Shard) {
	if opened, told := s.OpenedAt(); told && a.SequenceNumberRange.Starting == "" && opened.After(a.from) {
		a.from, a.position = time.Time{}, later(a.position, opened)
	}
	a.ShardID, a.Parents, a.HashKeyRange = s.ID, s.Parents(), s.Range
	a.SequenceNumberRange = SequenceNumberRange{s.Starting, s.Ending}
	if opened, told := s.OpenedAt(); told {
		a.OpenedAt = &record.Timestamp{Time: opened}
	}
	if closed, told := s.ClosedAt(); told {
		a.ClosedAt = &record.Timestamp{Time: closed}
	}
}

// Horizon is the oldest arrival time that the stream still held at now.
func (w Window) Horizon(now time.Time) time.Time {
	if h := now.Add(-w.Retention); w.Retention > 0 && h.After(w.CreatedAt) {
		return h
	}
	return w.CreatedAt
}

func (a *account) closed() bool { return a.Proof != nil || a.failed }

func (a *account) book(w Window, st step.Step) (done bool) {
	switch st.Kind {
	case step.Throttled:
		a.Throttled++
	case step.Failed:
		a.fail(w, st)
	case step.Page:
		a.page(w, st)
	}
	return a.closed()
}

// fail ends the account with a gap, unless the shard is gone because all of it
// expired: then an open window begins after what it can have held. A shard of which
// the number asked for is none has nothing to be read.
func (a *account) fail(w Window, st step.Step) {
	if st.Foreign && w.Number != "" {
		a.Proof = &Proof{Kind: Foreign, AskedAt: record.Timestamp{Time: st.AskedAt}}
		return
	}
	gone := st.Code == notice.ShardGone && w.Open() && w.Retention > 0 && a.ClosedAt != nil
	if gone && a.ClosedAt.Before(w.kept(st.AskedAt)) {
		a.from, a.expired = later(a.from, a.ClosedAt.Add(time.Second+Pad)), true // the number tells whole seconds
		a.failed = true
		return
	}
	a.leave(w, st.Code, st.Reason)
}

// stop ends the account with a gap that says how far the reading came.
func (a *account) stop(w Window, code notice.Code) {
	text := "nothing was read"
	if a.Steps > 0 {
		text = "read up to " + stamp(a.position).Words()
	}
	a.leave(w, code, text)
}

// leave ends the account with its last gap, from the position to the window's
// end; beyond that, late records are all that is missing. Carry goes on from it.
func (a *account) leave(w Window, code notice.Code, text string) {
	a.failed = true
	backward := a.backward.Milliseconds()
	a.gap(Gap{
		Code: code, Text: text, From: stamp(a.position), Until: stamp(later(w.Until, a.position)),
		AfterSequenceNumber: a.last, ArrivedAt: stamp(a.newest), BackwardStepMillis: &backward,
	})
}

// kept is the arrival time from which on nothing has expired at now.
func (w Window) kept(now time.Time) time.Time { return now.Add(trimMargin - w.Retention) }

func (a *account) page(w Window, st step.Step) {
	a.Steps++
	a.Records += int64(len(st.Records))
	a.Bytes += st.Bytes
	if st.Empty() {
		a.EmptySteps++
	}
	a.trimmed(w, st)
	for _, r := range st.Records {
		a.arrived(w, r)
	}
	a.advance(w, st)
	a.Proof = a.prove(w, st)
}

// arrived notes a record's arrival time and how far it steps back, and whether it
// stands at the number asked for, or behind it.
func (a *account) arrived(w Window, r record.Record) {
	a.last = r.SequenceNumber
	if w.Number != "" && a.reached == nil && r.SequenceNumber.Compare(w.Number) >= 0 {
		a.reached = &record.Meta{SequenceNumber: r.SequenceNumber, ApproximateArrivalTimestamp: record.Timestamp{Time: r.ArrivedAt}}
	}
	if a.oldest.IsZero() || r.ArrivedAt.Before(a.oldest) {
		a.oldest = r.ArrivedAt
	}
	a.newest = later(a.newest, r.ArrivedAt)
	a.backward = max(a.backward, a.newest.Sub(r.ArrivedAt))
}

// advance moves the position: to the newest record read, or on an empty page to
// where the endpoint says it looked, less what may not have been visible yet.
func (a *account) advance(w Window, st step.Step) {
	at := a.newest
	if st.Empty() {
		at = st.AskedAt.Add(-st.Behind - w.Settle)
	}
	a.position = later(a.position, at)
}

// trimmed books the stretch that may have expired before this page was read:
// from the position to the next record, if the position is older than the
// retention period less a margin. What is younger than that cannot be gone. What
// went before the next record may have arrived up to a pad after it: where an
// endpoint lets go of many records at once, the next may be older than the last
// of them.
func (a *account) trimmed(w Window, st step.Step) {
	if w.Retention == 0 {
		return
	}
	safe := w.kept(st.AnsweredAt)
	if next := firstArrival(st); !next.IsZero() && next.Add(Pad).Before(safe) {
		safe = next.Add(Pad)
	}
	if !a.position.Before(safe) || !safe.After(w.CreatedAt) {
		return
	}
	if w.Open() || a.last == "" { // the beginning, which the window may do without
		a.from = safe
		return
	}
	if beyond := !w.Until.IsZero() && a.position.After(w.Until.Add(Pad)); safe.After(w.From) && !beyond {
		a.trim(w, safe)
	}
}

// firstArrival is zero where a page has no records.
func firstArrival(st step.Step) time.Time {
	if len(st.Records) == 0 {
		return time.Time{}
	}
	return st.Records[0].ArrivedAt
}

// trim books a stretch up to until, as one gap with those booked before: a shard
// that is read at the pace at which it expires would have one for each page.
func (a *account) trim(w Window, until time.Time) {
	if a.trims == 0 {
		from := a.position
		if from.Before(w.From) {
			from = w.From
		}
		a.gap(trimGap(from, until, a.last))
		a.trims = len(a.Gaps)
		return
	}
	first := a.Gaps[a.trims-1]
	a.Gaps[a.trims-1] = trimGap(first.From.Time, later(first.Until.Time, until), first.AfterSequenceNumber)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (a *account) gap(g Gap) { a.Gaps = append(a.Gaps, g) }

// result returns the account as the receipt shows it.
func (a *account) result(w Window) Account {
	closed := a.Account
	from := later(w.From, a.from)
	if from.IsZero() || (closed.OpenedAt != nil && closed.OpenedAt.After(from)) {
		closed.From = closed.OpenedAt
	} else {
		closed.From = stamp(wholeMillis(from))
	}
	if closed.Proof != nil {
		closed.Until = stamp(w.Until)
	}
	return closed
}

// wholeMillis rounds up to the milliseconds that arrival times have, and that a
// receipt keeps.
func wholeMillis(t time.Time) time.Time {
	return t.Add(time.Millisecond - 1).Truncate(time.Millisecond)
}

// stamp is nil for the zero time.
func stamp(t time.Time) *record.Timestamp {
	if t.IsZero() {
		return nil
	}
	return &record.Timestamp{Time: t}
}
