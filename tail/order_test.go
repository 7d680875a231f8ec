package tail

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/local"
	"kinspect/internal/position"
	"kinspect/internal/reader"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/sim"
	"kinspect/internal/step"
	"kinspect/internal/stream"
)

// sequence puts numbers into shards at random, and returns them in order; busy of a
// hundred go to the first shard.
func sequence(random *rand.Rand, w *sim.World, shards, first, records, busy int) (put []string) {
	for n := range records {
		at := 0
		if random.IntN(100) >= busy {
			at = random.IntN(shards)
		}
		put = append(put, fmt.Sprintf("%05d", first+n))
		w.PutAt(at*16/shards, put[len(put)-1])
		w.Pass(time.Duration(1+random.IntN(3000)) * time.Millisecond)
	}
	return put
}

// However the pages are cut, and with reshards, a window is printed as it arrived.
func TestArrivalIsTheOrderOfAWindow(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 2))
		w := sim.New(t, 4, pages(random, 5))
		put := sequence(random, w, 4, 0, 60, 0)
		w.Split(1, 6)
		w.Merge(2, 3)
		put = append(put, sequence(random, w, 4, 60, 60, 50)...)
		lines, s := run(t, context.Background(), w, Options{From: trimHorizon, NoFollow: true, ByArrival: true})
		wantLines(t, lines, put...)
		if s.Late != 0 {
			t.Errorf("%d late", s.Late)
		}
		limit := 1 + random.IntN(len(put))
		lines, s = run(t, context.Background(), w, Options{From: trimHorizon, Limit: limit, ByArrival: true})
		wantLines(t, lines, put[:limit]...)
		if s.Printed != int64(limit) {
			t.Errorf("%d printed of %d", s.Printed, limit)
		}
	}
}

// pages cuts each page to some records.
func pages(random *rand.Rand, most int) sim.Wire {
	return sim.Answer("GetRecords", func(_ int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
		in["Limit"] = 1 + random.IntN(most)
		return forward(in)
	})
}

// faulty is a stream on an endpoint with faults, in the bubble of a synctest.
type faulty struct {
	*stream.Client
	t    *testing.T
	puts int
}

func newFaulty(t *testing.T, shards int, faults func(local.Call) local.Fault) *faulty {
	t.Helper()
	server := local.New(local.Options{Clock: local.SystemClock(), Faults: faults})
	if err := server.CreateStream(sim.Stream, shards); err != nil {
		t.Fatal(err)
	}
	return &faulty{Client: stream.New(awsconf.InProcess(server, "us-east-1"), sim.Stream, stream.RealTime{}), t: t}
}

// put puts the next number at a place of the key space, in sixteenths.
func (w *faulty) put(sixteenths int, most time.Duration, random *rand.Rand) string {
	w.t.Helper()
	data := fmt.Sprintf("%05d", w.puts)
	w.puts++
	entry := stream.PutEntry{Data: []byte(data), PartitionKey: "a", ExplicitHashKey: sim.Sixteenth(sixteenths)}
	if _, err := w.PutRecords(context.Background(), []stream.PutEntry{entry}); err != nil {
		w.t.Fatal(err)
	}
	time.Sleep(time.Millisecond + time.Duration(random.Int64N(int64(most))))
	return data
}

