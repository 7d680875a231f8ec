package coverage

import (
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// Coverage is the ledger's result, a part of the receipt.
type Coverage struct {
	// Complete: each shard has its proof and no gap. Holes inside records and in
	// the listing are not judged here, nor shards of parts that were not read.
	Complete bool `json:"complete"`
	// From is the arrival time from which on no shard had expired before it could be
	// listed and read. What each shard is covered from stands with it.
	From *record.Timestamp `json:"from,omitempty"`
	// Records are Kinesis records, UserRecords what producers put.
	Records     int64 `json:"records"`
	UserRecords int64 `json:"userRecords"`
	// Bytes is data and partition keys as GetRecords gave them.
	Bytes int64 `json:"bytes"`
	// Opaque and Broken count user records, also those that were ruled out.
	Opaque         int64             `json:"opaque"`
	Broken         int64             `json:"broken"`
	OldestRecordAt *record.Timestamp `json:"oldestRecordAt,omitempty"`
	Shards         []Account         `json:"shards"`
}

// Account is what was read of one shard.
type Account struct {
	ShardID             string              `json:"shardId"`
	Parents             []string            `json:"parents"`
	HashKeyRange        shard.Range         `json:"hashKeyRange"`
	SequenceNumberRange SequenceNumberRange `json:"sequenceNumberRange"`
	OpenedAt            *record.Timestamp   `json:"openedAt,omitempty"`
	ClosedAt            *record.Timestamp   `json:"closedAt,omitempty"`
	// From and Until bound the arrival times that are covered; absent Until means
	// that nothing is proved.
	From        *record.Timestamp `json:"from,omitempty"`
	Until       *record.Timestamp `json:"until,omitempty"`
	Steps       int64             `json:"steps"`
	EmptySteps  int64             `json:"emptySteps"`
	Records     int64             `json:"records"`
	UserRecords int64             `json:"userRecords"`
	Bytes       int64             `json:"bytes"`
	Throttled   int64             `json:"throttled"`
	Proof       *Proof            `json:"proof,omitempty"`
	Gaps        []Gap             `json:"gaps"`
}

// SequenceNumberRange is what the last listing gave as the ends of a shard's
// sequence numbers; an open shard has no ending one. Its JSON is AWS' own.
type SequenceNumberRange struct {
	Starting record.SequenceNumber `json:"startingSequenceNumber,omitempty"`
	Ending   record.SequenceNumber `json:"endingSequenceNumber,omitempty"`
}

// Gap is a stretch of a shard that was not read. A shard without a proof ends
// with one that reaches to the window's end, and can be read on from there. One that
// tells the record behind it lies between two slices, and can be read up to that.
type Gap struct {
	Code notice.Code `json:"code"`
	Text string      `json:"text"`
	// From and Until bound the arrival times of what is missing.
	From  *record.Timestamp `json:"from,omitempty"`
	Until *record.Timestamp `json:"until,omitempty"`
	// AfterSequenceNumber is the last record read before the gap.
	AfterSequenceNumber record.SequenceNumber `json:"afterSequenceNumber,omitempty"`
	// BeforeSequenceNumber is the first record read behind it, by a later slice.
	BeforeSequenceNumber record.SequenceNumber `json:"beforeSequenceNumber,omitempty"`
	// ArrivedAt is the newest arrival, OldestArrivedAt the oldest, and BackwardStepMillis
	// the largest step back of arrival times, in what was read from the gap before, or
	// from the shard's beginning, to one that can be read on from.
	ArrivedAt          *record.Timestamp `json:"arrivedAt,omitempty"`
	OldestArrivedAt    *record.Timestamp `json:"oldestArrivedAt,omitempty"`
	BackwardStepMillis *int64            `json:"backwardStepMillis,omitempty"`
}

// tell notes what was read before the gap.
func (g *Gap) tell(read record.Arrivals) {
	backward := read.Backward.Milliseconds()
	g.ArrivedAt, g.OldestArrivedAt, g.BackwardStepMillis = stamp(read.Newest), stamp(read.Oldest), &backward
}

// told is what the gap tells of that. Where it does not tell all, arrival times may have
// stepped back by any size.
func (g Gap) told() record.Arrivals {
	if g.ArrivedAt == nil || g.OldestArrivedAt == nil || g.BackwardStepMillis == nil {
		return record.Arrivals{Backward: Pad}
	}
	return record.Arrivals{
		Oldest: g.OldestArrivedAt.Time, Newest: g.ArrivedAt.Time,
		Backward: time.Duration(*g.BackwardStepMillis) * time.Millisecond,
	}
}

// ProofKind is one of the three ways to know that a shard was read to the
// window's end, or of the two more to know that it need not be, where one sequence
// number is all that is asked for.
type ProofKind string

const (
	// End: the shard has ended, and all of it was read.
	End ProofKind = "end"
	// Tip: an empty page, asked for after the window had settled, at the tip or
	// behind it by less than the time since.
	Tip ProofKind = "tip"
	// Passed: a record that arrived after the window and its pad, while the
	// shard's arrival times never stepped back by half a pad.
	Passed ProofKind = "passed"
	// Number: the record that has the number asked for, or else the first one with a
	// higher number, read from that number on. A shard gives a number once, and its
	// records come in the order of their numbers.
	Number ProofKind = "number"
	// Foreign: the endpoint refuses the number as another shard's, or another stream's.
	// Whoever reads a shard goes on at the numbers of its records, so it refuses none
	// of these.
	Foreign ProofKind = "foreign"
)

// Proof is the answer that proved it.
type Proof struct {
	Kind ProofKind `json:"kind"`
	// AskedAt is the server's time, at the least, when the page was asked for.
	AskedAt record.Timestamp `json:"askedAt"`
	// MillisBehindLatest goes with tip.
	MillisBehindLatest *int64 `json:"millisBehindLatest,omitempty"`
	// Children go with end.
	Children []string `json:"children,omitempty"`
	// SequenceNumber and ArrivedAt go with passed, the last record read and the newest
	// arrival; and with number, of that record.
	SequenceNumber record.SequenceNumber `json:"sequenceNumber,omitempty"`
	ArrivedAt      *record.Timestamp     `json:"arrivedAt,omitempty"`
	// BackwardStepMillis is the largest step back of arrival times in the shard.
	BackwardStepMillis int64 `json:"backwardStepMillis"`
}
