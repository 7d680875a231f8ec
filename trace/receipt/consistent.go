package receipt

import (
	"fmt"
	"slices"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/notice"
	"kinspect/internal/record"
)

const (
	// clockSlack is how far two readings of the server's clock may differ, which
	// tells whole seconds in answers that take up to 10 s.
	clockSlack = 15 * time.Second
	// behindGrain is what MillisBehindLatest leaves out.
	behindGrain = time.Second
)

// Contradictions is what the receipt says against itself, a sentence each; it is
// nil for every receipt that a scan writes.
func (r Receipt) Contradictions() []string {
	var c contradictions
	c.parts(r)
	c.verdict(r)
	c.reasons(r)
	c.caveats(r)
	c.times(r)
	c.sums(r.Coverage)
	for _, a := range r.Coverage.Shards {
		c.shard(r, a)
	}
	c.beginning(r)
	return c
}

type contradictions []string

func (c *contradictions) add(when bool, format string, values ...any) {
	if when {
		*c = append(*c, fmt.Sprintf(format, values...))
	}
}

func (c *contradictions) verdict(r Receipt) {
	c.add(r.Verdict != Inconclusive && len(r.Reasons) > 0, "it is %s and has reasons that leave it open", r.Verdict)
	c.add(r.Verdict == Absent && !r.Coverage.Complete, "it is absent, and its coverage is not complete")
	whole := !slices.ContainsFunc(r.Coverage.Shards, func(a coverage.Account) bool { return a.Proof == nil || len(a.Gaps) > 0 })
	whole = whole && (r.Window.Open || !r.Window.From.Before(r.Earliest()))
	stopped := r.Verdict == Found && !r.Coverage.Complete // at a match
	c.add(r.Coverage.Complete != whole && !stopped, "its coverage is said to be complete: %t, and its shards say %t", r.Coverage.Complete, whole)
	c.add(r.Verdict == Absent && len(r.Coverage.Shards) == 0, "it is absent without any shard")
	c.add(!slices.Contains([]Opaque{Hole, Bytes}, r.Settings.Opaque), "it judges opaque records by %q", r.Settings.Opaque)
}

// reasons holds those of a shard that was not read whole against its gaps.
func (c *contradictions) reasons(r Receipt) {
	for _, reason := range r.Reasons {
		c.add(reason.Code == notice.WithoutID && (r.Event.Events == nil || r.Event.Events.JQ == "" || r.Events.Count()[Found] > 0),
			"its events were compared with nothing, and some of them were found")
	}
	if r.Verdict != Inconclusive {
		return
	}
	told := map[notice.Notice]int{}
	for _, reason := range r.Reasons {
		if reason.ShardID != "" && reason.Code != notice.Broken && reason.Code != notice.Opaque {
			told[reason]++
		}
	}
	for _, a := range r.Coverage.Shards {
		for _, g := range a.Gaps {
			told[notice.Notice{Code: g.Code, Text: g.Text, ShardID: a.ShardID}]--
		}
	}
	for reason, n := range told {
		c.add(n != 0, "its reasons and its gaps differ in %s of %s", reason.Code, reason.ShardID)
	}
}

