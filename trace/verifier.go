package trace

import (
	"context"
	"fmt"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/match"
	"kinspect/internal/notice"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/scan"
	"kinspect/internal/shard"
	"kinspect/internal/stream"
	"kinspect/internal/term"
	"kinspect/trace/list"
	"kinspect/trace/receipt"
)

// verifier reads the records of a receipt again.
type verifier struct {
	*search
	told VerifyOptions
	read map[spotted]lookup
}

type spotted struct {
	shardID string
	number  record.SequenceNumber
}

// newVerifier tests as the scan did, in the same window.
func newVerifier(client *stream.Client, now stream.Summary, o VerifyOptions, listed shard.Lineage) *verifier {
	r := o.Receipt
	window := coverage.Window{
		From: r.Window.From.Time, Until: r.Window.Until.Add(time.Millisecond - 1),
		Retention: now.Retention, CreatedAt: now.CreatedAt, Number: r.Event.SequenceNumber,
	}
	if r.Window.Open {
		window.From = time.Time{}
	}
	s := newSearch(client, now, Options{Event: r.Event, Content: o.Content, Decoder: o.Decoder, Data: o.Data, ReadShare: verifyShare, All: true})
	s.window = window
	for _, sh := range listed {
		s.ranges[sh.ID] = sh.Range
	}
	return &verifier{search: s, told: o, read: map[spotted]lookup{}}
}

// againMax is how many matches are read again: at 3 calls a second to a shard, the
// share of its 5 that is left to us, those of one shard take 6 min.
const againMax = 1000

// pick is the receipt's matches, or so many of them, from first to last.
func pick(r receipt.Receipt) (picked []receipt.Sighting, all int) {
	for range r.Sightings() {
		all++
	}
	seen := 0
	for m := range r.Sightings() {
		if all <= againMax || seen*againMax/all != (seen+1)*againMax/all {
			picked = append(picked, m)
		}
		seen++
	}
	return picked, all
}

// records reads matches again, and what stands at the numbers that proofs name.
func (v *verifier) records(ctx context.Context, r receipt.Receipt) (findings []receipt.Finding, err error) {
	picked, all := pick(r)
	about := func(format string, values ...any) receipt.Finding {
		return receipt.Finding{Check: receipt.OfRecord, Outcome: receipt.Unchecked, Text: fmt.Sprintf(format, values...)}
	}
	if used := v.decoder().SchemaNames(); used != r.Settings.Schemas && (all > 0 || ofNumber(r)) {
		return []receipt.Finding{about("the records were read by the schemas %q, and these are %q: give the same --avro or --proto", r.Settings.Schemas, used)}, nil
	}
	for i, m := range picked {
		if v.told.Progress != nil {
			v.told.Progress(i, len(picked))
		}
		f, err := v.again(ctx, m)
		if err != nil {
			return nil, err
		}
		findings = append(findings, f)
	}
	if left := all - len(picked); left > 0 {
		findings = append(findings, about("of its %s matches %s were read again, from the first to the last; another trace reads them all",
			term.Number(all), term.Number(len(picked))))
	}
	for _, a := range r.Coverage.Shards {
		f, err := v.proof(ctx, r, a)
		if err != nil {
			return nil, err
		}
		findings = append(findings, f...)
	}
	return findings, nil
}

// proof holds against the shard what a few calls show of its proof.
func (v *verifier) proof(ctx context.Context, r receipt.Receipt, a coverage.Account) ([]receipt.Finding, error) {
	var f receipt.Finding
	var err error
	switch {
	case a.Proof == nil:
		return nil, nil
	case ofNumber(r):
		f, err = v.none(ctx, a, r.Event.SequenceNumber)
	case a.Proof.Kind == coverage.Passed:
		f, err = v.passed(ctx, a)
	default:
		return nil, nil
	}
	return []receipt.Finding{f}, err
}

// ofNumber tells of a receipt that says of one number that it is absent: that can be
// looked up again.
func ofNumber(r receipt.Receipt) bool {
	return r.Verdict == receipt.Absent && r.Event.SequenceNumber != "" && r.Event.Events == nil
}

// again reads a match again and tests it as the scan did.
func (v *verifier) again(ctx context.Context, m receipt.Sighting) (receipt.Finding, error) {
	at := spotted{m.ShardID, m.SequenceNumber}
	l, err := v.find(ctx, at)
	if err != nil {
		return receipt.Finding{}, err
	}
	found := l.record(at.number)
	if found == nil {
		return v.missing(at, l, m.ApproximateArrivalTimestamp.Time), nil
	}
	held, err := v.tested(*found, m)
	if err != nil {
		return receipt.Finding{}, err
	}
	for _, is := range held {
		if sub(is.SubSequenceNumber) == sub(m.SubSequenceNumber) {
			return receipt.CompareMatch(m.Match, is), nil
		}
	}
	return at.finding(receipt.Refuted, "the record is there, and does not hold the event as the receipt says"), nil
}