// follower is a run that has yet to begin.
func (w *faulty) follower(o Options) (*follower, []reader.Start) {
	w.t.Helper()
	o.Where, o.Renderer, o.ReadShare, o.Settle = matchAll, renderer(w.t, "data"), readShare, 10*time.Second
	o.Notice = func(string) {}
	described, err := w.Describe(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	lineage, err := w.ListShards(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	if o.NoFollow {
		o.Until = w.Clock.NowAtMost()
	}
	f := newFollower(w.Client, o, described, lineage, described.CreatedAt)
	starts, err := f.starts()
	if err != nil {
		w.t.Fatal(err)
	}
	return f, starts
}

func (w *faulty) run(ctx context.Context, f *follower, starts []reader.Start) Summary {
	w.t.Helper()
	s, err := f.run(ctx, starts)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

const throttled = "ProvisionedThroughputExceededException"

// What waits stays within its room, but for one answer of each shard, whichever
// shard is the busy one, and whatever becomes of the others.
func TestWhatWaitsKeepsToItsRoom(t *testing.T) {
	for name, refuse := range map[string]func(calls int) string{
		"all answer":                      func(int) string { return "" },
		"one fails":                       func(int) string { return "AccessDeniedException" },
		"one is throttled for ever":       func(int) string { return throttled },
		"one is throttled now and then":   func(calls int) string { return []string{"", throttled, throttled}[calls%3] },
		"one fails after a while":         func(calls int) string { return []string{"", "AccessDeniedException"}[min(1, calls/4)] },
		"one is throttled after a while ": func(calls int) string { return []string{"", throttled}[min(1, calls/4)] },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { keepToRoom(t, refuse) }) // which finds a deadlock
		})
	}
}

