package coverage

import (
	"slices"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// account is a shard's page in the ledger while it is being read.
type account struct {
	Account           // what a listing tells
	began   time.Time // the server's time when it was opened
	slices  []*slice  // in order; one where the shard is read as one
}

func newAccount(w Window, s shard.Shard, start, now time.Time) *account {
	a := &account{began: now}
	first := &slice{of: a}
	a.slices = []*slice{first}
	a.list(s)
	opened, told := s.OpenedAt()
	first.position = start
	if start.IsZero() {
		first.position = w.Horizon(now)
		if told && opened.After(first.position) {
			first.position = opened // nothing of it can have been trimmed before
		} else {
			first.from = first.position
		}
	}
	first.start = first.position
	return a
}

// cut adds a slice that begins at the time.
func (a *account) cut(start time.Time) {
	a.slices = append(a.slices, &slice{of: a, later: true, position: start, start: start})
}

// list notes what a listing says of the shard. One that turns out to have opened after
// its beginning begins with its opening: there was nothing before.
func (a *account) list(s shard.Shard) {
	first := a.slices[0]
	if opened, told := s.OpenedAt(); told && a.SequenceNumberRange.Starting == "" && opened.After(first.from) {
		first.from, first.position = time.Time{}, later(first.position, opened)
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

// begun are the slices that claim anything: those up to the first with a proof, which
// covers all that comes behind it.
func (a *account) begun() (begun []*slice) {
	for _, s := range a.slices {
		if s.begun() {
			begun = append(begun, s)
		}
		if s.begun() && s.proof != nil {
			break
		}
	}
	return begun
}

// proof is that of the last slice, if it has one.
func (a *account) proof() *Proof {
	begun := a.begun()
	return begun[len(begun)-1].proof
}

// closed tells that no more is wanted of the shard, or that what is has failed.
func (a *account) closed() bool {
	return !slices.ContainsFunc(a.begun(), func(s *slice) bool { return !s.closed() })
}

func (a *account) failed() bool {
	return slices.ContainsFunc(a.begun(), (*slice).left)
}

// stop ends each slice that is neither joined nor proved, with a gap up to where the
// next one begins.
func (a *account) stop(w Window, code notice.Code) {
	begun := a.begun()
	for i, s := range begun {
		if s.proof != nil || s.expired || s.joined > 0 && a.slices[s.joined].begun() {
			continue
		}
		if !s.failed {
			s.stop(w, code)
		}
		if i+1 < len(begun) {
			s.bound(begun[i+1].first)
		}
	}
}

// expired tells that the shard was gone before all of it could be read, and that all
// it can have held is older than what an open window begins with.
func (a *account) expired() bool {
	return slices.ContainsFunc(a.slices, func(s *slice) bool { return s.expired })
}

// from is the arrival time from which on the shard is covered; zero: from its opening.
func (a *account) from() (from time.Time) {
	for _, s := range a.slices {
		from = later(from, s.from)
	}
	return from
}

// steady tells that a slice is joined to all before it, and that arrival times up to its
// end never stepped back by half a pad.
func (a *account) steady(s *slice) bool {
	begun := a.begun()
	for i, before := range begun[:len(begun)-1] {
		if before.joined == 0 || a.slices[before.joined] != begun[i+1] {
			return false
		}
	}
	return begun[len(begun)-1] == s && a.backwardStep() < Pad/2
}

// failedBefore is a slice before s that ended with a gap; nil: none has.
func (a *account) failedBefore(s *slice) *slice {
	for _, before := range a.begun() {
		switch {
		case before == s:
			return nil
		case before.left():
			return before
		}
	}
	return nil
}

// backwardStep is the largest step back of arrival times in what was read.
func (a *account) backwardStep() time.Duration {
	var all record.Arrivals
	for _, s := range a.begun() {
		all.Join(s.Arrivals)
	}
	return all.Backward
}

// gaps are those of all slices. One that can be read on from tells the arrival times of
// what was read since the one before: of all slices that are joined there.
func (a *account) gaps() []Gap {
	all, read := []Gap{}, record.Arrivals{}
	for _, s := range a.begun() {
		all = append(all, s.gaps...)
		read.Join(s.Arrivals)
		if s.left() {
			all[len(all)-1].tell(read)
			read = record.Arrivals{}
		}
	}
	return all
}

// result returns the account as the receipt shows it.
func (a *account) result(w Window) Account {
	closed, read := a.Account, a.read()
	closed.Steps, closed.EmptySteps, closed.Throttled = read.steps, read.emptySteps, read.throttled
	closed.Records, closed.UserRecords, closed.Bytes = read.records, read.userRecords, read.bytes
	closed.Gaps = a.gaps()
	from := later(w.From, a.from())
	if from.IsZero() || (closed.OpenedAt != nil && closed.OpenedAt.After(from)) {
		closed.From = closed.OpenedAt
	} else {
		closed.From = stamp(wholeMillis(from))
	}
	if of := a.proof(); of != nil {
		proof, step := *of, a.backwardStep()
		proof.BackwardStepMillis = max(proof.BackwardStepMillis, step.Milliseconds()) // of all slices
		closed.Proof, closed.Until = &proof, stamp(w.Until)
	}
	return closed
}

// read is what was read of all slices.
func (a *account) read() (all counts) {
	for _, s := range a.slices {
		all.add(s.counts)
	}
	return all
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
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
