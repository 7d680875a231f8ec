package trace

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/notice"
	"kinspect/internal/position"
	"kinspect/internal/reader"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/step"
	"kinspect/trace/receipt"
)

// CannotResume is a receipt that this question cannot go on from.
type CannotResume struct {
	Reason string
	// Asked: what was asked contradicts the receipt.
	Asked bool
}

func (e *CannotResume) Error() string { return "resuming from the receipt: " + e.Reason }

// past is what earlier scans for the same question left. The zero past is none.
type past struct {
	coverage coverage.Coverage
	accounts map[string]coverage.Account // by shard
	reasons  []notice.Notice             // that stay, whatever is read now
	// conditions of what was read then
	conditions []notice.Notice
}

// resume takes over the receipt to go on from, if there is one.
func (s *search) resume() error {
	r := s.Resume
	if r == nil {
		return nil
	}
	if err := s.resumable(*r); err != nil {
		return err
	}
	s.past = past{coverage: r.Coverage, accounts: map[string]coverage.Account{}, reasons: lasting(r.Reasons), conditions: r.Conditions}
	s.past.coverage.Shards = slices.Clone(r.Coverage.Shards) // the receipt is the caller's
	for _, a := range r.Coverage.Shards {
		s.past.accounts[a.ShardID] = a
	}
	s.outside = r.Outside
	if s.many != nil {
		s.many.resume(*r)
	}
	s.From, s.Until = r.Window.From.Time, r.Window.Until.Add(time.Millisecond-1) // all of that millisecond
	if r.Window.Open {
		s.From = time.Time{}
	}
	s.compareRetention(time.Duration(r.Stream.RetentionHours) * time.Hour)
	return nil
}

// compareRetention judges what expires by the shorter of two retention periods:
// what one let expire, the other does not bring back.
func (s *search) compareRetention(then time.Duration) {
	now := s.before
	s.before.Retention = then
	if !slices.ContainsFunc(s.past.reasons, func(n notice.Notice) bool { return n.Code == notice.RetentionChanged }) {
		s.past.reasons = append(s.past.reasons, s.changes(now)...)
	}
	s.before.Retention = min(now.Retention, then)
}

// resumable returns why a receipt cannot be gone on from.
func (s *search) resumable(r receipt.Receipt) error {
	created := record.Timestamp{Time: s.before.CreatedAt.Truncate(time.Millisecond)}
	switch {
	case r.Verdict != receipt.Inconclusive:
		return &CannotResume{Reason: fmt.Sprintf("its verdict is %s, so nothing is missing", r.Verdict)}
	case s.before.Capture || slices.ContainsFunc(r.Reasons, func(n notice.Notice) bool { return n.Code == notice.Capture }):
		return &CannotResume{Reason: "a capture has no account of what was read"}
	case r.Joined != nil:
		return &CannotResume{Reason: "it is merged of parts, each of which is resumed by itself"}
	case r.Undescribed() || s.before.Denied != nil:
		return &CannotResume{Reason: "without the permission kinesis:DescribeStreamSummary nothing tells whether its stream is still the same"}
	case r.Stream.ARN != s.before.ARN:
		return &CannotResume{Reason: fmt.Sprintf("it is of the stream %s, and this is %s", r.Stream.ARN, s.before.ARN)}
	case !r.Stream.CreatedAt.Equal(created.Time):
		return &CannotResume{Reason: fmt.Sprintf("its stream was created at %s, and this one of the same name at %s", r.Stream.CreatedAt.Words(), created.Words())}
	}
	return s.sameQuestion(r)
}

