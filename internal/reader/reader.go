// Package reader reads the shards of a stream in order and says what happened,
// step by step. It resumes after the last record it handed out, so that expired
// iterators, throttles and cut calls lose nothing and repeat nothing. What has
// been proved by the steps is package coverage's.
package reader

import (
	"cmp"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"kinspect/internal/pace"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/step"
	"kinspect/internal/stream"
)

// Reader reads shards of one stream, one Read or Cover after the other.
type Reader struct {
	client   *stream.Client
	listings *listings
	share    pace.Share
	settle   time.Duration
	budget   *budget
	flights  flights
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
	r := &Reader{client: client, listings: newListings(client), share: share, settle: settle, flights: make(flights, flightsMax)}
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
	// Sieve, if there is one, makes what says which records to pass over.
	Sieve func() record.Sieve
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

// ListedAt is the server's time, at the least, when the listing that Cover returned was
// asked for.
func (r *Reader) ListedAt() time.Time {
	r.listings.turn <- struct{}{}
	defer func() { <-r.listings.turn }()
	return r.listings.asked
}

func (r *Reader) list(ctx context.Context, after time.Time) (shard.Lineage, error) {
	if err := r.client.Wait(ctx, max(0, after.Sub(r.client.Clock.Now()))); err != nil {
		return nil, err
	}
	return r.listings.get(ctx)
}
