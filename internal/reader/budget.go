package reader

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"

	"kinspect/internal/position"
	"kinspect/internal/stream"
)

const (
	// MemoryDefault is what the pages in flight may take together, in bytes.
	MemoryDefault = 256 << 20
	// MemoryMin is what one page may take: less cannot be kept to.
	MemoryMin = pageBytesMax*weightTenths/10 + largestRecord + roomBytes
)

const (
	// pageBytesMax is the most data and partition keys that a page can have.
	//
	// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
	pageBytesMax = 10 << 20
	// weightTenths is what a page takes from its call to the end of its handling, for
	// each byte of data and keys, in tenths of a byte: they are kept once, in chunks of
	// which a part may stay empty. One record may come in pieces, which are then joined.
	weightTenths = 12
	// roomBytes is what a page takes besides: a chunk that has just begun, what it is
	// read through, and what tells of each record.
	roomBytes = 2 << 20
	// littleBytes is a page that takes no such chunk, and littleWeight all that it takes.
	littleBytes  = 48 << 10
	littleWeight = 512 << 10
	// largestRecord is the largest that any stream takes.
	//
	// https://docs.aws.amazon.com/streams/latest/dev/large-records.html
	largestRecord = 10 << 20
	// writeBytesPerSecondMax is the write quota of a shard; a burst may exceed it by
	// one largest record.
	//
	// https://docs.aws.amazon.com/streams/latest/dev/large-records.html
	writeBytesPerSecondMax = 1 << 20
	// fillMax is how long a shard takes to fill a page.
	fillMax = pageBytesMax / writeBytesPerSecondMax * time.Second
	// recordBytesMax is the largest record where a stream says nothing else.
	recordBytesMax = 1 << 20
)

// budget is the bytes that all pages in flight share. What opening a record takes
// on top, one of a page at a time, package decode bounds.
type budget struct {
	pool   *semaphore.Weighted
	size   int64
	record int64 // the largest that the stream takes
}

func newBudget(size, record int64) *budget {
	return &budget{pool: semaphore.NewWeighted(size), size: size, record: record}
}

// weight is what a page may take that holds, at the most, what a shard can take
// in so long a time; never more than a full page.
func (b *budget) weight(filled time.Duration) int64 {
	taken := int64(min(filled, fillMax).Seconds() * writeBytesPerSecondMax)
	return b.of(min(pageBytesMax, b.record+taken))
}

// of is what a page may take with so many bytes of data and keys; never more than there is.
func (b *budget) of(bytes int64) int64 {
	if bytes <= littleBytes {
		return min(b.size, littleWeight)
	}
	return min(b.size, bytes*weightTenths/10+min(bytes, b.record)+roomBytes)
}

// weight is what the next page may take, which has so many records at the most.
func (r *reading) weight(filled time.Duration) int64 {
	weight := r.budget.weight(filled)
	if r.limit > 0 {
		weight = min(weight, r.budget.of(int64(r.limit)*r.budget.record))
	}
	return weight
}

// waitAllowed is how long a reservation may be waited for until it has to be a
// larger one, since the shard goes on filling.
const waitAllowed = 250 * time.Millisecond

// reserve takes what the next page may need, before it is asked for: a call that
// waited for memory would run into its time limit. It fails when the context ends.
func (r *reading) reserve(ctx context.Context) error {
	for allowed := waitAllowed; ; allowed *= 8 {
		weight := r.weight(r.filled() + allowed)
		if err := r.budget.pool.Acquire(ctx, weight); err != nil {
			return err
		}
		if weight >= r.weight(r.filled()) {
			r.reserved = weight
			return nil
		}
		r.budget.pool.Release(weight)
	}
}

// filled is how long what the next page holds has been arriving: since the shard
// was last seen empty at its tip, if that is where the reading is.
func (r *reading) filled() time.Duration {
	if r.resume.Kind == position.Latest {
		return 0 // the iterator comes with the page
	}
	return min(fillMax, r.client.Clock.Now().Sub(r.emptyAt))
}

// release gives back the memory of the last step, and what was reserved for it.
func (r *reading) release() {
	r.handed.Release()
	r.handed = stream.Page{}
	r.budget.pool.Release(r.reserved)
	r.reserved = 0
}
