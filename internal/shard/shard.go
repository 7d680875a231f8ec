// Package shard knows hash keys, shards and their lineage: which shard owned
// which part of the key space, and when. It is pure; listing the shards of a
// stream is package stream's.
package shard

import (
	"fmt"
	"time"

	"kinspect/internal/record"
)

// Shard is one shard as ListShards describes it.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Shard.html
type Shard struct {
	ID string
	// Parent and AdjacentParent name the shards it came from: none at first, one
	// after a split, two after a merge. They may have expired.
	Parent, AdjacentParent string
	Range                  Range
	// Starting is the lower bound of its sequence numbers.
	Starting record.SequenceNumber
	// Ending is set once the shard is closed, or its closing is scheduled: writes
	// may go on for about 25 s after it appears. Endpoints other than AWS put
	// numbers here that compare with nothing.
	Ending record.SequenceNumber
}

// Closed tells whether the listing names an ending sequence number.
func (s Shard) Closed() bool { return s.Ending != "" }

// Parents returns the IDs of the shards it came from, at most two.
func (s Shard) Parents() []string {
	parents := make([]string, 0, 2)
	for _, id := range []string{s.Parent, s.AdjacentParent} {
		if id != "" {
			parents = append(parents, id)
		}
	}
	return parents
}

// NamedBy tells whether a sequence number says of itself that this shard gave it. That
// is a hint, as all that is read out of a number.
func (s Shard) NamedBy(n record.SequenceNumber) bool {
	parts, told := n.Parts()
	return told && s.ID == ID(parts.ShardIndex)
}

// ID is what AWS calls a shard, by its number in the stream.
func ID(index uint32) string { return fmt.Sprintf("shardId-%012d", index) }

// AutoDistribution is the record distribution strategy of a stream that spreads
// records by itself: keys are optional there, and neither a partition key nor an
// explicit hash key chooses the shard.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StreamDescriptionSummary.html
const AutoDistribution = "AUTO"

// Named tells whether the MD5 of a partition key names the shard. Its record may be
// in another: a producer may set an explicit hash key, or the stream distribute by
// itself.
func (s Shard) Named(partitionKey string) bool { return s.Range.Contains(HashOf(partitionKey)) }

// OpenedAt returns when the shard was created, in seconds, if its starting
// sequence number tells.
func (s Shard) OpenedAt() (at time.Time, ok bool) {
	parts, ok := s.Starting.Parts()
	return parts.ShardCreatedAt, ok
}

// ClosedAt returns when the shard's writes end, in seconds, if its ending
// sequence number tells; it may lie some seconds in the future.
func (s Shard) ClosedAt() (at time.Time, ok bool) {
	parts, ok := s.Ending.Parts()
	return parts.At, ok
}
