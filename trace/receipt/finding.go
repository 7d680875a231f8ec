package receipt

import (
	"slices"

	"kinspect/internal/record"
)

// Outcome is what a check of a receipt comes to.
type Outcome string

// The three outcomes.
const (
	// Stands: what the receipt says is so.
	Stands Outcome = "stands"
	// Refuted: it is not so.
	Refuted Outcome = "refuted"
	// Unchecked: nothing tells any more.
	Unchecked Outcome = "unchecked"
)

// Check is what a finding is about.
type Check string

// The checks, in the order in which they are told.
const (
	// OfReceipt: its checksum, and whether it agrees with itself.
	OfReceipt Check = "receipt"
	// OfStream: whether it is still the same stream.
	OfStream Check = "stream"
	// OfShards: whether the stream lists them as the receipt does.
	OfShards Check = "shards"
	// OfRecord: whether a record is where the receipt says, and what it says.
	OfRecord Check = "record"
	// OfWindow: whether the stream still holds the window, so that it can be read
	// again.
	OfWindow Check = "window"
)

// Finding is what one check came to.
type Finding struct {
	Check   Check   `json:"check"`
	Outcome Outcome `json:"outcome"`
	Text    string  `json:"text"`
	// ShardID and SequenceNumber name what it concerns, if it concerns one.
	ShardID        string                `json:"shardId,omitempty"`
	SequenceNumber record.SequenceNumber `json:"sequenceNumber,omitempty"`
	// Records is how many more records the same is said of, which are not listed.
	Records int `json:"records,omitempty"`
}

// Sum is the outcome of all findings: one that refutes is enough, and one thing that
// cannot be checked leaves the whole open.
func Sum(findings []Finding) Outcome {
	for _, outcome := range []Outcome{Refuted, Unchecked} {
		if slices.ContainsFunc(findings, func(f Finding) bool { return f.Outcome == outcome }) {
			return outcome
		}
	}
	return Stands
}
