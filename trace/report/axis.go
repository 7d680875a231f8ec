package report

import (
	"math"
	"slices"
	"strings"
	"time"
)

// axis maps arrival times to the picture, and what is beyond to its edges.
type axis struct{ from, until time.Time }

func (a axis) x(t time.Time) px {
	part := float64(t.Sub(a.from)) / float64(a.until.Sub(a.from))
	return left + px(min(max(part, 0), 1))*(right-left)
}

func (a axis) holds(t time.Time) bool { return !t.Before(a.from) && !t.After(a.until) }

// tick is a time on the axis; Date is told where it changes.
type tick struct {
	X          px
	Date, Text string
}

const day = 24 * time.Hour

// steps are the distances of ticks that people count in.
var steps = []time.Duration{
	time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond, 10 * time.Millisecond, 20 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day,
}

const ticksMax = 8

// step is the smallest distance that leaves room for the labels.
func (a axis) step() time.Duration {
	window := a.until.Sub(a.from)
	for _, step := range steps {
		if window <= ticksMax*step {
			return step
		}
	}
	days := math.Ceil(float64(window) / float64(ticksMax*day))
	return time.Duration(days) * day
}

// ticks are the round times of the window, in UTC.
func (a axis) ticks() (all []tick) {
	step := a.step()
	layout := "15:04"
	switch {
	case step < time.Second:
		layout = "15:04:05.000"
	case step < time.Minute:
		layout = "15:04:05"
	}
	date := ""
	for t := a.from.UTC().Truncate(step); !t.After(a.until); t = t.Add(step) {
		if t.Before(a.from) {
			continue
		}
		mark := tick{X: a.x(t), Text: t.Format(layout)}
		if on := t.Format(time.DateOnly); on != date {
			mark.Date, date = on, on
		}
		all = append(all, mark)
	}
	return a.spaced(all)
}

// dateRoom is how far the dates of two ticks stand apart at the least.
const dateRoom px = 76

// spaced leaves out a first date that the next one would stand on: it is told by
// that one well enough.
func (a axis) spaced(all []tick) []tick {
	dated := slices.DeleteFunc(slices.Clone(all), func(t tick) bool { return t.Date == "" })
	for i := range all {
		if len(dated) > 1 && all[i] == dated[0] && dated[1].X-dated[0].X < dateRoom {
			all[i].Date = ""
		}
	}
	return all
}

// clock is a time of day as exact as arrival times are.
func clock(t time.Time) string { return strings.TrimSuffix(t.UTC().Format("15:04:05.000"), ".000") }
