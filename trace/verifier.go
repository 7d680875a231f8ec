package trace

import (
	"fmt"
	"sync"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/match"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/scan"
	"kinspect/internal/shard"
	"kinspect/internal/stream"
	"kinspect/trace/list"
	"kinspect/trace/receipt"
)

// verifier holds what a receipt says of records against the records.
type verifier struct {
	*search
	told    VerifyOptions
	judging sync.Mutex // one record is tested at a time
}

// newVerifier tests as the scan did.
func newVerifier(client *stream.Client, now stream.Summary, o VerifyOptions, listed shard.Lineage) *verifier {
	r := o.Receipt
	s := newSearch(client, now, Options{Event: r.Event, Content: o.Content, Decoder: o.Decoder, Data: o.Data, ReadShare: verifyShare, All: true})
	s.window = coverage.Window{Number: r.Event.SequenceNumber, Retention: now.Retention, CreatedAt: now.CreatedAt}
	for _, sh := range listed {
		s.ranges[sh.ID] = sh.Range
	}
	return &verifier{search: s, told: o}
}

// tests sets the window to the one in which a shard was read.
func (v *verifier) tests(shardID string) {
	w := v.told.Receipt.WindowOf(shardID)
	v.window.From, v.window.Until = w.From.Time, w.Until.Add(time.Millisecond-1)
	if w.Open {
		v.window.From = time.Time{}
	}
}

// claim is what a receipt says of a record, or of there being none.
type claim struct {
	at spotted
	// holds tells whether that is so, by what the shard gives at that number.
	holds func(lookup) receipt.Finding
}

// spotted is where a record stands.
type spotted struct {
	shardID string
	number  record.SequenceNumber
}

// finding is what is said of a record.
func (at spotted) finding(outcome receipt.Outcome, format string, values ...any) receipt.Finding {
	return receipt.Finding{Check: receipt.OfRecord, Outcome: outcome, ShardID: at.shardID, SequenceNumber: at.number, Text: fmt.Sprintf(format, values...)}
}

// claims are what the receipt says of its matches, and of the records that prove that
// a shard need not be read further.
func (v *verifier) claims(r receipt.Receipt) (all []claim) {
	for m := range r.Sightings() {
		at := spotted{m.ShardID, m.SequenceNumber}
		all = append(all, claim{at, func(l lookup) receipt.Finding { return v.again(at, m, l) }})
	}
	for _, a := range r.Coverage.Shards {
		switch n := r.Event.SequenceNumber; {
		case a.Proof == nil:
		case ofNumber(r):
			all = append(all, claim{spotted{a.ShardID, n}, func(l lookup) receipt.Finding { return v.none(spotted{a.ShardID, n}, l) }})
			if p := *a.Proof; p.Kind == coverage.Number && p.SequenceNumber != n {
				at := spotted{a.ShardID, p.SequenceNumber}
				all = append(all, claim{at, func(l lookup) receipt.Finding { return v.behind(at, p, l) }})
			}
		case a.Proof.Kind == coverage.Passed:
			at := spotted{a.ShardID, a.Proof.SequenceNumber}
			all = append(all, claim{at, func(l lookup) receipt.Finding { return v.passed(at, *a.Proof, l) }})
		}
	}
	return all
}

// ofNumber tells of a receipt that says of one number that it is absent: that can be
// looked up again.
func ofNumber(r receipt.Receipt) bool {
	return r.Verdict == receipt.Absent && r.Event.SequenceNumber != "" && r.Event.Events == nil
}

// again tests a match again as the scan did.
func (v *verifier) again(at spotted, m receipt.Sighting, l lookup) receipt.Finding {
	found := l.record(at.number)
	if found == nil {
		return v.missing(at, l, m.ApproximateArrivalTimestamp.Time)
	}
	held, err := v.retest(*found, m.Event, m.Inside)
	if err != nil {
		return at.finding(receipt.Unchecked, "%v", err)
	}
	for _, is := range held {
		if sub(is.SubSequenceNumber) == sub(m.SubSequenceNumber) {
			return receipt.CompareMatch(m.Match, is)
		}
	}
	return at.finding(receipt.Refuted, "the record is there, and does not hold the event as the receipt says")
}

// retest is what in a record holds the event, or the one of many, within the window or
// outside.
func (v *verifier) retest(r record.Record, event string, inside bool) ([]receipt.Match, error) {
	v.matches, v.outside, v.many, v.taken = nil, nil, nil, dataTaken{}
	v.tests(r.ShardID)
	if v.told.Finder != nil {
		finder, err := v.told.Finder([]string{event})
		if err != nil {
			return nil, err
		}
		v.Events = &Events{List: &list.List{Events: []string{event}}, Finder: finder}
		v.many = newMany(v.Events, &v.taken)
	}
	scan.Records([]record.Record{r}, v.decoder(), nil, func(subject match.Subject) bool {
		v.test(subject)
		return true
	})
	switch {
	case v.many != nil && inside:
		return v.many.seen.list(v.many.inside[0]), nil
	case v.many != nil:
		return v.many.seen.list(v.many.outside[0]), nil
	case inside:
		return v.matches, nil
	}
	return v.outside, nil
}

// passed looks again at the record that proved that a shard was read beyond the window.
func (v *verifier) passed(at spotted, p coverage.Proof, l lookup) receipt.Finding {
	found := l.record(at.number)
	if found == nil {
		return v.missing(at, l, p.ArrivedAt.Time)
	}
	back := p.ArrivedAt.Sub(found.ArrivedAt.Truncate(time.Millisecond))
	if back < 0 || back > time.Duration(p.BackwardStepMillis)*time.Millisecond {
		return at.finding(receipt.Refuted, "it arrived at %s, and does not show that the shard was read beyond the window",
			record.Timestamp{Time: found.ArrivedAt}.Words())
	}
	return at.finding(receipt.Stands, "it is there, and arrived after the window")
}

// none looks again at a number of which a shard has no record, or one that is not the
// event.
func (v *verifier) none(at spotted, l lookup) receipt.Finding {
	found := l.record(at.number)
	switch {
	case found != nil:
		if matches, err := v.retest(*found, "", true); err != nil || len(matches) > 0 {
			return at.finding(receipt.Refuted, "it is there, and holds the event")
		}
		return at.finding(receipt.Stands, "it is there, and is not the event")
	case !l.none(at.number):
		return at.finding(receipt.Unchecked, "%s", l.failed)
	}
	return at.finding(receipt.Stands, "the shard has no record of that number")
}

// behind looks again at the record that came first behind that number.
func (v *verifier) behind(at spotted, p coverage.Proof, l lookup) receipt.Finding {
	found := l.record(at.number)
	switch {
	case found == nil:
		return v.missing(at, l, p.ArrivedAt.Time)
	case !p.ArrivedAt.Equal(found.ArrivedAt.Truncate(time.Millisecond)):
		return at.finding(receipt.Refuted, "it arrived at %s, and not at %s", record.Timestamp{Time: found.ArrivedAt}.Words(), p.ArrivedAt.Words())
	}
	return at.finding(receipt.Stands, "it is there, behind that number")
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

// sub is -1 where a record is no aggregate.
func sub(n *int) int {
	if n == nil {
		return -1
	}
	return *n
}