// sameQuestion returns how what is asked differs from what the receipt answers.
func (s *search) sameQuestion(r receipt.Receipt) error {
	settings := s.settings()
	settings.ReadShare, settings.FanOut = r.Settings.ReadShare, r.Settings.FanOut // they decide nothing
	switch {
	case r.PartOf() != s.Part:
		return &CannotResume{Asked: true, Reason: fmt.Sprintf("it is of %s, and not of %s", r.PartOf().Words(), s.Part.Words())}
	case !reflect.DeepEqual(r.Event, s.Event):
		return &CannotResume{Asked: true, Reason: fmt.Sprintf("it looks for %s, and not for %s", Name(r.Event), Name(s.Event))}
	case r.Settings != settings:
		return &CannotResume{Asked: true, Reason: fmt.Sprintf("it was made with other settings (decode %s, schemas %s, opaque %s, narrow %t, settle %s)",
			r.Settings.Decode, cmp.Or(r.Settings.Schemas, "none"), r.Settings.Opaque, r.Settings.Narrow, time.Duration(r.Settings.SettleMillis)*time.Millisecond)}
	case !s.From.IsZero() && !s.From.Truncate(time.Millisecond).Equal(r.Window.From.Time):
		return &CannotResume{Asked: true, Reason: fmt.Sprintf("its window begins at %s, and not at %s", r.Window.From.Words(), record.Timestamp{Time: s.From}.Words())}
	case !s.Until.IsZero() && !s.Until.Truncate(time.Millisecond).Equal(r.Window.Until.Time):
		return &CannotResume{Asked: true, Reason: fmt.Sprintf("its window ends at %s, and not at %s", r.Window.Until.Words(), record.Timestamp{Time: s.Until}.Words())}
	}
	return nil
}

// lasting picks the reasons that no further reading takes back: what is wrong
// with records that were read, and with the stream. All others are judged anew.
func lasting(reasons []notice.Notice) []notice.Notice {
	codes := []notice.Code{notice.Broken, notice.Opaque, notice.RetentionChanged, notice.Recreated, notice.Metrics}
	var kept []notice.Notice
	for _, reason := range reasons {
		if slices.Contains(codes, reason.Code) {
			kept = append(kept, reason)
		}
	}
	return kept
}

// lineage joins a listing with the shards known before, which may have expired
// since.
func (p past) lineage(listed shard.Lineage) shard.Lineage {
	var known []shard.Shard
	for _, a := range p.coverage.Shards {
		known = append(known, a.Shard())
	}
	return shard.NewLineage(append(known, listed...))
}

// drop forgets the gaps of shards that are not wanted: when they were opened was
// unknown then, as a shard's last page does not tell it of its children.
func (p *past) drop(lineage shard.Lineage, wanted func(shard.Shard) bool) {
	p.coverage.Shards = slices.DeleteFunc(p.coverage.Shards, func(a coverage.Account) bool {
		sh, listed := lineage.Find(a.ShardID)
		idle := listed && a.Proof == nil && !wanted(sh)
		if idle {
			delete(p.accounts, a.ShardID)
		}
		return idle
	})
}

// proved tells whether a shard needs no more reading.
func (p past) proved(sh shard.Shard) bool {
	a := p.accounts[sh.ID]
	return a.Proof != nil && len(a.Missing()) == 0
}

// gaps are those of a shard that can be read.
func (p past) gaps(sh shard.Shard) []coverage.Gap { return p.accounts[sh.ID].Missing() }

// reached is until when a shard with a gap was read, as far as that is known.
func (p past) reached(sh shard.Shard) time.Time {
	if gaps := p.gaps(sh); len(gaps) > 0 && gaps[0].ArrivedAt != nil {
		return gaps[0].ArrivedAt.Time
	}
	return time.Time{}
}

// slices are what is to be read of a shard behind its first gap, as the ledger has them:
// a slice for each gap, each up to the first record that was read behind it.
func (p past) slices(sh shard.Shard) (slices []reader.Slice) {
	for i, gap := range p.gaps(sh) {
		if i > 0 {
			slices[i-1].At = position.After(gap.AfterSequenceNumber)
		}
		if gap.BeforeSequenceNumber != "" {
			slices = append(slices, reader.Slice{First: &step.Joint{Slice: i + 1, Point: record.Point{SequenceNumber: gap.BeforeSequenceNumber, ArrivedAt: gap.Until.Time}}})
		}
	}
	return slices
}
