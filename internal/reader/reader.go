// Package reader reads the shards of a stream in order and says what happened,
// step by step. It resumes after the last record it handed out, so that expired
// iterators, throttles and cut calls lose nothing and repeat nothing. What has
// been proved by the steps is package coverage's.
package reader

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/pace"
	"kinspect/internal/position"
	"kinspect/internal/shard"
	"kinspect/internal/step"
	"kinspect/internal/stream"
)

// staggerMax spreads the first reads of many shards.
const staggerMax = 20 * time.Millisecond

// Reader reads shards of one stream, one Read or Cover after the other.
type Reader struct {
	client   *stream.Client
	listings *listings
	share    pace.Share
	settle   time.Duration
	budget   *budget
	shards   sync.Map // *polls by shard
	// consumers are the ARNs of those that are pushed the shards, a slice each; none: all
	// is polled.
	consumers []string
	turns     sync.Map // *turn by consumer and shard
	watched   atomic.Pointer[shard.Lineage]
}

// New returns a reader that takes the share of each shard's read quota. Settle
// is how long the closing of a shard may take to be true.
func New(client *stream.Client, share pace.Share, settle time.Duration) *Reader {
	r := &Reader{client: client, listings: newListings(client), share: share, settle: settle}
	return r.Within(MemoryDefault, recordBytesMax)
}

// Within has all pages in flight share so many bytes of memory, MemoryMin at the
// least, whatever the number of shards; 0 means MemoryDefault. Record is the
// largest that the stream takes, in bytes.
func (r *Reader) Within(memory int64, record int) *Reader {
	r.budget = newBudget(cmp.Or(memory, MemoryDefault), int64(record))
	return r
}

// FanOut has the consumers, by their ARNs, be pushed the shards, instead of polling them:
// the first one reads each from its beginning, and further ones the slices beside it.
func (r *Reader) FanOut(consumers []string) *Reader {
	r.consumers = consumers
	return r
}

// Start is a shard and where to begin in it.
type Start struct {
	Shard shard.Shard
	At    position.Position
	// Else, if there is one, is where to begin when the endpoint lets nobody begin at a
	// sequence number for other reasons than that it is not the shard's: AWS lets begin
	// at one that no record has, other endpoints do not.
	Else position.Position
	// Slices are further ones of the shard, behind the one from At, in order.
	Slices []Slice
}

// Slice is a stretch of a shard that begins behind another, and is read beside it.
type Slice struct {
	// At is where to begin. The zero Position is nowhere: all of it was read before.
	At position.Position
	// First is the record with which it begins, where that is known from before.
	First *step.Joint
}

// Plan says what to read.
type Plan struct {
	Starts []Start
	// Wants tells whether a shard that appears during the reading is read too,
	// from its trim horizon.
	Wants func(shard.Shard) bool
	// ListAfter is the server time before which Cover does not list again.
	ListAfter time.Time
	// Limit is the most records of a shard's first page; each later one may have twice
	// as many. 0: as many as come.
	Limit int
	// ParentsFirst holds a shard back until its parents were read.
	ParentsFirst bool
	// First, if there is one, picks the shards that are read to their end before any
	// other begins. It does not go with ParentsFirst, which may hold them back.
	First func(shard.Shard) bool
	// Handle takes each step, for one shard at a time in order, for several
	// shards at once. It returns true when no more of the shard is wanted.
	Handle func(step.Step) bool
	// Opened hears of each shard, and where it begins, before the first step of any
	// that begins with it.
	Opened func(Start)
	// Await, if there is one, is waited for before each step, while the shard takes
	// nothing of the memory. It returns false when the shard is to be read no more.
	Await func(ctx context.Context, shardID string) bool
	// Left, if there is one, hears that a shard is read no more, once those that
	// take over from it were opened and before they are read.
	Left func(shardID string)
}

// crew is one Read: the goroutines that read, a shard each.
type crew struct {
	*Reader
	plan     Plan
	mu       sync.Mutex
	finished map[string]chan struct{} // by shard, closed when it was read
	first    []string                 // of them, those that the plan picks
	working  sync.WaitGroup
}

// Read reads the plan's shards, and those that take over from them, until
// Handle wants no more of any, or the context ends.
func (r *Reader) Read(ctx context.Context, plan Plan) {
	r.newCrew(plan).read(ctx, plan.Starts)
}

// Cover is Read, and lists the shards again at the end until it finds none that
// was not read. It returns the last listing, asked for after all reading.
func (r *Reader) Cover(ctx context.Context, plan Plan) (shard.Lineage, error) {
	c := r.newCrew(plan)
	starts := plan.Starts
	for {
		c.read(ctx, starts)
		lineage, err := r.list(ctx, plan.ListAfter)
		if err != nil {
			return nil, err
		}
		if starts = c.unread(lineage); len(starts) == 0 {
			return lineage, nil
		}
	}
}

func (r *Reader) list(ctx context.Context, after time.Time) (shard.Lineage, error) {
	if err := r.client.Wait(ctx, max(0, after.Sub(r.client.Clock.Now()))); err != nil {
		return nil, err
	}
	return r.listings.get(ctx)
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
			if c.hold(ctx, start.Shard, stagger(i, len(starts))) {
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

func stagger(i, shards int) time.Duration {
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
	from := c.source(start, 0)
	defer from.close()
	for c.await(ctx, start.Shard.ID) {
		st, ok := from.next(ctx)
		if !ok || c.handle(ctx, from, st) {
			return
		}
	}
}

// source reads a shard from its start on, by one of the consumers where there are any.
func (c *crew) source(start Start, consumer int) source {
	r := newReading(c.Reader, start)
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
