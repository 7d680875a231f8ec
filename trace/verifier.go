package trace

import (
	"context"
	"fmt"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/match"
	"kinspect/internal/notice"
	"kinspect/internal/position"
	"kinspect/internal/reader"
	"kinspect/internal/record"
	"kinspect/internal/scan"
	"kinspect/internal/shard"
	"kinspect/internal/stream"
	"kinspect/trace/receipt"
)

// verifier reads the records of a receipt again.
type verifier struct {
	*search
	read map[spotted]lookup
}

type spotted struct {
	shardID string
	number  record.SequenceNumber
}

// newVerifier tests as the scan did, in the same window.
func newVerifier(client *stream.Client, now stream.Summary, o VerifyOptions, listed shard.Lineage) *verifier {
	r := o.Receipt
	window := coverage.Window{Number: r.Event.SequenceNumber, From: r.Window.From.Time, Until: r.Window.Until.Add(time.Millisecond - 1), Retention: now.Retention, CreatedAt: now.CreatedAt}
	if r.Window.Open {
		window.From = time.Time{}
	}
	s := &search{
		Options: Options{Event: r.Event, Content: o.Content, Decoder: o.Decoder, All: true},
		client:  client, before: now, window: window, shards: reader.New(client, verifyShare, 0).Within(0, now.RecordBytesMax),
		ranges: map[string]shard.Range{}, fates: map[string]fate{}, holes: map[holeKey]*hole{}, kinds: map[string]bool{},
	}
	for _, sh := range listed {
		s.ranges[sh.ID] = sh.Range
	}
	return &verifier{search: s, read: map[spotted]lookup{}}
}

// records reads each match again, and each record that proves that a shard was read
// beyond the window.
func (v *verifier) records(ctx context.Context, r receipt.Receipt) (findings []receipt.Finding, err error) {
	if used := v.decoder().SchemaNames(); used != r.Settings.Schemas && (len(r.Matches)+len(r.Outside) > 0 || ofNumber(r)) {
		return []receipt.Finding{{
			Check: receipt.OfRecord, Outcome: receipt.Unchecked,
			Text: fmt.Sprintf("the records were read by the schemas %q, and these are %q: give the same --avro or --proto", r.Settings.Schemas, used),
		}}, nil
	}
	for _, m := range r.Matches {
		f, err := v.again(ctx, m, true)
		if err != nil {
			return nil, err
		}
		findings = append(findings, f)
	}
	for _, m := range r.Outside {
		f, err := v.again(ctx, m, false)
		if err != nil {
			return nil, err
		}
		findings = append(findings, f)
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
func (v *verifier) again(ctx context.Context, m receipt.Match, inside bool) (receipt.Finding, error) {
	at := spotted{m.ShardID, m.SequenceNumber}
	l, err := v.find(ctx, at)
	if err != nil {
		return receipt.Finding{}, err
	}
	found := l.record(at.number)
	if found == nil {
		return v.missing(at, l, m.ApproximateArrivalTimestamp.Time), nil
	}
	matches, outside := v.retest(*found)
	held := matches
	if !inside {
		held = outside
	}
	for _, is := range held {
		if sub(is.SubSequenceNumber) == sub(m.SubSequenceNumber) {
			return receipt.CompareMatch(m, is), nil
		}
	}
	return at.finding(receipt.Refuted, "the record is there, and does not hold the event as the receipt says"), nil
}

func (v *verifier) retest(r record.Record) (matches, outside []receipt.Match) {
	v.matches, v.outside = nil, nil
	scan.Records([]record.Record{r}, v.decoder(), func(subject match.Subject) bool {
		v.test(subject)
		return true
	})
	return v.matches, v.outside
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
		if matches, _ := v.retest(*found); len(matches) > 0 {
			return at.finding(receipt.Refuted, "it is there, and holds the event"), nil
		}
		return at.finding(receipt.Stands, "it is there, and is not the event"), nil
	case !l.none(n):
		return at.finding(receipt.Unchecked, "%s", l.failed), nil
	case p.Kind == coverage.Number && (l.first == nil || l.first.SequenceNumber != p.SequenceNumber):
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
	case l.code == notice.ShardGone, l.code == notice.Refused:
		return at.finding(receipt.Refuted, "%s", l.failed)
	}
	return at.finding(receipt.Unchecked, "%s", l.failed)
}
