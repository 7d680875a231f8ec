package tail

import (
	"cmp"
	"context"

	"kinspect/internal/reader"
	"kinspect/internal/step"
)

// heldPart is the part of all memory that user records may hold which wait.
const heldPart = 4

// memory shares what the options allow between pages and what waits. One page must
// always have its place.
func (o Options) memory() (pages, held int64) {
	all := cmp.Or(o.Memory, reader.MemoryDefault)
	if !o.ByArrival {
		return all, 0
	}
	held = all / heldPart
	return max(all-held, reader.MemoryMin), held
}

func (o Options) merger() *merger {
	if !o.ByArrival {
		return nil
	}
	bound := orderBound
	if !o.Until.IsZero() {
		bound = 0
	}
	_, held := o.memory()
	return newMerger(o.Settle, bound, held)
}

// byArrival completes a plan, and releases what has waited long enough, until the
// returned function is called.
func (f *follower) byArrival(ctx context.Context, plan *reader.Plan) (end func()) {
	if f.merge == nil {
		return func() {}
	}
	ctx, stop := context.WithCancel(ctx)
	plan.Await = f.await
	plan.Left = func(id string) { f.left(ctx, id) }
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f.releaseOverdue(ctx)
	}()
	return func() {
		stop()
		<-ended
		f.drain()
	}
}

// enter has the merger wait for a shard.
func (f *follower) enter(start reader.Start) {
	if f.merge == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.merge.opens(start)
}

// await holds a shard back that is too far ahead of the others.
func (f *follower) await(ctx context.Context, id string) bool {
	for {
		f.mu.Lock()
		pauses, changed := f.merge.pauses(id, f.client.Clock.Now()), f.merge.changed
		f.mu.Unlock()
		if !pauses {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}

// left releases what waited for a shard that was read. One that was stopped may
// have had more.
func (f *follower) left(ctx context.Context, id string) {
	if ctx.Err() != nil {
		return
	}
	f.count(func(*Summary) { f.merge.leaves(id) })
	f.release()
}

// merged takes a step into its place among the others'.
func (f *follower) merged(p *page, st step.Step) {
	f.count(func(s *Summary) {
		if p == nil {
			f.merge.fails(st)
			return
		}
		s.add(p.Summary)
		f.retire(f.merge.push(p, st, f.client.Clock.Now(), f.marks != nil))
	})
	f.release()
}
