package trace

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kinspect/internal/position"
	"kinspect/internal/reader"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/step"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// records reads again the records that a receipt speaks of, all shards side by side.
// What stands close together comes in one page, so that this never takes much longer
// than the scan did, and a few calls where there are few.
func (v *verifier) records(ctx context.Context, r receipt.Receipt) ([]receipt.Finding, error) {
	claims := v.claims(r)
	if used := v.decoder().SchemaNames(); used != r.Settings.Schemas && len(claims) > 0 {
		return []receipt.Finding{{
			Check: receipt.OfRecord, Outcome: receipt.Unchecked,
			Text: fmt.Sprintf("the records were read by the schemas %q, and these are %q: give the same --avro or --proto", r.Settings.Schemas, used),
		}}, nil
	}
	again := &reread{verifier: v, claims: claims, findings: unsettled(claims), lines: map[string]*line{}}
	for i, c := range claims {
		l := again.lines[c.at.shardID]
		if l == nil {
			l = &line{}
			again.lines[c.at.shardID] = l
		}
		l.claims = append(l.claims, i)
	}
	for _, l := range again.lines {
		slices.SortStableFunc(l.claims, func(a, b int) int { return claims[a].at.number.Compare(claims[b].at.number) })
	}
	for settled := -1; settled < again.settled && ctx.Err() == nil; {
		settled = again.settled
		again.round(ctx)
	}
	return summed(again.findings), ctx.Err()
}

// unsettled are the findings of claims that nothing came of.
func unsettled(claims []claim) []receipt.Finding {
	findings := make([]receipt.Finding, len(claims))
	for i, c := range claims {
		findings[i] = c.at.finding(receipt.Unchecked, "%s", unread.failed)
	}
	return findings
}

// reread is what is still to be read again.
type reread struct {
	*verifier
	claims   []claim
	findings []receipt.Finding // by claim
	settled  int
	lines    map[string]*line // by shard; one that is through is dropped
}

// line is the claims on the records of one shard, by their numbers.
type line struct {
	claims []int
	seen   lookup
	began  time.Time
	empty  int // pages
}

// round reads each shard from its next number on, as long as what comes is spoken of.
func (a *reread) round(ctx context.Context) {
	plan := reader.Plan{
		Limit:  1,
		Wants:  func(shard.Shard) bool { return false },
		Opened: func(reader.Start) {},
		Handle: a.handle,
	}
	for id, l := range a.lines {
		l.seen, l.began, l.empty = unread, a.client.Clock.NowAtMost(), 0
		at := position.Position{Kind: position.AtSequenceNumber, SequenceNumber: a.claims[l.claims[0]].at.number}
		plan.Starts = append(plan.Starts, reader.Start{Shard: shard.Shard{ID: id}, At: at})
	}
	a.shards.Read(ctx, plan)
	for id, l := range a.lines {
		if len(l.claims) == 0 {
			delete(a.lines, id)
		}
	}
}

// handle takes a step of a shard; done when what is spoken of next is elsewhere.
func (a *reread) handle(st step.Step) (done bool) {
	l := a.lines[st.ShardID]
	if len(st.Records) > 0 {
		return a.take(l, st.Records)
	}
	if st.Kind == step.Page {
		l.empty++
	}
	if l.seen, done = l.seen.take(st, l.began, l.empty); !done {
		return false
	}
	first := a.claims[l.claims[0]].at.number
	for len(l.claims) > 0 && (!l.seen.foreign || a.claims[l.claims[0]].at.number == first) {
		a.judge(l, l.seen)
	}
	return true
}

// take judges what is said of records, and of numbers that none has.
func (a *reread) take(l *line, records []record.Record) (done bool) {
	l.seen, l.empty = unread, 0
	before := len(l.claims)
	for i := range records {
		for len(l.claims) > 0 && a.claims[l.claims[0]].at.number.Compare(records[i].SequenceNumber) <= 0 {
			a.judge(l, lookup{first: &records[i]})
		}
	}
	return len(l.claims) == 0 || len(l.claims) == before
}

// judge settles the next claim of a line.
func (a *reread) judge(l *line, seen lookup) {
	a.judging.Lock()
	defer a.judging.Unlock()
	i := l.claims[0]
	l.claims = l.claims[1:]
	a.findings[i] = a.claims[i].holds(seen)
	if a.settled++; a.told.Progress != nil {
		a.told.Progress(a.settled, len(a.claims))
	}
}

// listedMax is how many findings of an outcome are listed; the others are counted.
const listedMax = 1000

// summed are the findings that are listed, and how many more there are.
func summed(all []receipt.Finding) (listed []receipt.Finding) {
	counts := map[receipt.Outcome]int{}
	for _, f := range all {
		if counts[f.Outcome]++; counts[f.Outcome] <= listedMax {
			listed = append(listed, f)
		}
	}
	for _, outcome := range []receipt.Outcome{receipt.Stands, receipt.Refuted, receipt.Unchecked} {
		if more := counts[outcome] - listedMax; more > 0 {
			listed = append(listed, receipt.Finding{
				Check: receipt.OfRecord, Outcome: outcome, Records: more, Text: term.Count(more, "more record"),
			})
		}
	}
	return listed
}
