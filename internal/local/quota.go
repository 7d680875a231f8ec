package local

import "time"

// The quotas of a shard. Sources: the service model's texts on PutRecords,
// GetRecords and GetShardIterator.
const (
	putRecordsPerSecond = 1000
	putBytesPerSecond   = 1 << 20 // data and partition keys
	readsPerSecond      = 5
	readBytesPerSecond  = 2 << 20
	iteratorsPerSecond  = 5

	// A read that uses the throughput up bars the next ones for a second at the
	// least, and one that gives all of a page's 10 MiB for five.
	usedUpWait   = time.Second
	fullPageWait = 5 * time.Second
)

// A second's worth can be spent at once.
var (
	putRecordsRate = rate{putRecordsPerSecond, putRecordsPerSecond}
	readsRate      = rate{readsPerSecond, readsPerSecond}
	readBytesRate  = rate{readBytesPerSecond, readBytesPerSecond}
	iteratorsRate  = rate{iteratorsPerSecond, iteratorsPerSecond}
)

// spent is what has been spent of a shard's quotas of late.
type spent struct {
	putRecords, putBytes bucket
	reads, readBytes     bucket
	iterators            bucket
	noReadsBefore        time.Time // while the read throughput is used up
}

// admitPut spends a record of so many bytes, or refuses it. The largest record
// of the stream can always be put to a shard that was left alone: where records
// may exceed 1 MiB, the bucket is as large as one of them. Source:
// https://docs.aws.amazon.com/streams/latest/dev/large-records.html
func (s *Server) admitPut(t *stream, d *shard, bytes int, now time.Time) *apiError {
	if !s.quotas {
		return nil
	}
	bytesRate := rate{putBytesPerSecond, int64(t.recordKiB) << 10}
	if !d.spent.putRecords.fits(putRecordsRate, 1, now) || !d.spent.putBytes.fits(bytesRate, int64(bytes), now) {
		return s.rateExceeded(t.name, d.id)
	}
	d.spent.putRecords.spend(putRecordsRate, 1, now)
	d.spent.putBytes.spend(bytesRate, int64(bytes), now)
	return nil
}

// admitRead spends a GetRecords call, or refuses it.
func (s *Server) admitRead(t *stream, d *shard, now time.Time) *apiError {
	if !s.quotas {
		return nil
	}
	if now.Before(d.spent.noReadsBefore) || !d.spent.reads.fits(readsRate, 1, now) {
		return s.rateExceeded(t.name, d.id)
	}
	d.spent.reads.spend(readsRate, 1, now)
	return nil
}

// bookRead spends what a page took; full is one that 10 MiB cut off.
func (s *Server) bookRead(d *shard, bytes int, full bool, now time.Time) {
	if !s.quotas {
		return
	}
	b := &d.spent.readBytes
	b.spend(readBytesRate, int64(bytes), now)
	switch debt := b.debt(readBytesRate, now); {
	case full:
		d.spent.noReadsBefore = now.Add(fullPageWait)
	case debt > 0:
		d.spent.noReadsBefore = now.Add(max(usedUpWait, debt))
	}
}

// admitIterator spends a GetShardIterator call, or refuses it. A shard
// that has ended has no such quota.
func (s *Server) admitIterator(t *stream, d *shard, now time.Time) *apiError {
	if !s.quotas || d.ended(now) {
		return nil
	}
	if !d.spent.iterators.fits(iteratorsRate, 1, now) {
		return s.rateExceeded(t.name, d.id)
	}
	d.spent.iterators.spend(iteratorsRate, 1, now)
	return nil
}

const throughputExceeded = "ProvisionedThroughputExceededException"

func (s *Server) rateExceeded(stream, shard string) *apiError {
	return failure(throughputExceeded,
		"Rate exceeded for shard %s in stream %s under account %s.", shard, stream, s.account)
}

// The quotas of a stream's consumers. Source: the service model's texts on
// these operations.
var (
	consumerCallsRate    = rate{5, 5} // each of Register-, Deregister- and ListStreamConsumers
	describeConsumerRate = rate{20, 20}
)

// consumerCalls is what has been spent of them of late.
type consumerCalls struct{ register, deregister, describe, list bucket }

// admitConsumerCall spends a call about a stream's consumers, or refuses it.
func (s *Server) admitConsumerCall(t *stream, b *bucket, r rate, now time.Time) error {
	if !s.quotas {
		return nil
	}
	if !b.fits(r, 1, now) {
		return limitExceeded("Rate exceeded for stream %s under account %s.", t.name, s.account)
	}
	b.spend(r, 1, now)
	return nil
}
