package trace

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"kinspect/internal/kpl"
	"kinspect/internal/local"
	"kinspect/internal/match"
	"kinspect/internal/record"
	"kinspect/internal/sim"
	"kinspect/internal/stream"
	"kinspect/trace/receipt"
)

// world is a world of which questions are asked.
type world struct {
	*sim.World
	t       *testing.T
	ours    *offClock // the machine's clock
	client  *stream.Client
	shardOf map[string]string // by partition key, of what was put
}

func newWorld(t *testing.T, shards int, wires ...sim.Wire) *world {
	t.Helper()
	inner := sim.New(t, shards, wires...)
	w := &world{World: inner, t: t, ours: &offClock{JumpClock: inner.Clock}, shardOf: map[string]string{}}
	w.client = inner.NewClient(w.ours)
	return w
}

func (w *world) put(key, data string) { w.shardOf[key] = w.Put(key, data).ShardID }

// trace asks the question whether text is in the stream.
func (w *world) trace(text string, change ...func(*Options)) receipt.Receipt {
	w.t.Helper()
	content, err := match.Event(text)
	if err != nil {
		w.t.Fatal(err)
	}
	o := Options{Event: receipt.Event{Text: text}, Content: content, Settle: 10 * time.Second, ReadShare: 0.6}
	for _, c := range change {
		c(&o)
	}
	return w.run(context.Background(), o)
}

func (w *world) run(ctx context.Context, o Options) receipt.Receipt {
	w.t.Helper()
	described, err := w.client.Describe(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	r, err := Run(ctx, w.client, described, o)
	if err != nil {
		w.t.Fatal(err)
	}
	conforms(w.t, r)
	return r
}

// want fails unless the receipt has the verdict, and as reasons just the codes.
func want(t *testing.T, r receipt.Receipt, verdict receipt.Verdict, codes ...string) {
	t.Helper()
	var got []string
	for _, reason := range r.Reasons {
		got = append(got, string(reason.Code))
	}
	if r.Verdict != verdict || len(got) != len(codes) {
		t.Fatalf("verdict %s for %v, want %s for %v", r.Verdict, r.Reasons, verdict, codes)
	}
	for i, code := range codes {
		if got[i] != code {
			t.Fatalf("reasons %v, want %v", got, codes)
		}
	}
}

// misplaced is an aggregate whose user records hash to different halves of the
// key space.
func misplaced() string {
	low, high := "l", "abc" // 2db95e8e… and 900150983…
	return string(kpl.Aggregate([]record.UserRecord{
		{UserKey: &high, UserData: []byte("ord-1")}, {UserKey: &low, UserData: []byte("ord-2")},
	}))
}

// offClock is a machine's clock that is wrong by a fixed time, or that stands
// still for what it slept.
type offClock struct {
	*local.JumpClock
	ahead atomic.Int64
}

func (c *offClock) Now() time.Time { return c.JumpClock.Now().Add(time.Duration(c.ahead.Load())) }

func (c *offClock) Sleep(ctx context.Context, d time.Duration) error {
	return c.JumpClock.Sleep(ctx, d)
}
