package reader

import (
	"context"
	"slices"
	"sync"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/pace"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/step"
)

// staggerMax spreads the first reads of many shards, unless all is to be had at once.
const staggerMax = 20 * time.Millisecond

// crew is one Read: the goroutines that read, a shard each.
type crew struct {
	*Reader
	plan     Plan
	mu       sync.Mutex
	finished map[string]chan struct{} // by shard, closed when it was read
	first    []string                 // of them, those that the plan picks
	working  sync.WaitGroup
}

func (r *Reader) newCrew(plan Plan) *crew {
	return &crew{Reader: r, plan: plan, finished: map[string]chan struct{}{}}
}

func (c *crew) read(ctx context.Context, starts []Start) {
	defer c.watchClosings(ctx)()
	c.enlist(ctx, starts)
	c.working.Wait()
}

// unread returns those of the shards that are wanted and that nobody has read.
func (c *crew) unread(shards []shard.Shard) []Start {
	c.mu.Lock()
	defer c.mu.Unlock()
	var starts []Start
	for _, s := range shards {
		if _, known := c.finished[s.ID]; !known && c.plan.Wants(s) {
			starts = append(starts, Start{Shard: s, At: position.Position{Kind: position.TrimHorizon}})
		}
	}
	return starts
}

// enlist starts a goroutine for each shard that has none.
func (c *crew) enlist(ctx context.Context, starts []Start) {
	fresh := c.register(starts)
	for _, start := range fresh {
		c.plan.Opened(start)
	}
	for i, start := range fresh {
		c.working.Go(func() {
			defer c.leave(start.Shard.ID)
			if c.hold(ctx, start.Shard, c.stagger(i, len(starts))) {
				c.follow(ctx, start)
			}
		})
	}
}

func (c *crew) leave(id string) {
	if c.plan.Left != nil {
		c.plan.Left(id)
	}
	close(c.done(id))
}

func (c *crew) await(ctx context.Context, id string) bool {
	return c.plan.Await == nil || c.plan.Await(ctx, id)
}

// register notes the shards that are new.
func (c *crew) register(starts []Start) []Start {
	c.mu.Lock()
	defer c.mu.Unlock()
	var fresh []Start
	for _, start := range starts {
		if _, known := c.finished[start.Shard.ID]; !known {
			c.finished[start.Shard.ID] = make(chan struct{})
			fresh = append(fresh, start)
			if c.plan.First != nil && c.plan.First(start.Shard) {
				c.first = append(c.first, start.Shard.ID)
			}
		}
	}
	return fresh
}

func (c *crew) done(id string) chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.finished[id]
}

// before returns what to wait for before a shard is read: its parents, or those
// that are read first, as far as they are known.
func (c *crew) before(s shard.Shard) []string {
	switch {
	case c.plan.ParentsFirst:
		return s.Parents()
	case c.plan.First == nil || c.plan.First(s):
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.first)
}

func (r *Reader) stagger(i, shards int) time.Duration {
	if r.share == pace.Off && len(r.consumers) == 0 {
		return 0
	}
	return time.Duration(i) * min(staggerMax, time.Second/time.Duration(shards))
}

// hold waits for what comes before a shard, and a little more; false when the
// context ended.
func (c *crew) hold(ctx context.Context, s shard.Shard, d time.Duration) bool {
	for waited, before := 0, c.before(s); waited < len(before); before = c.before(s) {
		for _, id := range before[waited:] {
			if !over(ctx, c.done(id)) {
				return false
			}
		}
		waited = len(before)
	}
	return d == 0 || c.client.Wait(ctx, d) == nil
}

// over waits until a shard was read, if it is one that is read at all.
func over(ctx context.Context, read chan struct{}) bool {
	if read == nil {
		return true
	}
	select {
	case <-read:
		return true
	case <-ctx.Done():
		return false
	}
}

// source gives the steps of a shard, or of a slice of it.
type source interface {
	// next returns the next step; ok is false when the context ended.
	next(ctx context.Context) (st step.Step, ok bool)
	// release lets go of the memory that the last step took.
	release()
	close()
}

// follow reads one shard and enlists those that take over from it.
func (c *crew) follow(ctx context.Context, start Start) {
	if len(start.Slices) > 0 {
		c.followSlices(ctx, start)
		return
	}
	from := c.source(start, 0, c.plan.Sieve)
	defer from.close()
	for c.await(ctx, start.Shard.ID) {
		st, ok := from.next(ctx)
		if !ok || c.handle(ctx, from, st) {
			return
		}
	}
}

// source reads a shard from its start on, by one of the consumers where there are any.
func (c *crew) source(start Start, consumer int, sieve func() record.Sieve) source {
	r := newReading(c.Reader, start, sieve)
	if len(c.consumers) > 0 {
		return newPushed(r, c.plan.ListAfter, c.consumers[consumer])
	}
	r.limit = c.plan.Limit
	return r
}

// handle has a step handled, and tells whether it was the last one.
func (c *crew) handle(ctx context.Context, from source, st step.Step) (last bool) {
	done := c.plan.Handle(st)
	from.release()
	if st.End || st.Code == notice.ShardGone {
		c.enlist(ctx, c.takeOver(ctx, st.Children))
	}
	return done || st.End || st.Kind == step.Failed
}

// takeOver returns the wanted shards that came after one that ended or is gone.
// A listing tells what its last page does not: when each opened, and all of the
// shards that came in the meantime, some of which may be parents to wait for.
// Without a listing, the children that the page named will do.
func (c *crew) takeOver(ctx context.Context, children []shard.Shard) []Start {
	if len(children) > 0 && len(c.unread(children)) == 0 {
		return nil
	}
	listed, _ := c.listings.get(ctx)
	return c.unread(shard.NewLineage(append(children, listed...)))
}