// tested is what in a record holds the event, on the side of the window on which it
// was seen.
func (v *verifier) tested(r record.Record, m receipt.Sighting) ([]receipt.Match, error) {
	v.matches, v.outside, v.many, v.taken = nil, nil, nil, dataTaken{}
	if v.told.Finder != nil {
		finder, err := v.told.Finder([]string{m.Event})
		if err != nil {
			return nil, err
		}
		v.Events = &Events{List: &list.List{Events: []string{m.Event}}, Finder: finder}
		v.many = newMany(v.Events, &v.taken)
	}
	scan.Records([]record.Record{r}, v.decoder(), func(subject match.Subject) bool {
		v.test(subject)
		return true
	})
	switch {
	case v.many != nil && m.Inside:
		return v.many.seen.list(v.many.inside[0]), nil
	case v.many != nil:
		return v.many.seen.list(v.many.outside[0]), nil
	case m.Inside:
		return v.matches, nil
	}
	return v.outside, nil
}

// passed reads again the record that proved that a shard was read beyond the window.
func (v *verifier) passed(ctx context.Context, a coverage.Account) (receipt.Finding, error) {
	p := a.Proof
	at := spotted{a.ShardID, p.SequenceNumber}
	l, err := v.find(ctx, at)
	if err != nil {
		return receipt.Finding{}, err
	}
	found := l.record(at.number)
	if found == nil {
		return v.missing(at, l, p.ArrivedAt.Time), nil
	}
	back := p.ArrivedAt.Sub(found.ArrivedAt.Truncate(time.Millisecond))
	if back < 0 || back > time.Duration(p.BackwardStepMillis)*time.Millisecond {
		return at.finding(receipt.Refuted, "it arrived at %s, and does not show that the shard was read beyond the window",
			record.Timestamp{Time: found.ArrivedAt}.Words()), nil
	}
	return at.finding(receipt.Stands, "it is there, and arrived after the window"), nil
}

// none looks again at the number of which a shard has no record, or one that is not
// the event. A proof by number names what stands there instead.
func (v *verifier) none(ctx context.Context, a coverage.Account, n record.SequenceNumber) (receipt.Finding, error) {
	at := spotted{a.ShardID, n}
	l, err := v.find(ctx, at)
	if err != nil {
		return receipt.Finding{}, err
	}
	found := l.record(n)
	p := a.Proof
	switch {
	case found != nil:
		matches, err := v.tested(*found, receipt.Sighting{Inside: true})
		if len(matches) > 0 || err != nil {
			return at.finding(receipt.Refuted, "it is there, and holds the event"), err
		}
		return at.finding(receipt.Stands, "it is there, and is not the event"), nil
	case !l.none(n):
		return at.finding(receipt.Unchecked, "%s", l.failed), nil
	case p.Kind == coverage.Number && !l.foreign && (l.first == nil || l.first.SequenceNumber != p.SequenceNumber):
		f := v.missing(spotted{a.ShardID, p.SequenceNumber}, l, p.ArrivedAt.Time)
		f.SequenceNumber = p.SequenceNumber
		return f, nil
	}
	return at.finding(receipt.Stands, "the shard has no record of that number"), nil
}

// sub is -1 where a record is no aggregate.
func sub(n *int) int {
	if n == nil {
		return -1
	}
	return *n
}

// find reads one record by its number.
func (v *verifier) find(ctx context.Context, at spotted) (lookup, error) {
	if known, ok := v.read[at]; ok {
		return known, nil
	}
	l, err := v.lookUp(ctx, at.shardID, position.Position{Kind: position.AtSequenceNumber, SequenceNumber: at.number})
	if err == nil {
		v.read[at] = l
	}
	return l, err
}

// finding is what is said of a record.
func (at spotted) finding(outcome receipt.Outcome, format string, values ...any) receipt.Finding {
	return receipt.Finding{Check: receipt.OfRecord, Outcome: outcome, ShardID: at.shardID, SequenceNumber: at.number, Text: fmt.Sprintf(format, values...)}
}

// missing says why a record that should be there is not: where its time has come,
// nothing else can be expected.
func (v *verifier) missing(at spotted, l lookup, arrived time.Time) receipt.Finding {
	switch {
	case arrived.Before(v.client.Clock.NowAtMost().Add(time.Minute - v.window.Retention)):
		return at.finding(receipt.Unchecked, "its record has expired")
	case l.failed == "":
		return at.finding(receipt.Refuted, "the shard has no record of that number")
	case l.foreign, l.code == notice.ShardGone:
		return at.finding(receipt.Refuted, "%s", l.failed)
	}
	return at.finding(receipt.Unchecked, "%s", l.failed)
}
