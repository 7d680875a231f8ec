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
	"kinspect/internal/term"
	"kinspect/trace/list"
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
	// Finder makes what looks for some of its many events, if it has many.
	Finder func(events []string) (match.Finder, error)
	// Data keeps what its settings say.
	Data *DataKept
	// Decoder opens what its settings say.
	Decoder *decode.Decoder
	// Endpoint names an endpoint in this process; else the client's is named.
	Endpoint string
	// Progress hears how many matches of how many have been read again. May be nil.
	Progress func(read, all int)
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
	told   VerifyOptions
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
	s := newSearch(client, now, Options{Event: r.Event, Content: o.Content, Decoder: o.Decoder, Data: o.Data, ReadShare: verifyShare, All: true})
	s.window = window
	for _, sh := range listed {
		s.ranges[sh.ID] = sh.Range
	}
	return &verifier{search: s, told: o, listed: listed, paces: map[string]*pace.Shard{}, read: map[spotted]again{}}
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

// records reads matches again, and each record that proves that a shard was read
// beyond the window.
func (v *verifier) records(ctx context.Context, r receipt.Receipt) (findings []receipt.Finding, err error) {
	picked, all := pick(r)
	about := func(format string, values ...any) receipt.Finding {
		return receipt.Finding{Check: receipt.OfRecord, Outcome: receipt.Unchecked, Text: fmt.Sprintf(format, values...)}
	}
	if used := v.decoder().SchemaNames(); used != r.Settings.Schemas && all > 0 {
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
func (v *verifier) again(ctx context.Context, m receipt.Sighting) (receipt.Finding, error) {
	at := spotted{m.ShardID, m.SequenceNumber}
	found, err := v.find(ctx, at)
	if err != nil {
		return receipt.Finding{}, err
	}
	if found.record == nil {
		return v.gone(found.absent, m.ApproximateArrivalTimestamp.Time), nil
	}
	held, err := v.tested(*found.record, m)
	if err != nil {
		return receipt.Finding{}, err
	}
	for _, is := range held {
		if sub(is.SubSequenceNumber) == sub(m.SubSequenceNumber) {
			return receipt.CompareMatch(m.Match, is), nil
		}
	}
	return missing(at, receipt.Refuted, "the record is there, and does not hold the event as the receipt says").absent, nil
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
		case failed.Problem == stream.NotFound, failed.Problem == stream.Invalid && iterator == "": // the number is what was refused
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
