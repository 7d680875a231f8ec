package coverage

import "time"

// arrivals are the arrival times of a row of records.
type arrivals struct {
	oldest, newest time.Time
	backward       time.Duration // the largest step back
}

// arrived notes that of the next record.
func (a *arrivals) arrived(at time.Time) { a.join(arrivals{oldest: at, newest: at}) }

// join notes those of the records that come next.
func (a *arrivals) join(next arrivals) {
	a.backward = max(a.backward, next.backward)
	if next.oldest.IsZero() {
		return
	}
	if a.newest.After(next.oldest) {
		a.backward = max(a.backward, a.newest.Sub(next.oldest))
	}
	if a.oldest.IsZero() || next.oldest.Before(a.oldest) {
		a.oldest = next.oldest
	}
	a.newest = later(a.newest, next.newest)
}
