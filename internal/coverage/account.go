package coverage

import (
	"slices"
	"time"

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
	first := &slice{of: a, gaps: []Gap{}}
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

// cut adds slices that begin at the times.
func (a *account) cut(starts []time.Time) {
	for _, start := range starts {
		a.slices = append(a.slices, &slice{of: a, later: true, gaps: []Gap{}, position: start, start: start})
	}
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

// chain is the slices that hang together from the shard's beginning on. What is read
// behind them is not covered: a stretch before it is missing.
func (a *account) chain() []*slice {
	chain := a.slices[:1:1]
	for end := chain[0]; end.joined > 0 && a.slices[end.joined].last != ""; {
		end = a.slices[end.joined]
		chain = append(chain, end)
	}
	return chain
}

// end is the slice up to whose end the shard is covered.
func (a *account) end() *slice {
	chain := a.chain()
	return chain[len(chain)-1]
}

// closed tells that no more will be covered: the shard is proved to the window's end,
// or failed.
func (a *account) closed() bool {
	end := a.end()
	return end.proof != nil || end.failed
}

// expired tells that the shard was gone before all of it could be read, and that all
// it can have held is older than what an open window begins with.
func (a *account) expired() bool {
	return slices.ContainsFunc(a.slices, func(s *slice) bool { return s.expired })
}

// from is the arrival time from which on the shard is covered; zero: from its opening.
func (a *account) from() (from time.Time) {
	for _, s := range a.slices {
		if s.expired {
			from = later(from, s.from)
		}
	}
	for _, s := range a.chain() {
		from = later(from, s.from)
	}
	return from
}

// backwardStep is the largest step back of arrival times in what is covered.
func (a *account) backwardStep() (step time.Duration) {
	var newest time.Time
	for _, s := range a.chain() {
		step = max(step, s.backward)
		if !newest.IsZero() && !s.oldest.IsZero() {
			step = max(step, newest.Sub(s.oldest))
		}
		newest = later(newest, s.newest)
	}
	return step
}

// result returns the account as the receipt shows it.
func (a *account) result(w Window) Account {
	closed, read := a.Account, a.read()
	closed.Steps, closed.EmptySteps, closed.Throttled = read.steps, read.emptySteps, read.throttled
	closed.Records, closed.UserRecords, closed.Bytes = read.records, read.userRecords, read.bytes
	closed.Gaps = []Gap{}
	for _, s := range a.chain() {
		closed.Gaps = append(closed.Gaps, s.gaps...)
	}
	from := later(w.From, a.from())
	if from.IsZero() || (closed.OpenedAt != nil && closed.OpenedAt.After(from)) {
		closed.From = closed.OpenedAt
	} else {
		closed.From = stamp(wholeMillis(from))
	}
	if end := a.end(); end.proof != nil {
		proof, step := *end.proof, a.backwardStep()
		proof.BackwardStepMillis = max(proof.BackwardStepMillis, step.Milliseconds()) // of all slices
		closed.Proof, closed.Until = &proof, stamp(w.Until)
	}
	return closed
}

// read is what was read of what is covered.
func (a *account) read() (all counts) {
	for _, s := range a.chain() {
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
