package reader

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"

	"kinspect/internal/position"
)

const (
	// MemoryDefault is what the pages in flight may take together, in bytes.
	MemoryDefault = 256 << 20
	// MemoryMin is what one page may take: less cannot be kept to.
	MemoryMin = pageBytesMax * weightTenths / 10
)

const (
	// pageBytesMax is the most data and partition keys that a page can have.
	//
	// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
	pageBytesMax = 10 << 20
	// weightTenths is what a page takes from its call to the end of its handling,
	// for each byte of data and keys, in tenths of a byte: all that the SDK
	// allocates for it, since garbage stays a while. Measured with the SDK's
	// kinesis v1.56.12 on pages of 10 MiB: 62.4 MiB for 10,000 records of 1 KB,
	// 55.4 MiB for one record; 40 MiB of it are alive at once, 10 to 13 MiB are kept.
	weightTenths = 64
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
// in so long a time; never more than a full page, nor than there is.
func (b *budget) weight(filled time.Duration) int64 {
	taken := int64(min(filled, fillMax).Seconds() * writeBytesPerSecondMax)
	return min(b.size, min(pageBytesMax, b.record+taken)*weightTenths/10)
}

// weight is what the next page may take, which has so many records at the most.
func (r *reading) weight(filled time.Duration) int64 {
	weight := r.budget.weight(filled)
	if r.limit > 0 {
		weight = min(weight, int64(r.limit)*r.budget.record*weightTenths/10)
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

func (r *reading) release() {
	r.budget.pool.Release(r.reserved)
	r.reserved = 0
}