func (c *contradictions) caveats(r Receipt) {
	has := func(code notice.Code) bool {
		return slices.ContainsFunc(r.Caveats, func(n notice.Notice) bool { return n.Code == code })
	}
	assumed := r.Assumptions()
	for _, a := range append(notice.Assumptions[:len(notice.Assumptions):len(notice.Assumptions)], notice.OwnNumbers) {
		c.add(slices.Contains(r.Caveats, a) != slices.Contains(assumed, a), "its verdict is %s, and the assumption %s does not go with it", r.Verdict, a.Code)
	}
	outside, undeliverable := false, false
	for m := range r.Sightings() {
		outside = outside || !m.Inside
		undeliverable = undeliverable || m.Inside && m.Undeliverable()
	}
	c.add(has(notice.Outside) != outside, "it lists matches outside its window: %t, and a caveat says otherwise", outside)
	unlisted := r.Events != nil // copies, of which the caveat may speak
	c.add(has(notice.NotDeliverable) != undeliverable && !(unlisted && !undeliverable), "its matches and its caveat differ in what is deliverable")
	c.add(r.Events == nil && has(notice.Duplicates) != (len(Copies(r.Matches)) < len(r.Matches)), "its matches and its caveat differ in which of them are copies")
	c.add(r.Verdict == Absent && r.Events == nil && has(notice.Created) != r.SinceCreation(), "it does not say that its window begins with its stream")
	c.add(has(notice.TooLarge) && r.Event.Data == nil && r.Event.Like == "", "what it looks for has no size")
	c.add(!r.Undescribed() && !r.Stream.Capture && r.Stream.CreatedAt.IsZero(), "it does not tell when its stream was created")
}

func (c *contradictions) times(r Receipt) {
	merged := r.Verdict == Found && r.Joined != nil // in a part's window, which is as wide as any
	c.add(r.Window.From.After(r.Window.Until.Time) && r.Verdict != Inconclusive && !merged, "its window ends before it begins")
	c.add(r.Verdict == Absent && r.Window.Until.After(r.FinishedAt.Add(clockSlack)), "its window ends at %s, after the scan", r.Window.Until.Words())
	c.add(r.FinishedAt.Before(r.StartedAt.Add(-clockSlack)), "it was finished before it was begun")
	c.add(r.Settings.SettleMillis < 0, "its settle time is negative")
	for m := range r.Sightings() {
		at := m.ApproximateArrivalTimestamp
		window := r.WindowOf(m.ShardID)
		c.add(window.Holds(at.Time) != m.Inside && !at.IsZero() && (m.Inside || !window.Open), "a match arrived at %s, and the window says otherwise", at.Words())
	}
}

func (c *contradictions) sums(all coverage.Coverage) {
	var records, users, bytes int64
	for _, a := range all.Shards {
		records, users, bytes = records+a.Records, users+a.UserRecords, bytes+a.Bytes
	}
	c.add(all.Records != records, "it counts %d records, and its shards have %d", all.Records, records)
	c.add(all.UserRecords != users, "it counts %d user records, and its shards have %d", all.UserRecords, users)
	c.add(all.Bytes != bytes, "it counts %d bytes, and its shards have %d", all.Bytes, bytes)
	c.add((all.OldestRecordAt == nil) != (records == 0), "its oldest record and its %d records do not go together", records)
}

func (c *contradictions) shard(r Receipt, a coverage.Account) {
	add := func(when bool, format string, values ...any) {
		c.add(when, "%s "+format, append([]any{a.ShardID}, values...)...)
	}
	add(a.EmptySteps > a.Steps || a.Records > 0 && a.Steps == a.EmptySteps, "has records that came in no page")
	add(a.UserRecords < a.Records, "has fewer user records than records")
	add(min(a.Steps, a.EmptySteps, a.Records, a.UserRecords, a.Bytes, a.Throttled) < 0, "counts below zero")
	sh := a.Shard()
	opened, told := sh.OpenedAt()
	add(told && (a.OpenedAt == nil || !a.OpenedAt.Equal(opened)), "was not opened when its numbers say")
	closed, told := sh.ClosedAt()
	add(told && (a.ClosedAt == nil || !a.ClosedAt.Equal(closed)), "was not closed when its numbers say")
	add((a.Until == nil) != (a.Proof == nil), "is covered to an end without a proof")
	atOpening := a.From == nil || a.OpenedAt != nil && a.From.Equal(a.OpenedAt.Time)
	add(!atOpening && !r.Window.Open && a.From.Before(r.Window.From.Time), "is covered from before the window")
	add(atOpening && a.OpenedAt != nil && !r.Window.Open && a.OpenedAt.Before(r.Window.From.Time), "is covered from before the window")
	if a.Proof != nil {
		c.proof(r, a, *a.Proof)
	}
}

