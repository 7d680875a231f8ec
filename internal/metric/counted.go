package metric

import (
	"fmt"
	"time"

	"kinspect/internal/record"
	"kinspect/internal/term"
)

// Counted is what CloudWatch counted in a window, and what is to be compared with it.
type Counted struct {
	Periods
	// Series are those of Names, in any order; one that is not there is all unknown.
	Series []Series
	// From and Until are the window, both ends inclusive.
	From, Until time.Time
	// Read is what was read; Incomparable says why it cannot be held against what came in,
	// or is empty.
	Read         Read
	Incomparable string
	// Around is when the event is thought to have come, within so much; zero: nobody says.
	Around time.Time
	Within time.Duration
	// Now is the server's time.
	Now time.Time
}

// periodsKept bounds the periods in a receipt, so that of all series they are 1,500.
const periodsKept = 300

// Metrics is all that, as a receipt keeps it, and how many records came in, at the least,
// that were not read.
func (c Counted) Metrics() (m Metrics, missing int64) {
	kept, each := c.joined(periodsKept)
	m = Metrics{
		From: record.Timestamp{Time: kept.Start}, Until: record.Timestamp{Time: kept.End()},
		PeriodSeconds: int(kept.Length / time.Second),
	}
	for _, name := range Names {
		m.Series = append(m.Series, Series{name, join(c.sums(name), each)})
	}
	if c.Incomparable == "" {
		m.Read = join(c.Read.sums(c.Periods), each)
	}
	compared, missing := c.compared()
	m.Tells = append([]string{compared}, c.refused()...)
	if c.Now.Sub(c.End()) < delay {
		m.Tells = append(m.Tells, "CloudWatch counts with a delay of some minutes: the last ones of the window may not be all in")
	}
	return m, missing
}

// delay is how long CloudWatch may take to count.
const delay = 5 * time.Minute

// sums are those of a metric, one a period.
func (c Counted) sums(name string) []Sum {
	sums := c.Unknown()
	for _, s := range c.Series {
		if s.Metric == name {
			copy(sums, s.Sums)
		}
	}
	return sums
}

// count says how many periods there are.
func (p Periods) count(n int) string { return term.Count(n, p.noun()) }

// noun names a period.
func (p Periods) noun() string {
	switch p.Length {
	case time.Minute:
		return "minute"
	case time.Hour:
		return "hour"
	}
	return "five-minute period"
}

// of says how many periods have a datapoint.
func (p Periods) of(known, all int) string {
	if known == all {
		return "all " + p.count(all)
	}
	return term.Number(known) + " of " + p.count(all)
}

// begin says which period it is.
func (p Periods) begin(i int) string {
	return fmt.Sprintf("the %s of %s", p.noun(), clock(p.At(i)))
}

// clock is a time that is whole minutes.
func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") }