func keepToRoom(t *testing.T, refuse func(calls int) string) {
	const most, room = 10, 8_000 // records on a page, bytes
	var f *follower
	var peak int64
	calls := 0
	w := newFaulty(t, 4, func(c local.Call) local.Fault {
		if c.Operation != "GetRecords" {
			return local.Fault{}
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		peak = max(peak, f.merge.held)
		if c.Shard == sim.ID(1) {
			calls++
			return local.Fault{Most: 1, Refuse: refuse(calls - 1)}
		}
		return local.Fault{Most: most}
	})
	random := rand.New(rand.NewPCG(1, 3))
	for range 30 { // the fourth shard is empty
		w.put(4*random.IntN(3), 3*time.Second, random)
	}
	for range 1000 {
		w.put(0, 300*time.Millisecond, random)
	}
	out := &printed{}
	var starts []reader.Start
	f, starts = w.follower(Options{From: trimHorizon, NoFollow: true, ByArrival: true, Out: out})
	f.merge.room = room
	s := w.run(context.Background(), f, starts)
	if !slices.IsSorted(out.lines) || s.Late > 0 || !s.Incomplete && len(out.lines) != w.puts || len(out.lines) < 1000 {
		t.Errorf("printed %d of %d, %d late, incomplete %t", len(out.lines), w.puts, s.Late, s.Incomplete)
	}
	if page := int64(most * (2*itemBytes + 6)); peak > room+4*page || peak < room/2 {
		t.Errorf("%d bytes were held, of %d and %d a shard", peak, room, page)
	}
	if f.merge.held != 0 {
		t.Errorf("%d bytes are still held", f.merge.held)
	}
}

// Ctrl-C prints what is held, in order; with positions it is left to the next run.
func TestInterruptedWhileShardsWait(t *testing.T) {
	synctest.Test(t, interruptWhileShardsWait)
}

func interruptWhileShardsWait(t *testing.T) {
	path := filepath.Join(t.TempDir(), "at.json")
	var interrupt func() // where it is nil, all shards answer
	calls := 0
	w := newFaulty(t, 3, func(c local.Call) local.Fault {
		if c.Operation != "GetRecords" || c.Shard != sim.ID(1) || interrupt == nil {
			return local.Fault{}
		}
		if calls++; calls == 5 {
			interrupt()
		}
		return local.Fault{Refuse: throttled}
	})
	random := rand.New(rand.NewPCG(1, 5))
	var all, some []string
	for i := range 9 {
		all = append(all, w.put(i%3*6, time.Second, random))
		if i%3 != 1 {
			some = append(some, all[i])
		}
	}
	time.Sleep(time.Minute)
	tail := func(o Options) []string {
		out := &printed{}
		o.From, o.Out, calls = trimHorizon, out, 0
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		if interrupt = nil; !o.NoFollow {
			interrupt = cancel
		}
		o.ByArrival = true
		f, starts := w.follower(o)
		if s := w.run(ctx, f, starts); s.Late != 0 {
			t.Errorf("%d late", s.Late)
		}
		return out.lines
	}
	wantLines(t, tail(Options{Resume: resumable(t, path)}))
	wantLines(t, tail(Options{}), some...)
	wantLines(t, tail(Options{NoFollow: true, Resume: resumable(t, path)}), all...)
}

// At the tip each record is printed within the bound, whatever the other shards do;
// if all of them answer, in its place.
func TestLiveWithinTheBound(t *testing.T) {
	for seed := range uint64(30) {
		for _, refuse := range []string{"", throttled, "InternalFailure"} {
			synctest.Test(t, func(t *testing.T) { followLive(t, seed, refuse) })
		}
	}
}

func followLive(t *testing.T, seed uint64, refuse string) {
	random := rand.New(rand.NewPCG(seed, 4))
	w := newFaulty(t, 4, func(c local.Call) local.Fault {
		if c.Operation == "GetRecords" && c.Shard == sim.ID(3) {
			return local.Fault{Refuse: refuse}
		}
		return local.Fault{}
	})
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var at []time.Time // when each was printed
	out := &printed{}
	out.took = func(lines int) {
		for len(at) < lines {
			at = append(at, time.Now())
		}
	}
	put := map[string]time.Time{}
	f, starts := w.follower(Options{From: position.Position{Kind: position.Latest}, ByArrival: true, Out: out})
	var putting sync.WaitGroup
	putting.Go(func() {
		time.Sleep(2 * time.Second)
		for range 100 {
			now := time.Now()
			put[w.put(random.IntN(12), 600*time.Millisecond, random)] = now
		}
	})
	s := w.run(ctx, f, starts)
	putting.Wait()
	if len(out.lines) != 100 || !slices.IsSorted(out.lines) || s.Late != 0 {
		t.Errorf("%d late, printed %q", s.Late, out.lines)
	}
	longest := time.Duration(0)
	for i, data := range out.lines {
		longest = max(longest, at[i].Sub(put[data]))
	}
	if polled := 1300 * time.Millisecond; longest > polled+orderBound || longest < orderBound {
		t.Errorf("a record was printed %s after it was put", longest)
	}
}

// Who follows from the past is not stopped by a shard that cannot be read.
func TestShardThatFailsIsNotWaitedForForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFaulty(t, 2, func(c local.Call) local.Fault {
			if c.Operation == "GetRecords" && c.Shard == sim.ID(1) {
				return local.Fault{Refuse: throttled}
			}
			return local.Fault{}
		})
		w.put(0, time.Second, rand.New(rand.NewPCG(1, 6)))
		time.Sleep(time.Hour)
		f, starts := w.follower(Options{From: trimHorizon, Limit: 1, ByArrival: true, Out: &printed{}})
		began := time.Now()
		w.run(context.Background(), f, starts)
		if took := time.Since(began); took < failingMax || took > failingMax+10*time.Second {
			t.Errorf("it came after %s", took)
		}
	})
}

