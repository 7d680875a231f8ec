// Package record holds what a Kinesis stream holds: records, the user records
// inside them, and sequence numbers. It knows their shape; it neither fetches
// nor decodes them.
package record

import (
	"bytes"
	"time"
)

// Record is one Kinesis record as GetRecords answers it. The Data of a record
// that a reader hands out is a view into its page, valid until the handler
// returns, and then overwritten; Clone is the one way to keep it. Its texts may be kept.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Record.html
type Record struct {
	ShardID        string
	SequenceNumber SequenceNumber
	// PartitionKey has 1 to 256 characters. It is nil on a stream with the AUTO
	// distribution strategy, where producers may leave it out.
	PartitionKey *string
	// ArrivedAt is the approximate arrival timestamp, in milliseconds. AWS does
	// not promise that it increases within a shard.
	ArrivedAt time.Time
	// EncryptionType is NONE, KMS, or empty where the endpoint does not say.
	EncryptionType string
	// Data is at most 10 MiB with the partition key; it may be empty.
	Data []byte
}

// Take says which records of an answer to hand out.
type Take struct {
	// After is the number behind which they begin. Those up to it were handed out before.
	After SequenceNumber
	// Sieve, if there is one, says which of them to pass over.
	Sieve Sieve
}

// Sieve tells of a record, while its page is being read, that nothing is looked for in
// it, which then counts in the page's Extent alone. It may keep nothing of the record. It
// is asked also of records whose page cannot be read to its end, and is asked for again,
// and of events that come as a reading ends. It is not safe for concurrent use.
type Sieve func(*Record) bool

// Clone returns a copy that outlives the page.
func (r Record) Clone() Record {
	r.Data = bytes.Clone(r.Data)
	return r
}

// UserRecord is what a producer put: a plain record is its own single user
// record, an aggregated one holds many.
type UserRecord struct {
	// Record is the Kinesis record around it.
	Record
	// Aggregated tells whether Record is an aggregate of the KPL.
	Aggregated bool
	// SubSequenceNumber is the place within the aggregate, from 0.
	SubSequenceNumber int
	// UserKey is the user record's own partition key. For a plain record it is
	// Record.PartitionKey.
	UserKey *string
	// ExplicitHashKey is known only inside an aggregate; AWS never returns the
	// one of a plain record.
	ExplicitHashKey *string
	// UserData is the user record's own bytes. For a plain record it is Data.
	UserData []byte
	// Beside are the bytes of an aggregate that no consumer is given: tags, and
	// fields that the format does not name. Those outside all user records stand
	// with the first. A line feed parts them; they are a copy, no view.
	Beside []byte
}

// Plain returns the single user record of a record that is no aggregate.
func Plain(r Record) UserRecord {
	return UserRecord{Record: r, UserKey: r.PartitionKey, UserData: r.Data}
}

// Clone returns a copy that outlives the page.
func (u UserRecord) Clone() UserRecord {
	u.Record = u.Record.Clone()
	u.UserData = bytes.Clone(u.UserData)
	return u
}
