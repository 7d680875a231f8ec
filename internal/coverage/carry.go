package coverage

import (
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// Stop closes the account of each shard that is not read to the window's end, or has
// slices that do not meet, with gaps of the code.
func (l *Ledger) Stop(code notice.Code) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.accounts {
		a.stop(l.window, code)
	}
}

// Carry takes over the coverage of an earlier reading for the same window, before
// any shard is opened. An account with its proof and nothing missing stays as it is;
// another goes on where its gaps begin, in a slice for each. What expired does not come
// back.
func (l *Ledger) Carry(c Coverage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.From != nil {
		l.kept = c.From.Time
	}
	for _, a := range c.Shards {
		l.accounts[a.ShardID] = carry(l.window, a)
	}
	c.Shards = nil
	l.carried = c
}

func carry(w Window, closed Account) *account {
	a := &account{Account: closed}
	first := &slice{of: a, counts: counts{
		steps: closed.Steps, emptySteps: closed.EmptySteps, throttled: closed.Throttled,
		records: closed.Records, userRecords: closed.UserRecords, bytes: closed.Bytes,
	}}
	if closed.From != nil && closed.From.After(w.From) && (closed.OpenedAt == nil || !closed.From.Equal(closed.OpenedAt.Time)) {
		first.from = closed.From.Time
	}
	a.slices = []*slice{first}
	for i, gap := range closed.Gaps {
		s := a.slices[len(a.slices)-1]
		switch {
		case !closed.missing(i):
			s.gap(gap)
			s.trims = len(s.gaps)
		case gap.BeforeSequenceNumber == "":
			s.goOn(gap)
		default:
			s.goOn(gap)
			a.slices = append(a.slices, beyond(a, gap))
		}
	}
	if end := a.slices[len(a.slices)-1]; closed.Proof != nil {
		end.proof = closed.Proof
	}
	return a
}

// beyond is the slice that begins behind a gap.
func beyond(a *account, gap Gap) *slice {
	s := &slice{of: a, later: true, last: gap.BeforeSequenceNumber}
	s.first = &record.Meta{SequenceNumber: gap.BeforeSequenceNumber}
	if gap.Until != nil {
		s.first.ApproximateArrivalTimestamp = *gap.Until
		s.start, s.position = gap.Until.Time, gap.Until.Time
	}
	return s
}

// missing tells whether a gap can be read: what expired cannot.
func (a Account) missing(i int) bool {
	return a.Gaps[i].BeforeSequenceNumber != "" || a.Proof == nil && i == len(a.Gaps)-1
}

// Missing returns the gaps that can be read, in order. Without a proof the last of them
// has no end.
func (a Account) Missing() (gaps []Gap) {
	for i, gap := range a.Gaps {
		if a.missing(i) {
			gaps = append(gaps, gap)
		}
	}
	return gaps
}

// goOn begins again at a gap. One that does not tell how far arrival times
// stepped back before it, may follow a step of any size.
func (s *slice) goOn(gap Gap) {
	s.last = gap.AfterSequenceNumber
	if gap.From != nil {
		s.position, s.start = gap.From.Time, gap.From.Time
	}
	if s.last != "" {
		s.Arrivals = gap.told()
	}
}

// Shard is the account's shard as it was listed last.
func (a Account) Shard() shard.Shard {
	s := shard.Shard{
		ID: a.ShardID, Range: a.HashKeyRange,
		Starting: a.SequenceNumberRange.Starting, Ending: a.SequenceNumberRange.Ending,
	}
	if len(a.Parents) > 0 {
		s.Parent = a.Parents[0]
	}
	if len(a.Parents) > 1 {
		s.AdjacentParent = a.Parents[1]
	}
	return s
}
