package local

import (
	"cmp"
	"time"
)

// Limits of an event. AWS documents none.
const (
	eventRecordsMax = 10_000
	eventBytesMax   = 1 << 20 // data and partition keys; one record at least
)

// event is what is pushed at once.
type event struct {
	recordsOutput
	continues string // empty at the end of the shard
	failed    *apiError
}

// next makes the next event, if there is one by now, empty as ordered; else until tells
// when there may be, if nothing changes before. Done tells that the subscription is over.
func (s *Server) next(sub *subscription, empty bool, now time.Time) (e *event, until time.Time, done bool) {
	t, d := sub.stream, sub.shard
	switch {
	case sub.taken:
		return &event{failed: s.subscribed(t, d, sub.consumer)}, until, true
	case s.streams[t.name] != t || t.gone(now):
		return &event{failed: s.noStream(t.name).(*apiError)}, until, true
	case sub.consumer.gone(now):
		return &event{failed: s.noConsumer(t, sub.consumer.name).(*apiError)}, until, true
	case d.expired(t.horizon(now)):
		return &event{failed: s.noShard(t.name, d.id).(*apiError)}, until, true
	case now.Sub(sub.began) >= subscriptionMax:
		return nil, until, true
	}
	t.trim(now)
	rest := d.from(sub.at)
	shown := readableBy(rest, now)
	switch {
	case d.ended(now) && len(rest) == 0 && !sub.fault.NoChildren:
		return &event{recordsOutput: recordsOutput{children: d.children, behind: age(now, d.closedAt.UnixMilli())}}, until, true
	case len(shown) > 0 && !empty && !now.Before(sub.free), now.Sub(sub.sent) >= heartbeat, empty && len(shown) > 0:
		return s.make(sub, shown, empty || now.Before(sub.free), now), until, false
	}
	return nil, sub.wakes(rest, now), false
}

// make makes an event of the records that can be read.
func (s *Server) make(sub *subscription, shown []storedRecord, empty bool, now time.Time) *event {
	var page []storedRecord
	if !empty {
		page = onePush(shown, sub.fault.Most)
	}
	bytes := 0
	for _, r := range page {
		bytes += len(r.data) + len(r.key)
	}
	if s.quotas && len(page) > 0 {
		sub.free = later(now, sub.free).Add(rate{perSecond: readBytesPerSecond}.span(int64(bytes)))
	}
	if len(page) > 0 {
		sub.at = place{page[len(page)-1].sequence, true}
	}
	sub.sent = now
	e := &event{recordsOutput: recordsOutput{records: page, behind: s.behind(sub.shard, page, shown, now)}}
	e.continues = sub.continues(len(page) == len(shown), now)
	if p := sub.shard; p.ended(now) && len(page) == 0 && len(shown) == 0 {
		e.behind = age(now, p.closedAt.UnixMilli())
	}
	return e
}

// continues is the number behind which to go on: that of the place reached, or, where
// there is nothing more to read for now, one that tells the time as well. What exists
// and cannot be read yet comes behind either. It never goes back.
func (sub *subscription) continues(all bool, now time.Time) string {
	passed := sub.at.sequence
	if !sub.at.after {
		passed = sub.shard.before(sub.at.sequence)
	}
	if number, ok := parseSequence(passed); ok && all {
		number.at = max(number.at, now.Unix())
		passed = number.String()
	}
	if compareSequences(passed, sub.told) > 0 {
		sub.told = passed
	}
	return sub.told
}

// before is the last number given before one, or the last one trimmed, or the shard's
// starting number, which no record has.
func (d *shard) before(sequence string) string {
	i := len(d.records) - len(d.from(place{sequence: sequence}))
	if i == 0 {
		return cmp.Or(d.trimmed, d.starting)
	}
	return d.records[i-1].sequence
}

// onePush are the first records that make up an event.
func onePush(records []storedRecord, most int) []storedRecord {
	if most == 0 {
		most = eventRecordsMax
	}
	bytes := 0
	for i, r := range records[:min(most, len(records))] {
		if bytes += len(r.data) + len(r.key); bytes > eventBytesMax && i > 0 {
			return records[:i]
		}
	}
	return records[:min(most, len(records))]
}

// wakes is when there may be an event, if nothing changes before.
func (sub *subscription) wakes(rest []storedRecord, now time.Time) time.Time {
	at := earlier(sub.began.Add(subscriptionMax), sub.sent.Add(heartbeat))
	if len(rest) > 0 {
		at = earlier(at, later(time.UnixMilli(rest[0].readable), sub.free))
	}
	if closes := sub.shard.closedAt; sub.shard.closed && closes.After(now) {
		at = earlier(at, closes)
	}
	if gone := sub.stream.busyUntil; sub.stream.busy == deleting && gone.After(now) {
		at = earlier(at, gone)
	}
	if gone := sub.consumer.busyUntil; sub.consumer.busy == deleting && gone.After(now) {
		at = earlier(at, gone)
	}
	return at
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (e *event) appendJSON(b []byte) []byte {
	if e.failed != nil {
		return appendValue(b, map[string]string{"message": e.failed.Message})
	}
	b = e.recordsOutput.appendJSON(b)
	if e.continues == "" {
		return b
	}
	b = append(b[:len(b)-1], `,"ContinuationSequenceNumber":`...)
	return append(appendString(b, e.continues), '}')
}
