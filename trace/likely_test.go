package trace

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"kinspect/internal/notice"
	"kinspect/internal/shard"
	"kinspect/internal/sim"
	"kinspect/trace/receipt"
)

// keyed asks for a text under a partition key.
func keyed(key string, change ...func(*Options)) func(*Options) {
	return func(o *Options) {
		o.Event.PartitionKey = &key
		for _, c := range change {
			c(o)
		}
	}
}

func narrow(o *Options) { o.Narrow = true }

// readOrder notes of which shards records are read, in order.
type readOrder struct {
	mu    sync.Mutex
	first []string
}

func (r *readOrder) wire() sim.Wire {
	return sim.Answer("GetShardIterator", func(_ int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
		r.mu.Lock()
		defer r.mu.Unlock()
		if id := in["ShardId"].(string); !slices.Contains(r.first, id) {
			r.first = append(r.first, id)
		}
		return forward(in)
	})
}

// The shards that a key names are read first, with those that take over from them,
// and a match there ends the reading before any other shard is asked.
func TestLikelyShardsFirst(t *testing.T) {
	var order readOrder
	w := newWorld(t, 4, order.wire())
	key := "user-88"
	w.put(key, "ord-1")
	home := w.shardOf[key]
	want(t, w.trace("ord-1", keyed(key)), receipt.Found)
	if !slices.Equal(order.first, []string{home}) {
		t.Errorf("read %v, want %s alone", order.first, home)
	}
	order.first = nil
	absent := w.trace("ord-2", keyed(key))
	want(t, absent, receipt.Absent)
	if len(order.first) != 4 || order.first[0] != home || len(absent.Coverage.Shards) != 4 || len(absent.Conditions) != 0 {
		t.Errorf("read %v, want %s first and all; conditions %v", order.first, home, absent.Conditions)
	}
}

// A likely shard that is split while it is read keeps all others waiting until those
// that took over were read too.
func TestLikelyChildrenFirst(t *testing.T) {
	var order readOrder
	var w *world
	w = newWorld(t, 2, order.wire(), sim.Before("GetRecords", 2, func() { w.Split(0, 4) }))
	key := keyIn(t, sim.ID(0))
	want(t, w.trace("ord-1", keyed(key)), receipt.Absent)
	heir := sim.ID(2)
	if shard.HashOf(key).Hi>>60 >= 4 {
		heir = sim.ID(3)
	}
	if len(order.first) != 4 || !slices.Equal(order.first[:2], []string{sim.ID(0), heir}) {
		t.Errorf("read in the order %v, want %s second", order.first, heir)
	}
}

// keyIn is a key that falls into a shard of two.
func keyIn(t *testing.T, id string) string {
	t.Helper()
	w := newWorld(t, 2)
	for _, key := range strings.Split("abcdefgh", "") {
		if w.put(key, "x"); w.shardOf[key] == id {
			return key
		}
	}
	t.Fatal("no key")
	return ""
}

// Narrowed down, what other shards hold is not seen: the verdict says on what it
// rests, and so does the receipt.
func TestNarrow(t *testing.T) {
	w := newWorld(t, 4)
	key := "user-88"
	w.put(key, "ord-1")
	want(t, w.trace("ord-1", keyed(key, narrow)), receipt.Found)
	r := w.trace("ord-2", keyed(key, narrow))
	want(t, r, receipt.Absent)
	if len(r.Coverage.Shards) != 1 || r.Coverage.Shards[0].ShardID != w.shardOf[key] || !r.Settings.Narrow {
		t.Errorf("coverage %+v, settings %+v", r.Coverage.Shards, r.Settings)
	}
	if len(r.Conditions) != 1 || r.Conditions[0].Code != notice.Narrowed {
		t.Errorf("conditions %v", r.Conditions)
	}
	text := printed(t, r)
	for _, said := range []string{"\n  the only shard that the partition key names, 1 record", "\n  on condition that no producer set an explicit hash key"} {
		if !strings.Contains(text, said) {
			t.Errorf("%q lacks %q", text, said)
		}
	}
}

// A record that was put elsewhere by an explicit hash key is found, unless narrowed.
func TestExplicitHashKeyBesideTheLikelyShard(t *testing.T) {
	w := newWorld(t, 4)
	key := "user-88"
	at := 0
	if shard.HashOf(key).Hi>>63 == 0 {
		at = 15
	}
	w.Call("PutRecord", sim.Message{"StreamName": sim.Stream, "PartitionKey": key, "Data": []byte("ord-1"), "ExplicitHashKey": sim.Sixteenth(at)})
	want(t, w.trace("ord-1", keyed(key)), receipt.Found)
	want(t, w.trace("ord-1", keyed(key, narrow)), receipt.Absent)
}

func TestNarrowIsRefused(t *testing.T) {
	w := newWorld(t, 1)
	described := w.Describe()
	var refused *CannotNarrow
	if _, err := Run(t.Context(), w.client, described, Options{Narrow: true}); !errors.As(err, &refused) {
		t.Errorf("without a key: %v", err)
	}
	key := "a"
	described.Distribution = shard.AutoDistribution
	if _, err := Run(t.Context(), w.client, described, Options{Narrow: true, Event: receipt.Event{PartitionKey: &key}}); !errors.As(err, &refused) {
		t.Errorf("on a stream that distributes by itself: %v", err)
	}
}

// A narrowed scan is gone on from narrowed, and not otherwise.
func TestNarrowStaysNarrow(t *testing.T) {
	w := newWorld(t, 2)
	key := "user-88"
	w.put(key, "ord-1")
	interrupted := w.trace("ord-2", keyed(key, narrow, func(o *Options) { o.Timeout = 1 }))
	want(t, interrupted, receipt.Inconclusive, string(notice.Time), string(notice.Time))
	r := w.trace("ord-2", keyed(key, narrow, func(o *Options) { o.Resume = kept(t, interrupted) }))
	want(t, r, receipt.Absent)
	if len(r.Conditions) != 1 || r.Conditions[0].Code != notice.Narrowed {
		t.Errorf("conditions %v", r.Conditions)
	}
	var unfit *CannotResume
	o := Options{Event: r.Event, Settle: 10_000_000_000, Resume: kept(t, interrupted)}
	if _, err := Run(t.Context(), w.client, w.Describe(), o); !errors.As(err, &unfit) || !unfit.Asked {
		t.Errorf("resumed without --narrow: %v", err)
	}
}
