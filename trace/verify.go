package trace

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/decode"
	"kinspect/internal/match"
	"kinspect/internal/pace"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/scan"
	"kinspect/internal/shard"
	"kinspect/internal/stream"
	"kinspect/trace/receipt"
)

// Verification is what became of a receipt.
type Verification struct {
	Outcome  receipt.Outcome   `json:"outcome"`
	Verdict  receipt.Verdict   `json:"verdict"`
	Stream   string            `json:"stream"`
	Findings []receipt.Finding `json:"findings"`
	// Assumed is what the receipt says and only another trace would show.
	Assumed   []string         `json:"assumed"`
	CheckedAt record.Timestamp `json:"checkedAt"`

	receipt receipt.Receipt
}

// VerifyOptions say how to test again what a receipt found.
type VerifyOptions struct {
	// Receipt is as it was read, and Intact why it is not known to be as written.
	Receipt receipt.Receipt
	Intact  error
	// Content is a matcher made of its event; nil where that has none.
	Content match.Matcher
	// Decoder opens what its settings say.
	Decoder *decode.Decoder
	// Endpoint names an endpoint in this process; else the client's is named.
	Endpoint string
}

// readsMax is how many pages are asked for a record: those before it may be empty.
const readsMax = 10

// verifyShare leaves to others what a trace leaves them.
const verifyShare pace.Share = 0.6

// Verify compares a receipt with its stream, in a few calls: it describes the
// stream, lists its shards, and reads each match again. It fails only where the
// endpoint does.
func Verify(ctx context.Context, client *stream.Client, now stream.Summary, o VerifyOptions) (Verification, error) {
	r := o.Receipt
	listed, err := client.ListShards(ctx)
	if err != nil {
		return Verification{}, err
	}
	is := receipt.Now{
		Stream: receipt.Stream{
			Name: now.Name, ARN: now.ARN, CreatedAt: record.Timestamp{Time: now.CreatedAt},
			RetentionHours: int(now.Retention.Hours()), Capture: now.Capture,
		},
		At: client.Clock.Now(), Denied: now.Denied != nil, Endpoint: cmp.Or(o.Endpoint, client.Endpoint()), Shards: listed,
	}
	findings := append(ofReceipt(r, o.Intact), r.CompareStream(is))
	if receipt.Sum(findings[len(findings)-1:]) == receipt.Stands {
		findings = append(findings, r.CompareShards(is)...)
		v := newVerifier(client, now, o, listed)
		records, err := v.records(ctx, r)
		if err != nil {
			return Verification{}, err
		}
		findings = append(findings, records...)
		if r.Verdict == receipt.Absent {
			findings = append(findings, r.Again(is))
		}
	}
	return Verification{
		Outcome: receipt.Sum(findings), Verdict: r.Verdict, Stream: r.Stream.ARN, Findings: findings,
		Assumed: assumed(r), CheckedAt: record.Timestamp{Time: is.At}, receipt: r,
	}, nil
}

// Unverifiable is the answer where there is no stream to ask.
func Unverifiable(o VerifyOptions, why string, at time.Time) Verification {
	findings := append(ofReceipt(o.Receipt, o.Intact), receipt.Finding{Check: receipt.OfStream, Outcome: receipt.Unchecked, Text: why})
	return Verification{
		Outcome: receipt.Sum(findings), Verdict: o.Receipt.Verdict, Stream: o.Receipt.Stream.ARN, Findings: findings,
		Assumed: assumed(o.Receipt), CheckedAt: record.Timestamp{Time: at}, receipt: o.Receipt,
	}
}

// ofReceipt is what the receipt tells by itself.
func ofReceipt(r receipt.Receipt, intact error) (findings []receipt.Finding) {
	add := func(outcome receipt.Outcome, text string) {
		findings = append(findings, receipt.Finding{Check: receipt.OfReceipt, Outcome: outcome, Text: text})
	}
	switch {
	case errors.Is(intact, receipt.ErrNoChecksum):
		add(receipt.Unchecked, intact.Error()+", so nothing tells whether it was changed")
	case intact != nil:
		add(receipt.Refuted, intact.Error())
	}
	for _, said := range r.Contradictions() {
		add(receipt.Refuted, said)
	}
	if findings == nil {
		add(receipt.Stands, "the receipt is as it was written, and agrees with itself")
	}
	return findings
}