// proof holds a proof against what each kind needs.
func (c *contradictions) proof(r Receipt, a coverage.Account, p coverage.Proof) {
	settle := r.settle()
	behind := time.Duration(0)
	if p.MillisBehindLatest != nil {
		behind = time.Duration(*p.MillisBehindLatest) * time.Millisecond
	}
	until, asked := r.Window.Until.Add(-time.Millisecond), p.AskedAt // whose fractions were cut off
	c.add(asked.Before(r.StartedAt.Add(-clockSlack)) || asked.After(r.FinishedAt.Add(clockSlack)), "%s was proved at %s, not during the scan", a.ShardID, asked.Words())
	c.add((p.MillisBehindLatest != nil) != (p.Kind == coverage.Tip), "%s has a proof of two kinds", a.ShardID)
	c.add((p.ArrivedAt != nil || p.SequenceNumber != "") != (p.Kind == coverage.Passed || p.Kind == coverage.Number), "%s has a proof of two kinds", a.ShardID)
	c.add(len(p.Children) > 0 && p.Kind != coverage.End, "%s has a proof of two kinds", a.ShardID)
	switch p.Kind {
	case coverage.Tip:
		looked := asked.Add(-behind - behindGrain)
		c.add(asked.Before(until.Add(settle)), "%s was at its tip before the window had settled", a.ShardID)
		c.add(behind != 0 && looked.Before(until.Add(max(settle, coverage.Pad))), "%s was not at its tip", a.ShardID)
	case coverage.Passed:
		enough := p.ArrivedAt != nil && p.SequenceNumber.Valid() && p.ArrivedAt.After(until.Add(coverage.Pad))
		c.add(!enough || p.BackwardStepMillis >= (coverage.Pad/2).Milliseconds(), "%s has no record that passed its window", a.ShardID)
	case coverage.Number:
		n := r.Event.SequenceNumber
		c.add(n == "" || !p.SequenceNumber.Valid() || p.SequenceNumber.Compare(n) < 0 || a.Records == 0, "%s has no record at the number asked for, or behind it", a.ShardID)
	case coverage.Foreign:
		c.add(r.Event.SequenceNumber == "" || a.Records > 0, "%s has records, or refused a number that was not asked for", a.ShardID)
	}
}

// SinceCreation tells that the window, left open, begins with the stream, so that an
// earlier one of its name may have held the event. A sequence number is told to be of
// an earlier one by itself.
func (r Receipt) SinceCreation() bool {
	created := r.Stream.CreatedAt
	return r.Event.SequenceNumber == "" && r.Window.Open && !created.IsZero() && r.Window.From.Before(created.Add(2*time.Millisecond))
}

// Earliest is the arrival time from which on everything was there to be read.
func (r Receipt) Earliest() time.Time {
	from := r.Coverage.From.Time
	for _, a := range r.Coverage.Shards {
		atOpening := a.From == nil || a.OpenedAt != nil && a.From.Equal(a.OpenedAt.Time)
		if !atOpening && (r.Window.Open || a.From.After(r.Window.From.Time)) && a.From.After(from) {
			from = a.From.Time
		}
	}
	return from
}

// beginning holds the window against what the stream can have held.
func (c *contradictions) beginning(r Receipt) {
	earliest := record.Timestamp{Time: r.Earliest()}
	c.add(r.Window.Open && !r.Window.From.Equal(earliest.Time), "its window begins at %s, and what was there begins at %s", r.Window.From.Words(), earliest.Words())
	created := r.Stream.CreatedAt
	c.add(!created.IsZero() && r.Coverage.From.Before(created.Time), "it covers what was before its stream was created")
	kept := r.StartedAt.Add(-time.Duration(r.Stream.RetentionHours) * time.Hour)
	c.add(len(r.Coverage.Shards) > 0 && !created.IsZero() && r.Coverage.From.Before(kept) && r.Stream.RetentionHours > 0, "it covers what had expired before it was begun")
}
