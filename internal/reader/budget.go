package reader

import (
	"context"

	"golang.org/x/sync/semaphore"

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

// of is what a page may take with so many bytes of data and keys; never more than there is.
func (b *budget) of(bytes int64) int64 {
	if bytes <= littleBytes {
		return min(b.size, littleWeight)
	}
	return min(b.size, bytes*weightTenths/10+min(bytes, b.record)+roomBytes)
}

// reserve waits, before a page is asked for, for the memory that the last one took: who
// reads a backlog waits here, where nothing is held up. It fails when the context ends.
func (r *reading) reserve(ctx context.Context) error { return r.acquire(ctx, r.budget.of(r.expected)) }

// admit waits for the memory that an answer, or an event, of so many bytes takes, beyond
// what was reserved; less than 0: it may be a full page. Base64 has four bytes for three
// of data. What was reserved is let go of meanwhile: others wait for it, too.
func (r *reading) admit(ctx context.Context, bytes int64) error {
	weight := r.budget.of(pageBytesMax)
	if bytes >= 0 {
		weight = r.budget.of(bytes * 3 / 4)
	}
	if weight <= r.reserved {
		r.budget.pool.Release(r.reserved - weight)
		r.reserved = weight
		return nil
	}
	r.budget.pool.Release(r.reserved)
	r.reserved = 0
	return r.acquire(ctx, weight)
}

func (r *reading) acquire(ctx context.Context, weight int64) error {
	if err := r.budget.pool.Acquire(ctx, weight); err != nil {
		return err
	}
	r.reserved += weight
	return nil
}

// release gives back the memory of the last step, and what was reserved for it.
func (r *reading) release() {
	r.handed.Release()
	r.handed = stream.Page{}
	r.budget.pool.Release(r.reserved)
	r.reserved = 0
}