// assumed is what a receipt says and no few calls show.
func assumed(r receipt.Receipt) []string {
	switch r.Verdict {
	case receipt.Absent:
		return []string{fmt.Sprintf("that none of the %d user records read holds the event: only another trace reads them again", r.Coverage.UserRecords)}
	case receipt.Inconclusive:
		return []string{"that the event was not seen, and why the rest was not read"}
	}
	return []string{}
}

// verifier reads the records of a receipt again.
type verifier struct {
	*search
	listed shard.Lineage
	paces  map[string]*pace.Shard
	read   map[spotted]again
}

type spotted struct {
	shardID string
	number  record.SequenceNumber
}

// again is a record that was read again, or why not.
type again struct {
	record *record.Record
	absent receipt.Finding
}

// newVerifier tests as the scan did, in the same window.
func newVerifier(client *stream.Client, now stream.Summary, o VerifyOptions, listed shard.Lineage) *verifier {
	r := o.Receipt
	window := coverage.Window{From: r.Window.From.Time, Until: r.Window.Until.Add(time.Millisecond - 1), Retention: now.Retention, CreatedAt: now.CreatedAt}
	if r.Window.Open {
		window.From = time.Time{}
	}
	s := &search{
		Options: Options{Event: r.Event, Content: o.Content, Decoder: o.Decoder, All: true},
		client:  client, before: now, window: window,
		ranges: map[string]shard.Range{}, fates: map[string]fate{}, holes: map[holeKey]*hole{}, kinds: map[string]bool{},
	}
	for _, sh := range listed {
		s.ranges[sh.ID] = sh.Range
	}
	return &verifier{search: s, listed: listed, paces: map[string]*pace.Shard{}, read: map[spotted]again{}}
}

// records reads each match again, and each record that proves that a shard was read
// beyond the window.
func (v *verifier) records(ctx context.Context, r receipt.Receipt) (findings []receipt.Finding, err error) {
	if used := v.decoder().SchemaNames(); used != r.Settings.Schemas && len(r.Matches)+len(r.Outside) > 0 {
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
		if a.Proof == nil || a.Proof.Kind != coverage.Passed {
			continue
		}
		f, err := v.passed(ctx, a)
		if err != nil {
			return nil, err
		}
		findings = append(findings, f)
	}
	return findings, nil
}

// again reads a match again and tests it as the scan did.
func (v *verifier) again(ctx context.Context, m receipt.Match, inside bool) (receipt.Finding, error) {
	at := spotted{m.ShardID, m.SequenceNumber}
	found, err := v.find(ctx, at)
	if err != nil {
		return receipt.Finding{}, err
	}
	if found.record == nil {
		return v.gone(found.absent, m.ApproximateArrivalTimestamp.Time), nil
	}
	v.matches, v.outside = nil, nil
	scan.Records([]record.Record{*found.record}, v.decoder(), func(subject match.Subject) bool {
		v.test(subject)
		return true
	})
	held := v.matches
	if !inside {
		held = v.outside
	}
	for _, is := range held {
		if sub(is.SubSequenceNumber) == sub(m.SubSequenceNumber) {
			return receipt.CompareMatch(m, is), nil
		}
	}
	f := missing(at, receipt.Refuted, "the record is there, and does not hold the event as the receipt says").absent
	return f, nil
}

