package reader

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"kinspect/internal/shard"
	"kinspect/internal/sim"
	"kinspect/internal/step"
)

// log keeps when each call of an operation was made.
type log struct{ at map[string][]time.Time }

// log notes the calls on the wire.
func (w *world) log() *log {
	l := &log{at: map[string][]time.Time{}}
	w.wire = func(operation string, in message, forward func(message) message) (message, string) {
		l.at[operation] = append(l.at[operation], w.Clock.Now())
		return forward(in), ""
	}
	return l
}

// gaps are the times between the calls of an operation.
func (l *log) gaps(operation string) []time.Duration {
	var gaps []time.Duration
	for i, at := range l.at[operation] {
		if i > 0 {
			gaps = append(gaps, at.Sub(l.at[operation][i-1]))
		}
	}
	return gaps
}

// An idle shard is read four times in three seconds, whatever an endpoint says that it is
// behind when nothing comes.
func TestIdleShard(t *testing.T) {
	for _, behind := range []time.Duration{0, 3 * time.Second} {
		w := newWorld(t, 1)
		w.PutAt(0, "a")
		var asked []time.Time
		w.wire = func(operation string, in message, forward func(message) message) (message, string) {
			if operation == "GetRecords" {
				asked = append(asked, w.Clock.Now())
			}
			out := forward(in)
			if operation == "GetRecords" {
				out["MillisBehindLatest"] = behind.Milliseconds()
			}
			return out, ""
		}
		plan := w.plan(whole)
		plan.Handle = func(step.Step) bool { return len(asked) == 10 }
		w.cover(plan)
		for i := 2; i < len(asked); i++ { // the first holds the record, the second is empty
			if gap := asked[i].Sub(asked[i-1]); gap < 700*time.Millisecond || gap > 900*time.Millisecond {
				t.Errorf("%s behind: read %d came %s after the one before", behind, i+1, gap)
			}
		}
	}
}

// Iterators that expire again and again, or that are refused, are asked for no
// more often than the share of their quota allows, and so are reads.
func TestIteratorsStayInTheShare(t *testing.T) {
	const share, perRead = 0.1, 2 * time.Second
	for _, refusal := range []string{"", "InternalFailure", "ProvisionedThroughputExceededException"} {
		w := newWorld(t, 1)
		l := w.log()
		logged, asked := w.wire, 0
		w.wire = func(operation string, in message, forward func(message) message) (message, string) {
			out, _ := logged(operation, in, forward)
			switch asked++; {
			case operation == "GetRecords" && asked%2 == 0:
				return nil, "ExpiredIteratorException"
			case operation == "GetShardIterator" && asked%3 == 0:
				return nil, refusal
			}
			return out, ""
		}
		plan, steps := w.plan(whole), 0
		plan.Handle = func(step.Step) bool { steps++; return steps == 40 }
		if _, err := New(w.Client, share, time.Second).Cover(context.Background(), plan); err != nil {
			t.Fatal(err)
		}
		if n := len(l.at["GetShardIterator"]); n < 10 {
			t.Errorf("%q: only %d iterators were asked for", refusal, n)
		}
		for _, operation := range []string{"GetRecords", "GetShardIterator"} {
			for i, gap := range l.gaps(operation) {
				if gap < perRead-50*time.Millisecond {
					t.Errorf("%q: %s %d came %s after the one before", refusal, operation, i+2, gap)
				}
			}
		}
	}
}

// Shards that end at the same time share listings; each still hears of what came
// after it.
func TestListingsAreShared(t *testing.T) {
	const shards = 32
	w := newWorld(t, shards)
	plan := w.plan(whole)
	for n := range shards {
		at := fmt.Sprint(shard.HashKey{Hi: uint64(n)<<59 | 1<<58})
		w.Call("SplitShard", message{"StreamName": sim.Stream, "ShardToSplit": sim.ID(n), "NewStartingHashKey": at})
	}
	w.Pass(2 * time.Second)
	l := w.log()
	w.cover(plan)
	if len(w.opened) != 3*shards {
		t.Errorf("%d shards were read, want %d", len(w.opened), 3*shards)
	}
	if n := len(l.at["ListShards"]); n > 9 {
		t.Errorf("%d listings", n)
	}
}

// Listings keep a second apart, however many want one. No reader runs beside
// them, whose waits would move the clock while a listing is on its way.
func TestListingsAreSpaced(t *testing.T) {
	w := newWorld(t, 1)
	lists, l := newListings(w.Client), w.log()
	var wanting sync.WaitGroup
	for range 8 {
		wanting.Go(func() {
			for range 4 {
				if _, err := lists.get(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wanting.Wait()
	gaps := l.gaps("ListShards")
	if len(gaps) < 3 {
		t.Errorf("%d listings for four askings one after the other", len(gaps)+1)
	}
	for i, gap := range gaps {
		if gap < 900*time.Millisecond {
			t.Errorf("listing %d came %s after the one before", i+2, gap)
		}
	}
}

// Who asks while a listing is under way gets the next, not this one.
func TestListingIsAskedForAfterwards(t *testing.T) {
	w := newWorld(t, 1)
	l := newListings(w.Client)
	late := make(chan shard.Lineage, 1)
	w.wire = func(operation string, in message, forward func(message) message) (message, string) {
		out := forward(in)
		if w.calls["ListShards"] == 1 { // answered, and on its way
			w.Split(0, 8)
			asked := l.wanted.Load()
			go func() {
				lineage, _ := l.get(context.Background())
				late <- lineage
			}()
			for l.wanted.Load() == asked {
				time.Sleep(time.Millisecond)
			}
		}
		return out, ""
	}
	first, err := l.get(context.Background())
	if err != nil || len(first) != 1 {
		t.Fatalf("%d shards, %v", len(first), err)
	}
	if second := <-late; len(second) != 3 {
		t.Errorf("who came later is told of %d shards, want 3", len(second))
	}
}

// The end of one's own context spoils no one else's listing, and ends the wait
// for it.
func TestListingOutlivesItsAsker(t *testing.T) {
	w := newWorld(t, 1)
	l := newListings(w.Client)
	ctx, cancel := context.WithCancel(context.Background())
	var others sync.WaitGroup
	w.wire = func(operation string, in message, forward func(message) message) (message, string) {
		if w.calls["ListShards"] == 1 {
			cancel()
		}
		return forward(in), ""
	}
	for range 4 {
		others.Go(func() {
			if lineage, err := l.get(context.Background()); err != nil || len(lineage) != 1 {
				t.Errorf("%d shards, %v", len(lineage), err)
			}
		})
	}
	_, _ = l.get(ctx)
	others.Wait()
	if _, err := l.get(ctx); err == nil {
		t.Error("a context that has ended gets a listing")
	}
}
