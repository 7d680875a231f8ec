package pace

import "time"

// Write quotas of one shard, shared by all its producers.
//
// https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
const (
	writesPerSecondMax     = 1000
	writeBytesPerSecondMax = 1 << 20
)

// Budget is what may be spent a second. A second's worth may be spent at once,
// and more puts it into debt. Use NewBudget.
type Budget struct {
	perSecond float64
	paid      time.Time // when what was spent is paid for
}

// NewBudget returns a budget of so much a second, above 0.
func NewBudget(perSecond float64) *Budget { return &Budget{perSecond: perSecond} }

// Wait returns how long to wait, from now, until n more can be spent; of more
// than a second's worth, until a second's worth can.
func (b *Budget) Wait(now time.Time, n float64) time.Duration {
	owed := max(0, b.paid.Sub(now))
	return max(0, owed+min(time.Second, b.span(n))-time.Second)
}

// Spend books n.
func (b *Budget) Spend(now time.Time, n float64) {
	if b.paid.Before(now) {
		b.paid = now
	}
	b.paid = b.paid.Add(b.span(n))
}

func (b *Budget) span(n float64) time.Duration {
	return time.Duration(min(n/b.perSecond, waitMax.Seconds()) * float64(time.Second))
}

// Writes paces what is put into one shard within a share of its write quota. Use
// NewWrites.
type Writes struct{ records, bytes *Budget }

// NewWrites returns the pace for a share of the quota.
func NewWrites(share Share) *Writes {
	return &Writes{NewBudget(writesPerSecondMax * float64(share)), NewBudget(writeBytesPerSecondMax * float64(share))}
}

// WriteBytes is a second's worth of a share of a shard's write quota.
func WriteBytes(share Share) int { return int(writeBytesPerSecondMax * float64(share)) }

// Wait returns how long to wait, from now, before so much is put.
func (w *Writes) Wait(now time.Time, records, bytes int) time.Duration {
	return max(w.records.Wait(now, float64(records)), w.bytes.Wait(now, float64(bytes)))
}

// Put books what a call carried, be it taken or refused.
func (w *Writes) Put(now time.Time, records, bytes int) {
	w.records.Spend(now, float64(records))
	w.bytes.Spend(now, float64(bytes))
}
