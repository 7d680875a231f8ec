package metric

import (
	"time"
)

const day = 24 * time.Hour

// How long CloudWatch keeps datapoints of a minute, and then of 5 minutes; those of an
// hour it keeps for 455 days.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
const (
	minutesKept     = 15 * day
	fiveMinutesKept = 63 * day
	hoursKept       = 455 * day
	// askingTime is how much older a datapoint may be by the time it is asked for.
	askingTime = time.Hour
)

// Periods are those of a window, side by side. Of a window of any length they are 21,600
// at the most, so that those of four metrics are under the 100,800 datapoints of a call.
type Periods struct {
	Start  time.Time
	Length time.Duration
	N      int
}

// Over are the periods that touch a window, whose ends are inclusive: as short as
// CloudWatch still has them. None touches a window that ends before it begins.
func Over(from, until, now time.Time) Periods {
	if oldest := now.Add(askingTime - hoursKept); from.Before(oldest) {
		from = oldest
	}
	p := Periods{Length: time.Minute}
	switch age := now.Sub(from) + askingTime; {
	case age > fiveMinutesKept:
		p.Length = time.Hour
	case age > minutesKept:
		p.Length = 5 * time.Minute
	}
	p.Start = from.UTC().Truncate(p.Length)
	if !until.Before(from) {
		p.N = int(until.Sub(p.Start)/p.Length) + 1
	}
	return p
}

// At is when a period begins.
func (p Periods) At(i int) time.Time { return p.Start.Add(time.Duration(i) * p.Length) }

// End is when the last one ends.
func (p Periods) End() time.Time { return p.At(p.N) }

// Index is the period that holds a time, which may be none of these.
func (p Periods) Index(t time.Time) (i int, within bool) {
	if t.Before(p.Start) || !t.Before(p.End()) {
		return 0, false
	}
	return int(t.Sub(p.Start) / p.Length), true
}

// Unknown are sums of which nothing is known.
func (p Periods) Unknown() []Sum {
	sums := make([]Sum, p.N)
	for i := range sums {
		sums[i] = Unknown
	}
	return sums
}

// within are the periods of which all lies in the window: those but the first and the
// last, or these too.
func (p Periods) within(from, until time.Time) (first, end int) {
	end = p.N
	if p.Start.Before(from) {
		first = 1
	}
	if until.Before(p.End().Add(-time.Millisecond)) { // arrival times have milliseconds
		end--
	}
	return first, max(first, end)
}

// lengths are those of periods that people count in; a year has 100 of the longest.
var lengths = []time.Duration{
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day, 4 * day,
}

// joined are as many periods as there is room for, each of which joins so many.
func (p Periods) joined(room int) (fewer Periods, each int) {
	each = 1
	for _, length := range lengths {
		if length < p.Length || length%p.Length != 0 {
			continue
		}
		if each = int(length / p.Length); (p.N+each-1)/each <= room {
			break
		}
	}
	each = max(each, (p.N+room-1)/room)
	return Periods{p.Start, time.Duration(each) * p.Length, (p.N + each - 1) / each}, each
}

// join adds up so many periods each.
func join(sums []Sum, each int) []Sum {
	joined := make([]Sum, 0, len(sums)/each+1)
	for i, s := range sums {
		if i%each == 0 {
			joined = append(joined, Unknown)
		}
		last := len(joined) - 1
		joined[last] = joined[last].add(s)
	}
	return joined
}
