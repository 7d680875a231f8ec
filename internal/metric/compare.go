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

// between counts those of whole minutes.
func (r Read) between(from, until time.Time) (records int64) {
	for minute, n := range r {
		if minute >= MinuteOf(from) && minute < MinuteOf(until) {
			records += n
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
// that lie in the window whole, so that all of it was to be read; what was read is also
// that of the minute before and the one after.
func (c Counted) compared() (told string, missing int64) {
	first, end := c.within(c.From, c.Until)
	incoming := c.sums(Incoming)
	written, known := total(incoming[first:end])
	whole := term.Count(end-first, "whole "+c.noun()) + " of the window"
	if known < end-first {
		whole += fmt.Sprintf(" (of which %s have a datapoint)", term.Number(known))
	}
	switch {
	case c.Incomparable != "":
		return "what came in is not compared with what was read: " + c.Incomparable, 0
	case c.silent(incoming):
		return fmt.Sprintf("%s is 0 in %s of the window: nothing at all was put, which supports the verdict by another count", Incoming, c.of(c.N, c.N)), 0
	case first == end:
		return fmt.Sprintf("what came in is not compared with what was read: no whole %s lies in the window", c.noun()), 0
	case known == 0:
		return fmt.Sprintf("CloudWatch has no datapoint of %s in any of %s of the window; that is not zero, and tells nothing of what was put", Incoming, c.count(c.N)), 0
	}
	read := c.Read.between(c.At(first), c.At(end))
	near := c.Read.between(c.At(first).Add(-time.Minute), c.At(end).Add(time.Minute))
	told = fmt.Sprintf("CloudWatch counted %s that came in (%s) in the %s", term.Count(int64(written), "record"), Incoming, whole)
	if missing = int64(written) - near; missing > 0 {
		return fmt.Sprintf("%s, but only %s read that arrived then, give or take a minute: at least %s missing from what was read",
			told, were(near, "record"), were(missing, "record")), missing
	}
	return fmt.Sprintf("%s, and %s read that arrived then%s: none is missing by that count", told, were(read, "record"), c.slack(int64(written), read)), 0
}

// slack says why fewer were read than came in, where none is missing.
func (Counted) slack(written, read int64) string {
	if read < written {
		return ", the rest within a minute of it"
	}
	return ""
}

// silent tells that nothing at all came in, by either count.
func (c Counted) silent(incoming []Sum) bool {
	written, known := total(incoming)
	return known == c.N && written == 0 && c.Read.between(c.Start, c.End()) == 0
}

// were says how many there were.
func were(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun + " was"
	}
	return term.Count(n, noun) + " were"
}
