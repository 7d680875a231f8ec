package trace

import (
	"time"

	"kinspect/internal/reader"
)

// sliceMin is the shortest stretch of arrival times that is worth a subscription.
const sliceMin = time.Minute

// cuts divides what is to be read of a shard evenly among the consumers, by the times at
// which the further ones begin. Where they meet, their records' numbers tell.
func (s *search) cuts(start reader.Start) (cuts []time.Time) {
	if start.Else.Kind != "" {
		return nil // one sequence number
	}
	now := s.client.Clock.Now()
	from, until := lived(s.window, start.Shard, s.past.reached(start.Shard), now)
	if until.After(now) {
		until = now
	}
	slices := min(len(s.FanOut), int(until.Sub(from)/sliceMin))
	for i := 1; i < slices; i++ {
		cuts = append(cuts, from.Add(until.Sub(from)/time.Duration(slices)*time.Duration(i)).Truncate(time.Millisecond))
	}
	return cuts
}
