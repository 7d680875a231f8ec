package local

import (
	"cmp"
	"slices"
	"time"
)

// SampleStream is the name of the stream that Sample makes.
const SampleStream = "checkout"

// Orders of the sample that stand in one user record alone, for examples and
// tests. Each comes with the way its event is written.
const (
	SamplePlainOrder       = "ord-7f3k9q" // plain JSON, in an open shard
	SampleCompressedOrder  = "ord-2m8x4d" // JSON in gzip
	SampleAggregatedOrder  = "ord-9c5w1t" // JSON in an aggregated record of the KPL
	SampleClosedShardOrder = "ord-4h6z8b" // plain JSON, in a shard that a split closed
	SampleLoggedOrder      = "ord-6v1j3n" // a log line in a CloudWatch Logs envelope
	SampleMissingOrder     = "ord-5q0y2e" // nowhere
)

// The sample's times, counted back from now. Its records are younger than the
// retention period by an hour, so that none is trimmed while it is looked at.
const (
	sampleCreated = 30 * time.Hour
	sampleDay     = 23 * time.Hour
	sampleSplit   = 15 * time.Hour
	sampleMerge   = 7 * time.Hour
)

// Sample returns an endpoint with one stream, checkout, that has 4 open shards
// with a split and a merge behind them, and holds a day of order events up to
// the clock's now: plain JSON, gzip, KPL-aggregated, and CloudWatch Logs
// envelopes. It is the same every time, but for the times, which are relative
// to now. Every record in it can be decoded to its end.
func Sample(clock Clock) (*Server, error) {
	s := New(Options{Clock: clock})
	if err := s.LoadSample(); err != nil {
		return nil, err
	}
	return s, nil
}

// LoadSample adds the stream that Sample makes.
func (s *Server) LoadSample() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	shards := 4
	if _, err := s.createStream(now.Add(-sampleCreated), &createInput{StreamName: SampleStream, ShardCount: &shards}); err != nil {
		return err
	}
	f := newFeed(s.streams[SampleStream])
	for _, h := range sampleHappenings() {
		f.now = now.Add(h.after - sampleDay)
		if err := h.do(f); err != nil {
			return err
		}
	}
	return nil
}

// happening is something that happens a while after the day's beginning.
type happening struct {
	after time.Duration
	do    func(*feed) error
}

// sampleHappenings is all that happens, in order.
func sampleHappenings() []happening {
	all := append(shopDay(), namedOrders()...)
	all = append(all,
		happening{sampleDay - sampleSplit, (*feed).split},
		happening{sampleDay - sampleMerge, (*feed).merge},
		happening{sampleDay, (*feed).flush},
	)
	slices.SortStableFunc(all, func(a, b happening) int { return cmp.Compare(a.after, b.after) })
	return all
}

// split closes shard 1 in favour of 4 and 5.
func (f *feed) split() error {
	if err := f.flush(); err != nil {
		return err
	}
	parent := f.stream.shards[1]
	middle, _ := parseHashKey("127605887595351923798765477786913079296") // 3/8 of the key space
	f.stream.split(parent, middle, takeOver(f.now, f.now, parent))
	return nil
}

// merge closes shards 5 and 2 in favour of 6.
func (f *feed) merge() error {
	if err := f.flush(); err != nil {
		return err
	}
	lower, upper := f.stream.shards[5], f.stream.shards[2]
	f.stream.merge(lower, upper, takeOver(f.now, f.now, lower, upper))
	return nil
}
