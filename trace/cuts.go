package trace

import (
	"time"

	"kinspect/internal/position"
	"kinspect/internal/reader"
	"kinspect/internal/shard"
)

// sliceMin is the shortest stretch of arrival times that is worth a subscription.
const sliceMin = time.Minute

// cut divides what is to be read of a shard evenly among the consumers, by the times at
// which further slices begin. Where they meet, their records' numbers tell.
func (s *search) cut(sh shard.Shard) (slices []reader.Slice) {
	now := s.client.Clock.Now()
	from, until := lived(s.window, sh, s.past.reached(sh), now)
	if until.After(now) {
		until = now
	}
	n := min(len(s.FanOut), int(until.Sub(from)/sliceMin))
	for i := 1; i < n; i++ {
		at := from.Add(until.Sub(from) / time.Duration(n) * time.Duration(i)).Truncate(time.Millisecond)
		slices = append(slices, reader.Slice{At: position.At(at)})
	}
	return slices
}
