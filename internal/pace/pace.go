// Package pace says how soon a shard may be asked again. It counts; it never
// sleeps and asks no clock.
package pace

import "time"

// Quotas of one shard, shared by all its consumers without enhanced fan-out.
//
// https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
const (
	readsPerSecondMax     = 5
	readBytesPerSecondMax = 2 << 20
	// After a page of 10 MiB, reads in the next 5 s are refused. A page is cut
	// before the record that would exceed 10 MiB, so one above 9 MiB counts.
	fullPageBytes = 9 << 20
	fullPageWait  = 5 * time.Second
)

const (
	// idleWait is the pace of a shard that is read to its tip.
	idleWait = time.Second
	// slowdownMax bounds how far throttles slow a shard down.
	slowdownMax = 32
)

// Shard paces the reads of one shard within a share of its quota. The zero
// value is not ready; use NewShard.
type Shard struct {
	share    float64
	slowdown float64
	next     time.Time
}

// NewShard returns the pace for a share of the quota, above 0 and at most 1.
func NewShard(share float64) *Shard { return &Shard{share: share, slowdown: 1} }

// Wait returns how long to wait, from now, before the next read.
func (s *Shard) Wait(now time.Time) time.Duration { return max(0, s.next.Sub(now)) }

// Read books a page that was asked for at the instant: the next one waits for
// the share of reads, and of bytes. Each page served wins back a tenth of what
// throttles took.
func (s *Shard) Read(asked time.Time, bytes int64, atTip bool) {
	s.slowdown = max(1, s.slowdown*0.9)
	wait := max(s.perRead(), time.Duration(float64(bytes)/(readBytesPerSecondMax*s.share)*float64(time.Second)))
	if bytes >= fullPageBytes {
		wait = max(wait, fullPageWait)
	}
	if atTip {
		wait = max(wait, idleWait)
	}
	s.next = asked.Add(wait)
}

// Throttled books a refusal: the pace halves at once.
func (s *Shard) Throttled(asked time.Time) {
	s.slowdown = min(slowdownMax, s.slowdown*2)
	s.next = asked.Add(max(time.Second, s.perRead())) // short of throughput, the next second is refused too
}

func (s *Shard) perRead() time.Duration {
	return time.Duration(s.slowdown / (readsPerSecondMax * s.share) * float64(time.Second))
}

const (
	backoffFirst = 250 * time.Millisecond
	backoffMax   = 20 * time.Second
)

// Backoff returns how long to wait after the nth failure in a row, from 1:
// doubling from a quarter of a second to 20 s.
func Backoff(failures int) time.Duration {
	if failures > 7 {
		return backoffMax
	}
	return min(backoffMax, backoffFirst<<(failures-1))
}

// Failed books the nth failure in a row. The call may have counted as a read.
func (s *Shard) Failed(asked time.Time, failures int) {
	s.next = asked.Add(max(s.perRead(), Backoff(failures)))
}
