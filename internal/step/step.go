// Package step says what one answer of a shard means. The reader makes steps,
// the ledger books them, the verbs print their records; what an answer means is
// settled here, once. It neither fetches nor judges.
package step

import (
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// Kind is what an answer means for the reading of its shard.
type Kind int

const (
	// Page is an answer to GetRecords, with or without records.
	Page Kind = iota
	// Throttled asks to come again later; nothing was read, nothing lost.
	Throttled
	// Retried is a passing failure (a 5xx, a cut call, an iterator that expired
	// and is renewed); nothing was read, nothing lost.
	Retried
	// Failed ends the reading of the shard before its proof.
	Failed
)

// Step is one answer of one shard.
type Step struct {
	ShardID string
	// Slice is which of the shard's slices was read, by their order from 0; a shard that
	// is read as one has no other.
	Slice int
	Kind  Kind
	// Pushed tells that a subscription brought the page. It may have waited on the way,
	// and so tells nothing of the present; AskedAt is when the subscription was asked for.
	Pushed bool
	// AskedAt is the server's time, at the least, when the page was asked for.
	AskedAt time.Time
	// AnsweredAt is the server's time, at the most, when the page was answered.
	AnsweredAt time.Time
	// Extent is that of the page's records, those that a sieve passed over among them.
	record.Extent
	// Records are the others: views into the page, in the shard's order, each handed out
	// once.
	Records []record.Record
	// Repeated counts the page's records that were handed out before.
	Repeated int
	// Bytes is the data and partition keys of the page.
	Bytes int64
	// Behind is MillisBehindLatest.
	Behind time.Duration
	// Joined ends a slice: it was read up to the first record of a later one. Nil goes on.
	Joined *Joint
	// End is set when the shard provably ends with this page.
	End bool
	// Children are the shards that take over at the end.
	Children []shard.Shard
	// Foreign tells of a Failed step that the endpoint refused the sequence number at
	// which the reading was to begin, as none of the shard's: it has no such record.
	Foreign bool
	// Code and Reason say why a step is Failed; Reason also why it is Retried or
	// Throttled.
	Code   notice.Code
	Reason string
}

// Joint is where a slice of a shard ends, and a later one goes on: at a record that the
// later one reads.
type Joint struct {
	Slice int // the later one
	record.Point
}

// Empty tells whether the page held no record at all.
func (s Step) Empty() bool {
	return s.Kind == Page && s.Count == 0 && s.Repeated == 0 && s.Joined == nil
}
