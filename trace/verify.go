package trace

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"kinspect/internal/decode"
	"kinspect/internal/match"
	"kinspect/internal/pace"
	"kinspect/internal/record"
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
		if ofNumber(r) {
			break
		}
		return []string{fmt.Sprintf("that none of the %d user records read holds the event: only another trace reads them again", r.Coverage.UserRecords)}
	case receipt.Inconclusive:
		return []string{"that the event was not seen, and why the rest was not read"}
	}
	return []string{}
}
