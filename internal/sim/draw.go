package sim

import (
	"math/rand/v2"
	"slices"
	"time"
)

// draw makes up a story.
type draw struct {
	*rand.Rand
	*Story
}

// chance holds in so many of a hundred stories.
func (d *draw) chance(percent int) bool { return d.IntN(100) < percent }

// between is a time from a to b, in whole milliseconds.
func (d *draw) between(a, b time.Duration) time.Duration {
	return a + time.Duration(d.Int64N(int64((b-a)/time.Millisecond)+1))*time.Millisecond
}

// retention is the stream's, and a day is enough to see it trim.
const retention = 24 * time.Hour

// setting is the stream, its age, and how its endpoint behaves.
func (d *draw) setting() {
	d.Shards = 1 + d.IntN(4)
	switch {
	case d.chance(60):
		d.Scan = d.between(10*time.Minute, 2*time.Hour)
	case d.chance(50):
		d.Scan = d.between(2*time.Hour, 20*time.Hour)
	default:
		d.Scan = d.between(retention-10*time.Minute, retention+6*time.Hour)
	}
	d.endpoint.cutOver = []time.Duration{0, 25 * time.Second}[d.IntN(2)]
	d.endpoint.visibility = d.between(0, 3*time.Second)
	d.endpoint.idleBehind = time.Duration(d.IntN(4)) * time.Second
	if d.chance(60) {
		d.Skew = d.between(-5*time.Minute, 5*time.Minute)
	}
	d.endpoint.dateless = d.Skew == 0 && d.chance(5)
	d.disorder = []time.Duration{0, 2 * time.Second, 14 * time.Second, 28 * time.Second}[d.IntN(4)]
	d.All, d.JQ = d.chance(40), d.chance(20)
	d.From, d.Until, d.Around = -1, -1, -1
}

// reshapes splits, merges and scales, mostly before the reading.
func (d *draw) reshapes() {
	for range d.IntN(4) {
		at := d.between(time.Minute, d.Scan)
		if d.chance(25) {
			at = d.Scan + d.between(-40*time.Second, 40*time.Second)
		}
		how := d.Uint64()
		d.reshards = append(d.reshards, at)
		d.happens = append(d.happens, happening{at, func(p *Play) { p.reshape(how) }})
		if d.chance(30) { // the shards that come live for some seconds only
			again := at + d.endpoint.cutOver + d.between(2*time.Second, 8*time.Second)
			d.happens = append(d.happens, happening{again, func(p *Play) { p.reshape(how + 1) }})
		}
	}
}

// hide puts the event into the stream, or not.
func (d *draw) hide() {
	if d.chance(30) {
		return
	}
	at := d.between(time.Second, d.Scan-time.Second)
	switch {
	case len(d.reshards) > 0 && d.chance(60):
		near := d.reshards[d.IntN(len(d.reshards))] + d.between(0, d.endpoint.cutOver+6*time.Second)
		at = min(near, d.Scan-time.Millisecond)
	case d.chance(20):
		at = d.Scan - d.between(time.Millisecond, 3*time.Second)
	}
	n := needle{at, d.arrival(at)}
	d.needles = append(d.needles, n)
	if d.chance(10) { // a producer's retry
		d.needles = append(d.needles, needle{at + time.Second, d.arrival(at + time.Second)})
	}
	for _, n := range d.needles {
		if n.at < d.Scan {
			d.put(n.at, n.arrival, true)
		}
	}
	d.needles = slices.DeleteFunc(d.needles, func(n needle) bool { return n.at >= d.Scan })
}

// arrival draws how far a record's arrival time is off. What comes shortly
// before the reading is readable within the settle time of its arrival.
func (d *draw) arrival(at time.Duration) time.Duration {
	most := d.disorder
	if at > d.Scan-2*time.Minute {
		return -d.between(0, min(most, 3*time.Second))
	}
	return max(d.between(-most, most), time.Second-at)
}

// window draws what is asked of, by its edges sometimes just beside the event.
func (d *draw) window() {
	if d.chance(40) {
		return
	}
	oldest := max(0, d.Scan-retention+15*time.Minute) // nothing expires while it is read
	d.From = d.between(oldest, d.Scan-2*time.Second)
	if d.chance(50) {
		d.Until = d.between(d.From, d.Scan-time.Second)
	}
	if len(d.needles) == 0 {
		return
	}
	edge := d.needles[0].arrivesAt()
	switch beside := d.between(-time.Minute, 0); d.IntN(8) {
	case 0, 1: // in the pad, or at the edge
		d.From = max(oldest, edge-beside*time.Duration(d.IntN(2)))
	case 2, 3:
		d.Until = max(0, edge+beside*time.Duration(d.IntN(2)))
	case 4:
		d.From = max(oldest, edge+time.Millisecond)
	case 5:
		d.Until = max(0, edge-time.Millisecond)
	}
	d.From = min(d.From, d.Scan-2*time.Second)
	if d.Until >= 0 {
		d.Until = min(max(d.Until, oldest), d.Scan-time.Second)
		d.From = min(d.From, d.Until)
	}
}

// traffic is all the other records, some of them after the reading began.
func (d *draw) traffic() {
	for range 20 + d.IntN(100) {
		at := d.between(time.Second, d.Scan)
		d.put(at, d.arrival(at), false)
	}
	for range d.IntN(40) {
		at := d.Scan + d.between(-time.Minute, time.Minute)
		d.put(at, d.arrival(at), false)
	}
}

func (d *draw) put(at, arrival time.Duration, event bool) {
	t := told{event: event, form: d.IntN(10), hash: d.Uint64(), salt: d.Uint64()}
	late := d.between(0, 2*time.Second)
	d.happens = append(d.happens, happening{at, func(p *Play) { p.tell(t, arrival, late) }})
}

func (d *draw) inOrder() {
	slices.SortStableFunc(d.happens, func(a, b happening) int { return int(a.at - b.at) })
}
