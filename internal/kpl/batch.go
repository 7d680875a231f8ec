package kpl

import (
	"google.golang.org/protobuf/encoding/protowire"

	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// BatchBytesDefault is up to how many bytes the KPL aggregates unless it is told
// otherwise, its AggregationMaxSize.
//
// https://github.com/awslabs/amazon-kinesis-producer/blob/master/java/amazon-kinesis-producer-sample/default_config.properties
const BatchBytesDefault = 51_200

// outerKey is the partition key that the KPL gives to aggregates. Where one goes
// is said by its explicit hash key.
const outerKey = "a"

// Batch gathers user records into one record, as the KPL does. They must all
// hash into the shard that takes it, or KCL consumers drop the whole record;
// the caller sorts them by shard. What one returns depends on nothing but what
// was added, and in which order.
type Batch struct {
	bytesMax       int
	users          []record.UserRecord
	keys, hashKeys table
	message        int // bytes of the message so far
}

// NewBatch returns an empty batch for a record of at most bytesMax bytes, its
// partition key included.
func NewBatch(bytesMax int) *Batch { return &Batch{bytesMax: bytesMax} }

// Entry is a record to be put.
type Entry struct {
	PartitionKey, ExplicitHashKey string
	Data                          []byte
}

// Add takes a user record in and keeps its data, which must not change. It
// refuses, and changes nothing, when the record would grow too large. The first
// is never refused: it can do without the format, and whether a stream takes it
// is for others to say.
func (b *Batch) Add(user record.UserRecord) bool {
	grown := b.message + b.growth(user)
	full := len(outerKey)+Overhead+grown > b.bytesMax || len(b.users) == maxEntries
	if full && len(b.users) > 0 {
		return false
	}
	b.users = append(b.users, user)
	b.message = grown
	b.keys.index(keyOf(user))
	if user.ExplicitHashKey != nil {
		b.hashKeys.index(*user.ExplicitHashKey)
	}
	return true
}

// growth is how many bytes a user record adds to the message.
func (b *Batch) growth(user record.UserRecord) int {
	index, added := b.keys.cost(keyOf(user))
	message := sizeOfIndex(index) + sizeOfBytes(len(user.UserData))
	if user.ExplicitHashKey != nil {
		index, more := b.hashKeys.cost(*user.ExplicitHashKey)
		message += sizeOfIndex(index)
		added += more
	}
	return added + sizeOfBytes(message)
}

// Len is how many user records were added.
func (b *Batch) Len() int { return len(b.users) }

// Entry returns the record; there must be a user record in it. One that is alone
// goes as it is. The explicit hash key is always given, and that of the first.
func (b *Batch) Entry() Entry {
	first := b.users[0]
	e := Entry{PartitionKey: keyOf(first), ExplicitHashKey: shard.HashOf(keyOf(first)).String(), Data: first.UserData}
	if first.ExplicitHashKey != nil {
		e.ExplicitHashKey = *first.ExplicitHashKey
	}
	if len(b.users) > 1 {
		e.PartitionKey, e.Data = outerKey, Aggregate(b.users)
	}
	return e
}

// cost is the index that an entry has or would get, and the bytes it would add.
func (t *table) cost(entry string) (index uint64, bytes int) {
	if place, ok := t.places[entry]; ok {
		return place, 0
	}
	return uint64(len(t.entries)), sizeOfBytes(len(entry))
}

// sizeOfIndex and sizeOfBytes are what appendIndex and appendBytes append, as
// all tags of the format take one byte.
func sizeOfIndex(index uint64) int { return 1 + protowire.SizeVarint(index) }
func sizeOfBytes(length int) int   { return 1 + protowire.SizeBytes(length) }
