// Package pace says how soon a shard may be asked again. It counts; it never
// sleeps and asks no clock.
package pace

import (
	"math"
	"time"
)

// Quotas of one shard, shared by all its consumers without enhanced fan-out.
//
// https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
const (
	readsPerSecondMax     = 5
	readBytesPerSecondMax = 2 << 20
	// bytesPerRead is what the shard gives while it allows one read. A page of
	// more counts as the reads that could have been made meanwhile.
	bytesPerRead = readBytesPerSecondMax / float64(readsPerSecondMax)
)

// What follows an answer.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
const (
	// After a page of 10 MiB, reads in the next 5 s are refused. A page is cut
	// before the record that would exceed 10 MiB, so one above 9 MiB counts.
	fullPageBytes = 9 << 20
	fullPageWait  = 5 * time.Second
	// A shard that is short of throughput refuses reads for the next second.
	throttledWait = time.Second
	// throttledWaitOff takes its place where our pacing is off: as soon as the
	// quota allows another read.
	throttledWaitOff = time.Second / readsPerSecondMax
)

// The rate gives way by halves and comes back by small equal steps. The larger
// the step, the more often the others are refused before we give way again, and
// the sooner a shard is read at full rate once they let go.
const (
	// rateStep is won back, in reads/s, for each read served. Where the others
	// leave us one read a second, about one in thirty of their calls is refused;
	// the half of 3 reads/s is won back in some 15 s.
	rateStep = 0.05
	// rateMin is what throttles leave, in reads/s. An iterator lives 300 s; at
	// this rate the next read follows a page of 10 MiB after 250 s.
	rateMin = 0.1
)

// scatterMax is how much longer a wait may be, in the time of one read. Others
// read in equal times too: where ours were a multiple of theirs, a poller whose
// turn is just behind ours would be refused again and again, and we never.
const scatterMax = 0.1

// waitMax bounds the wait of the smallest shares.
const waitMax = 24 * time.Hour

const (
	// idleWait is the pace of a shard that is read to its tip: with the scatter and
	// the way there and back, a record is seen within a second.
	idleWait = 750 * time.Millisecond
	// idleBehindMax is the most that MillisBehindLatest may be on an empty page
	// for the shard to count as idle: some endpoints never come down to 0.
	idleBehindMax = 10 * time.Second
)

// Idle tells whether an empty page that is so far behind the latest record shows
// a shard with nothing more to give for now.
func Idle(behind time.Duration) bool { return behind <= idleBehindMax }

// Shard paces the reads of one shard within a share of its quota. The zero
// value is not ready; use NewShard.
type Shard struct {
	most  float64 // reads/s
	rate  float64 // reads/s now
	next  time.Time
	waits int // so far
}

// NewShard returns the pace for a share of the quota.
func NewShard(share Share) *Shard {
	most := readsPerSecondMax * float64(share)
	return &Shard{most: most, rate: most}
}

// Wait returns how long to wait, from now, before the next read.
func (s *Shard) Wait(now time.Time) time.Duration { return max(0, s.next.Sub(now)) }

// Read books a page by when it was asked for and answered. The next one waits
// for the share of reads, and of bytes, from the asking on; while the shard
// refuses reads, from the answer on.
func (s *Shard) Read(asked, answered time.Time, bytes int64, idle bool) {
	reads := max(1, float64(bytes)/bytesPerRead)
	wait := s.span(reads)
	if idle {
		wait = max(wait, idleWait)
	}
	s.wait(asked, wait)
	if free := answered.Add(fullPageWait); bytes >= fullPageBytes && !s.off() && free.After(s.next) {
		s.next = free
	}
	s.rate = min(s.most, s.rate+rateStep*reads)
}

// Throttled books a refusal: the rate halves at once.
func (s *Shard) Throttled(asked time.Time) {
	if s.off() {
		s.wait(asked, throttledWaitOff)
		return
	}
	s.rate = max(s.rate/2, min(rateMin, s.most))
	s.wait(asked, max(throttledWait, s.span(1)))
}

// Failed books the nth failure in a row. Each may have been a read, or a
// GetShardIterator, of which a shard allows as many.
func (s *Shard) Failed(asked time.Time, failures int) {
	s.wait(asked, max(Backoff(failures), s.span(1)))
}

func (s *Shard) off() bool { return math.IsInf(s.most, 1) }

// span is how long so many reads take at the present rate.
func (s *Shard) span(reads float64) time.Duration {
	return time.Duration(min(reads/s.rate, waitMax.Seconds()) * float64(time.Second))
}

// wait puts the next read off until so long after an instant, and a little more:
// multiples of the golden ratio fill the range evenly and show no pattern.
func (s *Shard) wait(asked time.Time, d time.Duration) {
	_, part := math.Modf(float64(s.waits) * math.Phi)
	s.waits++
	s.next = asked.Add(d + time.Duration(part*scatterMax*float64(s.span(1))))
}
