package reader

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"kinspect/internal/pace"
	"kinspect/internal/sim"
	"kinspect/internal/step"
)

func TestStagger(t *testing.T) {
	for _, c := range []struct {
		i, shards int
		want      time.Duration
	}{
		{0, 1, 0}, {0, 1000, 0},
		{1, 2, 20 * time.Millisecond}, {49, 50, 980 * time.Millisecond},
		{999, 1000, 999 * time.Millisecond}, {9999, 10_000, 9999 * 100 * time.Microsecond},
	} {
		w := newWorld(t, 1)
		reader := func(share pace.Share) *Reader { return New(w.Client, share, time.Second) }
		if got := reader(1).stagger(c.i, c.shards); got != c.want {
			t.Errorf("shard %d of %d: %s, want %s", c.i, c.shards, got, c.want)
		}
		if got := reader(pace.Off).FanOut([]string{"arn"}).stagger(c.i, c.shards); got != c.want {
			t.Errorf("shard %d of %d that are pushed: %s, want %s", c.i, c.shards, got, c.want)
		}
		if got := reader(pace.Off).stagger(c.i, c.shards); got != 0 {
			t.Errorf("shard %d of %d, all to be had: %s", c.i, c.shards, got)
		}
	}
}

// No shard is asked more often than its share allows, whatever comes back.
func TestStaysInItsShare(t *testing.T) {
	const perRead = time.Second * 10 / (5 * 6) // of 5 reads a second, 0.6
	w := newWorld(t, 1)
	for range 30 {
		w.PutAt(0, "a")
	}
	var asked []time.Time
	w.wire = func(operation string, in message, forward func(message) message) (message, string) {
		if operation != "GetRecords" {
			return forward(in), ""
		}
		asked = append(asked, w.Clock.Now())
		switch len(asked) % 5 {
		case 1:
			return nil, "ProvisionedThroughputExceededException"
		case 3:
			return nil, "ExpiredIteratorException"
		}
		in["Limit"] = 3
		return forward(in), ""
	}
	w.cover(w.plan(whole))
	if len(w.read) != 30 {
		t.Errorf("read %d records", len(w.read))
	}
	for i := 1; i < len(asked); i++ {
		least := perRead
		if i%5 == 1 {
			least = time.Second // after a throttle
		}
		const taken = 50 * time.Millisecond // by calls, which the wait begins with
		if gap := asked[i].Sub(asked[i-1]); gap < least-taken {
			t.Errorf("call %d came %s after the one before", i+1, gap)
		}
	}
}

// When the context ends, Cover returns with every goroutine ended, and says why.
func TestContextEnds(t *testing.T) {
	w := newWorld(t, 8)
	ctx, cancel := context.WithCancel(context.Background())
	plan := w.plan(whole)
	var inside atomic.Int64
	plan.Handle = func(st step.Step) bool {
		inside.Add(1)
		defer inside.Add(-1)
		cancel()
		return false
	}
	if _, err := New(w.Client, 0.6, time.Second).Cover(ctx, plan); err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Cover returns %v", err)
	}
	if inside.Load() != 0 {
		t.Error("a page is still being handled")
	}
}

// A child that waits for its parent does not outlive the context.
func TestContextEndsTheWaitForAParent(t *testing.T) {
	w := newWorld(t, 1)
	w.Split(0, 8)
	ctx, cancel := context.WithCancel(context.Background())
	plan := w.plan(whole)
	plan.Handle = func(st step.Step) bool {
		if st.ShardID != sim.ID(0) {
			t.Errorf("%s was read before its parent", st.ShardID)
		}
		cancel()
		return false
	}
	if _, err := New(w.Client, 0.6, time.Second).Cover(ctx, plan); err == nil {
		t.Error("Cover returns no error")
	}
}
