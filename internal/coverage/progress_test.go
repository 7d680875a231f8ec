package coverage

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kinspect/internal/shard"
	"kinspect/internal/step"
)

func TestRemaining(t *testing.T) {
	stretch := func(since, done, rest time.Duration) Stretch {
		return Stretch{Began: t1.Add(-since), Done: done, Rest: rest}
	}
	for _, c := range []struct {
		name      string
		stretches []Stretch
		want      time.Duration
		ok        bool
	}{
		{"no shard", nil, 0, false},
		{"nothing read", []Stretch{stretch(minute, 0, hour), stretch(minute, 0, hour)}, 0, false},
		{"one shard", []Stretch{stretch(minute, hour, 3*hour)}, 3 * minute, true},
		{"all read", []Stretch{stretch(minute, hour, 0)}, 0, true},
		{"the slowest decides", []Stretch{stretch(minute, hour, 0), stretch(minute, hour, 9*hour), stretch(minute, 9*hour, hour)}, 9 * minute, true},
		{"those without a turn yet", []Stretch{stretch(minute, 10*hour, 0), stretch(minute, 0, 10*hour), stretch(minute, 0, 10*hour)}, 2 * minute, true},
		{"one begun late goes by its own time", []Stretch{stretch(10*minute, 10*hour, 0), stretch(minute, hour, 2*hour)}, 2 * minute, true},
		{"a thousand years", slices.Repeat([]Stretch{stretch(minute, 10*24*hour, 355*24*hour)}, 1000), 35*minute + 30*time.Second, true},
		{"hardly begun", []Stretch{stretch(hour, time.Millisecond, 8760*hour)}, 8760 * hour, true},
		{"begun just now", []Stretch{stretch(0, hour, hour)}, 0, true},
	} {
		if got, ok := (Progress{Stretches: c.stretches}).Remaining(t1); (got-c.want).Abs() > time.Millisecond || ok != c.ok {
			t.Errorf("%s: %s, %v; want %s", c.name, got, ok, c.want)
		}
	}
}

// A shard's stretch reaches from where the reading begins to the window's end, or
// its own; what is read moves from its rest to what is done.
func TestStretch(t *testing.T) {
	began := t1.Add(-minute)
	closed := shard.Shard{ID: shardID, Starting: sequenceAt(t0.Add(-hour), t0.Add(-hour)), Ending: sequenceAt(t0.Add(-hour), t1.Add(-hour/2))}
	for _, c := range []struct {
		name       string
		window     Window
		shard      shard.Shard
		start      time.Time
		steps      []step.Step
		done, rest time.Duration
		bytes      int64
		ended      bool
	}{
		{"begun", window(), shard.Shard{ID: shardID}, t0.Add(-Pad), nil, 0, 61 * minute, 0, false},
		{"read a part", window(), shard.Shard{ID: shardID}, t0.Add(-Pad), []step.Step{page(t1, hour/2, t0, t0.Add(19*minute))}, 20 * minute, 41 * minute, 20, false},
		{"read beyond the end", window(), shard.Shard{ID: shardID}, t0.Add(-Pad), []step.Step{page(t1, 0, t1.Add(minute/2))}, 61 * minute, 0, 10, false},
		{"what the stream still holds", openWindow(), shard.Shard{ID: shardID}, time.Time{}, nil, 0, 24*hour + minute, 0, false},
		{"closed within", openWindow(), closed, time.Time{}, nil, 0, 90 * minute, 0, false},
		{"closed within, and read to its end", openWindow(), closed, time.Time{}, []step.Step{ended(page(t1, 0))}, 90 * minute, 0, 0, true},
		{"failed", window(), shard.Shard{ID: shardID}, t0.Add(-Pad), []step.Step{{ShardID: shardID, Kind: step.Failed}}, 61 * minute, 0, 0, true},
	} {
		l := New(c.window)
		l.Open(c.shard, c.start, began)
		for _, st := range c.steps {
			l.Book(st)
		}
		want := []Stretch{{ShardID: shardID, Began: began, Done: c.done, Rest: c.rest, Bytes: c.bytes, Ended: c.ended, Failed: c.name == "failed"}}
		if got := l.Progress().Stretches; !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", c.name, got, want)
		}
	}
}

// A shard counts by the time that it covers; only what has ended is whole.
func TestPart(t *testing.T) {
	for _, c := range []struct {
		stretches []Stretch
		ended     int
		want      float64
	}{
		{[]Stretch{{}}, 0, 0},
		{[]Stretch{{Ended: true}}, 1, 1},
		{[]Stretch{{Done: hour, Rest: 3 * hour}}, 0, 0.25},
		{[]Stretch{{Done: hour, Ended: true}, {Rest: 3 * hour}}, 1, 0.25},
		{slices.Repeat([]Stretch{{Done: 4000 * hour, Rest: 4000 * hour}}, 4000), 0, 0.5},
	} {
		p := Progress{Shards: len(c.stretches), ShardsDone: c.ended, Stretches: c.stretches}
		if got := p.Part(); got != c.want {
			t.Errorf("%d shards: %v, want %v", p.Shards, got, c.want)
		}
		if one := c.stretches[0]; p.Shards == 1 && one.Part() != c.want {
			t.Errorf("alone: %v, want %v", one.Part(), c.want)
		}
	}
}

// Thousands of shards may be asked for a few times a second.
func BenchmarkProgress(b *testing.B) {
	l := New(window())
	for i := range 4000 {
		l.Open(shard.Shard{ID: fmt.Sprintf("shardId-%012d", i)}, t0, t0)
	}
	for b.Loop() {
		l.Progress()
	}
}
