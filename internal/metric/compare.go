package metric

import (
	"fmt"
	"time"

	"kinspect/internal/term"
)

// Read counts the records that were read, by the minute in which they arrived, since
// 1970. Kinesis and CloudWatch may put a record into neighbouring minutes.
type Read map[int64]int64

// MinuteOf is the minute of an arrival time.
func MinuteOf(t time.Time) int64 { return t.Unix() / 60 }

// in counts those of the periods that are wanted, give or take so much.
func (r Read) in(p Periods, slack time.Duration, wanted func(period int) bool) (records int64) {
	for minute, n := range r {
		at := time.Unix(minute*60, 0)
		for _, near := range []time.Time{at.Add(-slack), at, at.Add(slack)} {
			if i, within := p.Index(near); within && wanted(i) {
				records += n
				break
			}
		}
	}
	return records
}

// sums are those of the periods.
func (r Read) sums(p Periods) []Sum {
	sums := make([]Sum, p.N)
	for minute, n := range r {
		if i, within := p.Index(time.Unix(minute*60, 0)); within {
			sums[i] += Sum(n)
		}
	}
	return sums
}

// compared holds what came in against what was read. What came in is that of the periods
// that lie in the window whole and have a datapoint, so that all of it was to be read; what
// was read is also that of the minute before each, and of the one after.
func (c Counted) compared() (told string, missing int64) {
	first, end := c.within(c.From, c.Until)
	incoming := c.sums(Incoming)
	written, known := total(incoming[first:end])
	switch {
	case c.Incomparable != "" && zero(incoming):
		return fmt.Sprintf("%s is 0 in all %s of the window: nothing at all was put, which supports that it did not enter; that is not compared with what was read: %s", Incoming, c.count(c.N), c.Incomparable), 0
	case c.Incomparable != "":
		return "what came in is not compared with what was read: " + c.Incomparable, 0
	case zero(incoming) && c.Read.in(c.Periods, 0, func(int) bool { return true }) == 0:
		return fmt.Sprintf("%s is 0 in all %s of the window: nothing at all was put, which supports that it did not enter", Incoming, c.count(c.N)), 0
	case first == end:
		return fmt.Sprintf("what came in is not compared with what was read: no whole %s lies in the window", c.noun()), 0
	case known == 0:
		return fmt.Sprintf("CloudWatch has no datapoint of %s in any of the %s of the window; that is not zero, and tells nothing of what was put", Incoming, term.Count(end-first, "whole "+c.noun())), 0
	}
	counted := func(i int) bool { return i >= first && i < end && incoming[i] >= 0 }
	told = fmt.Sprintf("CloudWatch counted %s that came in (%s) in the %s", term.Count(int64(written), "record"), Incoming, c.whole(end-first, known))
	read, near := c.Read.in(c.Periods, 0, counted), c.Read.in(c.Periods, time.Minute, counted)
	switch missing = int64(written) - near; {
	case missing > 0:
		return fmt.Sprintf("%s, but only %s read that arrived then, give or take a minute: at least %s missing from what was read",
			told, were(near, "record"), were(missing, "record")), missing
	case read < int64(written):
		return fmt.Sprintf("%s, and %s read that arrived then; the minutes beside hold enough for the rest, which is no proof that none is missing", told, were(read, "record")), 0
	}
	return fmt.Sprintf("%s, and %s read that arrived then: none is missing by that count", told, were(read, "record")), 0
}

// whole are the periods that are compared.
func (c Counted) whole(n, known int) string {
	text := term.Count(n, "whole "+c.noun()) + " of the window"
	if known < n {
		text += fmt.Sprintf(" (of which %s have a datapoint)", term.Number(known))
	}
	return text
}

// zero tells that nothing at all came in, by what is known of all periods.
func zero(sums []Sum) bool {
	records, known := total(sums)
	return known == len(sums) && records == 0
}

// were says how many there were.
func were(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun + " was"
	}
	return term.Count(n, noun) + " were"
}
