package coverage

import (
	"slices"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/shard"
)

// Stop closes the account of each shard that is not read to the window's end
// with a gap of the code.
func (l *Ledger) Stop(code notice.Code) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.accounts {
		if !a.closed() {
			a.end().stop(l.window, code)
		}
	}
}

// Carry takes over the coverage of an earlier reading for the same window, before
// any shard is opened. An account with its proof stays as it is; one without goes
// on where its last gap begins. Other gaps stay: what expired does not come back.
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
	s := &slice{of: a, proof: closed.Proof, gaps: slices.Clone(closed.Gaps), counts: counts{
		steps: closed.Steps, emptySteps: closed.EmptySteps, throttled: closed.Throttled,
		records: closed.Records, userRecords: closed.UserRecords, bytes: closed.Bytes,
	}}
	a.slices = []*slice{s}
	if closed.From != nil && closed.From.After(w.From) && (closed.OpenedAt == nil || !closed.From.Equal(closed.OpenedAt.Time)) {
		s.from = closed.From.Time
	}
	if s.proof == nil && len(s.gaps) > 0 {
		s.goOn()
	}
	s.trims = 1 + slices.IndexFunc(s.gaps, func(g Gap) bool { return g.Code == notice.Trimmed })
	return a
}

// goOn opens the last gap again. A gap that does not tell how far arrival times
// stepped back before it, may follow a step of any size.
func (s *slice) goOn() {
	last := len(s.gaps) - 1
	gap := s.gaps[last]
	s.gaps = s.gaps[:last]
	s.last = gap.AfterSequenceNumber
	if gap.From != nil {
		s.position = gap.From.Time
	}
	if gap.ArrivedAt != nil {
		s.newest = gap.ArrivedAt.Time
	}
	if gap.BackwardStepMillis != nil {
		s.backward = time.Duration(*gap.BackwardStepMillis) * time.Millisecond
	}
	if told := gap.BackwardStepMillis != nil && gap.ArrivedAt != nil; s.last != "" && !told {
		s.backward = max(s.backward, Pad)
	}
}

// Missing returns the gap from which an account without a proof can be read on.
func (a Account) Missing() (gap Gap, missing bool) {
	if a.Proof != nil || len(a.Gaps) == 0 {
		return Gap{}, false
	}
	return a.Gaps[len(a.Gaps)-1], true
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