// passed reads again the record that proved that a shard was read beyond the window.
func (v *verifier) passed(ctx context.Context, a coverage.Account) (receipt.Finding, error) {
	p := a.Proof
	at := spotted{a.ShardID, p.SequenceNumber}
	found, err := v.find(ctx, at)
	if err != nil {
		return receipt.Finding{}, err
	}
	if found.record == nil {
		return v.gone(found.absent, p.ArrivedAt.Time), nil
	}
	back := p.ArrivedAt.Sub(found.record.ArrivedAt.Truncate(time.Millisecond))
	if back < 0 || back > time.Duration(p.BackwardStepMillis)*time.Millisecond {
		return missing(at, receipt.Refuted, fmt.Sprintf("it arrived at %s, and does not show that the shard was read beyond the window",
			record.Timestamp{Time: found.record.ArrivedAt}.Words())).absent, nil
	}
	f := missing(at, receipt.Stands, "it is there, and arrived after the window").absent
	return f, nil
}

// gone is a record that is not there: where its time has come, nothing else can be
// expected.
func (v *verifier) gone(f receipt.Finding, arrived time.Time) receipt.Finding {
	if arrived.Before(v.client.Clock.NowAtMost().Add(time.Minute - v.window.Retention)) {
		f.Outcome, f.Text = receipt.Unchecked, "its record has expired"
	}
	return f
}

// sub is -1 where a record is no aggregate.
func sub(n *int) int {
	if n == nil {
		return -1
	}
	return *n
}

// find reads one record by its number.
func (v *verifier) find(ctx context.Context, at spotted) (again, error) {
	if known, ok := v.read[at]; ok {
		return known, nil
	}
	found, err := v.ask(ctx, at)
	if err == nil {
		v.read[at] = found
	}
	return found, err
}

// ask asks for the record until it is there, or surely not, or cannot be known.
func (v *verifier) ask(ctx context.Context, at spotted) (again, error) {
	iterator, failures := "", 0
	for reads := 0; reads < readsMax; {
		page, err := v.page(ctx, at, &iterator)
		var failed *stream.Error
		switch {
		case err == nil:
			reads++
		case ctx.Err() != nil || !errors.As(err, &failed):
			return again{}, err
		case failed.Passing() || failed.Problem == stream.IteratorExpired:
			if failures++; failures >= readsMax {
				return missing(at, receipt.Unchecked, failed.Reason()), nil
			}
			if err := v.client.Wait(ctx, pace.Backoff(failures)); err != nil {
				return again{}, err
			}
			iterator = ""
			continue
		case failed.Problem == stream.NotFound, failed.Problem == stream.Invalid:
			return missing(at, receipt.Refuted, failed.Reason()), nil
		default:
			return missing(at, receipt.Unchecked, failed.Reason()), nil
		}
		if len(page.Records) > 0 {
			if r := page.Records[0].Clone(); r.SequenceNumber == at.number {
				return again{record: &r}, nil
			}
			return missing(at, receipt.Refuted, "the shard has no record of that number"), nil
		}
		if page.Behind == 0 || page.Next == "" {
			return missing(at, receipt.Refuted, "the shard has no record of that number"), nil
		}
		iterator = page.Next
	}
	return missing(at, receipt.Unchecked, fmt.Sprintf("%d pages from that number on are empty", readsMax)), nil
}

func missing(at spotted, outcome receipt.Outcome, text string) again {
	return again{absent: receipt.Finding{Check: receipt.OfRecord, Outcome: outcome, ShardID: at.shardID, SequenceNumber: at.number, Text: text}}
}

// page asks for one record at the shard's pace.
func (v *verifier) page(ctx context.Context, at spotted, iterator *string) (page stream.Page, err error) {
	p := v.paces[at.shardID]
	if p == nil {
		p = pace.NewShard(verifyShare)
		v.paces[at.shardID] = p
	}
	if err := v.client.Wait(ctx, p.Wait(v.client.Clock.Now())); err != nil {
		return page, err
	}
	asked := v.client.Clock.Now()
	if *iterator == "" {
		*iterator, err = v.client.Iterator(ctx, at.shardID, position.Position{Kind: position.AtSequenceNumber, SequenceNumber: at.number})
	}
	if err == nil {
		page, err = v.client.Records(ctx, at.shardID, *iterator, 1)
	}
	if err == nil {
		p.Read(asked, v.client.Clock.Now(), page.Bytes, len(page.Records) == 0)
	}
	return page, err
}
