package report

import (
	"slices"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/trace/receipt"
)

// barMin is how wide a stretch is drawn at the least: a second of a week is seen too.
const barMin px = 2

// rounding is how far the times of a shard and its coverage may differ: opening and
// closing are told in whole seconds.
const rounding = time.Second

// missing is what of a shard was not read: its gaps, what the stream did not hold
// any more, and the whole of it where nothing tells that its end was reached.
func missing(r receipt.Receipt, s coverage.Account) []coverage.Gap {
	begin, gaps := opening(r, s), s.Gaps
	early := slices.ContainsFunc(r.Reasons, func(n notice.Notice) bool { return n.Code == notice.BeforeHorizon })
	if early && s.From != nil && s.From.Sub(begin) > rounding {
		expired := coverage.Gap{Code: notice.BeforeHorizon, Text: "not held any more when it was read", From: &record.Timestamp{Time: begin}, Until: s.From}
		gaps = slices.Concat([]coverage.Gap{expired}, gaps)
	}
	if s.Until == nil && len(s.Gaps) == 0 {
		from, until := later(begin, or(s.From, begin)), r.Window.Until
		gaps = slices.Concat(gaps, []coverage.Gap{{Code: notice.Interrupted, Text: "not read to the window's end", From: &record.Timestamp{Time: from}, Until: &until}})
	}
	return gaps
}

// opening is when the shard opened, or the window began if that is later.
func opening(r receipt.Receipt, s coverage.Account) time.Time {
	return later(r.Window.From.Time, or(s.OpenedAt, r.Window.From.Time), r.Stream.CreatedAt.Time)
}

// spared tells a gap that nobody misses: the event had been found.
func spared(r receipt.Receipt, g coverage.Gap) bool {
	return r.Verdict == receipt.Found && g.Code == notice.Interrupted
}

// shard draws one row: what was read of the shard's life in the window, and what
// was not.
func (p *picture) shard(a axis, r receipt.Receipt, s coverage.Account, lane *row) {
	begin, end := opening(r, s), earlier(or(s.ClosedAt, a.until), a.until)
	if end.Before(begin) {
		return // it was not open in the window
	}
	at := begin
	if covered := or(s.From, begin); covered.Sub(begin) > rounding {
		at = covered
	}
	read := func(until time.Time) {
		if until.After(at) {
			p.Read = append(p.Read, lane.bar(a, at, until, "read"))
		}
	}
	for _, g := range missing(r, s) {
		from := earlier(later(begin, or(g.From, begin)), end)
		until := earlier(later(from, or(g.Until, a.until)), end)
		read(from)
		drawn := lane.bar(a, from, until, "not read: "+line(g.Text))
		if spared(r, g) {
			p.Spared = append(p.Spared, drawn)
		} else {
			p.Gaps, lane.Lacking = append(p.Gaps, drawn), true
		}
		at = later(at, until)
	}
	read(end)
}

// bar is a stretch of the row, with the time in its tip. Low rows are drawn close,
// so that what was read of many shards is one area, and what was not a hole in it.
func (r *row) bar(a axis, from, until time.Time, tip string) bar {
	least, margin := barMin, r.H*0.15
	if r.fine() {
		least, margin = 2*barMin, r.H*0.04
	}
	x := a.x(from)
	w := max(a.x(until)-x, least)
	return bar{min(x, right-w), r.Y + margin, w, r.H - 2*margin, r.ID + ", " + words(from) + " to " + words(until) + ": " + tip}
}

func words(t time.Time) string { return record.Timestamp{Time: t}.Words() }

func later(times ...time.Time) (last time.Time) {
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
