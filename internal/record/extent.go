package record

import "time"

// Extent is what a row of records comes to, whether or not they are at hand.
type Extent struct {
	Count int
	// First and Last are the ends of the row, in its order.
	First, Last Point
	Arrivals
}

// Point is where a record stands in its shard.
type Point struct {
	SequenceNumber SequenceNumber
	ArrivedAt      time.Time
}

// ExtentOf returns that of records.
func ExtentOf(records []Record) (e Extent) {
	for i := range records {
		r := &records[i]
		e.Last = Point{r.SequenceNumber, r.ArrivedAt}
		if e.Count++; e.Count == 1 {
			e.First = e.Last
		}
		e.Arrived(r.ArrivedAt)
	}
	return e
}

// Arrivals are the arrival times of a row of records; zero where there are none.
type Arrivals struct {
	Oldest, Newest time.Time
	Backward       time.Duration // the largest step back
}

// Arrived notes that of the next record.
func (a *Arrivals) Arrived(at time.Time) {
	if !a.Oldest.IsZero() && !at.Before(a.Newest) { // as most do
		a.Newest = at
		return
	}
	a.Join(Arrivals{Oldest: at, Newest: at})
}

// Join notes those of the records that come next.
func (a *Arrivals) Join(next Arrivals) {
	a.Backward = max(a.Backward, next.Backward)
	if next.Oldest.IsZero() {
		return
	}
	if a.Newest.After(next.Oldest) {
		a.Backward = max(a.Backward, a.Newest.Sub(next.Oldest))
	}
	if a.Oldest.IsZero() || next.Oldest.Before(a.Oldest) {
		a.Oldest = next.Oldest
	}
	if next.Newest.After(a.Newest) {
		a.Newest = next.Newest
	}
}
