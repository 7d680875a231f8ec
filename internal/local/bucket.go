package local

import "time"

// rate is what a bucket is filled by, and the most that it holds.
type rate struct{ perSecond, burst int64 }

// span is how long it takes to fill in n.
func (r rate) span(n int64) time.Duration {
	return time.Duration(n * int64(time.Second) / r.perSecond)
}

// bucket holds what may be spent at once; it starts full and is filled
// steadily. The zero value is full.
type bucket struct{ full time.Time } // when it is full again if nothing more is spent

// missing is how long filling it up takes from now.
func (b *bucket) missing(now time.Time) time.Duration { return max(0, b.full.Sub(now)) }

// fits says whether n can be spent without going into debt.
func (b *bucket) fits(r rate, n int64, now time.Time) bool { return b.debt(r, now)+r.span(n) <= 0 }

// spend takes n out, into debt if need be.
func (b *bucket) spend(r rate, n int64, now time.Time) {
	b.full = now.Add(b.missing(now) + r.span(n))
}

// debt is how long it takes until the bucket is out of debt, negative if it
// holds something.
func (b *bucket) debt(r rate, now time.Time) time.Duration { return b.missing(now) - r.span(r.burst) }