// The rules of the merger, one at a time.
func TestMerger(t *testing.T) {
	at := func(second int) time.Time { return sim.Began.Add(time.Duration(second) * time.Second) }
	lanes := func(m *merger, starts ...string) {
		for _, s := range starts {
			id, parent, _ := strings.Cut(s, "<")
			m.opens(reader.Start{Shard: shard.Shard{ID: id, Parent: parent}})
		}
	}
	page := func(m *merger, id string, asked int, seconds ...int) {
		p, st := &page{}, step.Step{ShardID: id, AskedAt: at(asked)}
		for _, s := range seconds {
			p.text = fmt.Append(p.text, id, s, " ")
			p.ends, p.last = append(p.ends, len(p.text)), append(p.last, place{arrived: at(s)})
			st.Records = append(st.Records, record.Record{ArrivedAt: at(s)})
		}
		st.Extent = record.ExtentOf(st.Records)
		m.push(p, st, at(asked), false)
	}
	take := func(m *merger, now int) (text string) {
		for _, it := range m.take(at(now), 1000, 1000) {
			text += string(it.text)
		}
		return strings.TrimSpace(text)
	}
	for _, c := range []struct {
		name  string
		bound time.Duration
		do    func(m *merger)
		now   int
		want  string
	}{
		{"waits for a shard that said nothing", 0, func(m *merger) { lanes(m, "a", "b"); page(m, "a", 100, 1, 2) }, 200, ""},
		{"merges", 0, func(m *merger) { lanes(m, "a", "b"); page(m, "a", 100, 1, 3, 5); page(m, "b", 100, 2, 4) }, 200, "a1 b2 a3 b4"},
		{"a shard's own disorder stays", 0, func(m *merger) { lanes(m, "a", "b"); page(m, "a", 100, 1, 5, 3); page(m, "b", 100, 2, 4, 6) }, 200, "a1 b2 b4 a5 a3"},
		{"an empty page tells its time, less settle", 0, func(m *merger) { lanes(m, "a", "b"); page(m, "a", 100, 1, 90, 91); page(m, "b", 100) }, 200, "a1 a90"},
		{"a shard that left is not waited for", 0, func(m *merger) { lanes(m, "a", "b"); page(m, "a", 100, 1); m.leaves("b") }, 200, "a1"},
		{"a child comes behind its parent", 0, func(m *merger) {
			lanes(m, "a", "b<a")
			page(m, "a", 100, 1, 5)
			m.leaves("a")
			page(m, "b", 100, 4, 6)
		}, 200, "a1 a5 b4 b6"},
		{"what is ahead waits for a parent, not for its child", 0, func(m *merger) { lanes(m, "a", "b<a", "c"); page(m, "a", 100, 1, 5); page(m, "c", 100, 3, 6) }, 200, "a1 c3 a5"},
		{"what is ahead waits for a child from its parent's end on", 0, func(m *merger) {
			lanes(m, "a", "b<a", "c")
			page(m, "a", 100, 1)
			m.leaves("a")
			page(m, "c", 100, 1, 3)
		}, 200, "a1 c1"},
		{"history has no bound", orderBound, func(m *merger) { lanes(m, "a", "b"); page(m, "a", 100, 99); page(m, "b", 100, 1) }, 200, "b1"},
		{"at the tip it holds", orderBound, func(m *merger) { lanes(m, "a", "b"); page(m, "b", 99); page(m, "a", 100, 99) }, 101, ""},
		{"at the tip it ends", orderBound, func(m *merger) { lanes(m, "a", "b"); page(m, "b", 99); page(m, "a", 100, 99) }, 102, "a99"},
		{"with an end there is none", 0, func(m *merger) { lanes(m, "a", "b"); page(m, "b", 99); page(m, "a", 100, 99) }, 102, ""},
		{"what came before one that waited goes with it", orderBound, func(m *merger) {
			lanes(m, "a", "b", "c")
			page(m, "c", 99)
			page(m, "b", 99)
			page(m, "a", 100, 99)
			page(m, "b", 101, 98, 100)
		}, 102, "b98 a99"},
		{"a shard that fails is waited for", 0, func(m *merger) {
			lanes(m, "a", "b")
			page(m, "a", 100, 1)
			m.fails(step.Step{ShardID: "b", AskedAt: at(100)})
		}, 160, ""},
		{"but not for ever", 0, func(m *merger) {
			lanes(m, "a", "b")
			page(m, "a", 100, 1)
			m.fails(step.Step{ShardID: "b", AskedAt: at(100)})
			m.fails(step.Step{ShardID: "b", AskedAt: at(150)})
		}, 161, "a1"},
	} {
		m := newMerger(10*time.Second, c.bound, 0)
		c.do(m)
		if got := take(m, c.now); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
