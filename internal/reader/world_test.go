package reader

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"kinspect/internal/position"
	"kinspect/internal/shard"
	"kinspect/internal/sim"
	"kinspect/internal/step"
)

// message is the JSON of a request or an answer.
type message = sim.Message

// world is a world with all that was read of it.
type world struct {
	*sim.World
	t     *testing.T
	wire  sim.Wire                                // may be set at any time
	stall func(operation string, in message) bool // tells which calls are never answered
	calls map[string]int                          // by operation, as the wire sees them

	mu     sync.Mutex
	read   []string // data, in the order of handing out
	opened []Start
	steps  []step.Step
}

func newWorld(t *testing.T, shards int) *world {
	t.Helper()
	w := &world{t: t, calls: map[string]int{}}
	w.World = sim.New(t, shards, func(operation string, in message, forward func(message) message) (message, string) {
		w.calls[operation]++
		switch {
		case w.stall != nil && w.stall(operation, in):
			return nil, sim.Unanswered
		case w.wire != nil:
			return w.wire(operation, in, forward)
		}
		return forward(in), ""
	})
	return w
}

// plan reads all shards that are listed now from a position, parents first, each
// until it is at its tip.
func (w *world) plan(at position.Position) Plan {
	w.t.Helper()
	lineage, err := w.Client.ListShards(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	plan := Plan{ParentsFirst: true, Opened: w.note, Handle: w.handle, Wants: func(shard.Shard) bool { return true }}
	for _, s := range lineage {
		plan.Starts = append(plan.Starts, Start{Shard: s, At: at})
	}
	return plan
}

func (w *world) note(s Start) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.opened = append(w.opened, s)
}

func (w *world) handle(st step.Step) (done bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range st.Records {
		w.read = append(w.read, string(r.Data))
	}
	st.Records = slices.Clone(st.Records)
	w.steps = append(w.steps, st)
	return st.Empty() && st.Behind == 0
}

// cover reads it all.
func (w *world) cover(plan Plan) shard.Lineage {
	w.t.Helper()
	lineage, err := New(w.Client, 0.6, 10*time.Second).Cover(context.Background(), plan)
	if err != nil {
		w.t.Fatal(err)
	}
	return lineage
}

// wantRead fails unless just these records were handed out, in this order.
func (w *world) wantRead(data ...string) {
	w.t.Helper()
	if !slices.Equal(w.read, data) {
		w.t.Fatalf("read %q, want %q", w.read, data)
	}
}

// failed returns the step that ended a shard's reading, or fails.
func (w *world) failed() step.Step {
	w.t.Helper()
	for _, st := range w.steps {
		if st.Kind == step.Failed {
			return st
		}
	}
	w.t.Fatal("no shard failed")
	return step.Step{}
}

var (
	whole  = position.Position{Kind: position.TrimHorizon}
	latest = position.Position{Kind: position.Latest}
)
