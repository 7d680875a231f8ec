package putrec

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"unicode/utf8"

	"kinspect/internal/shard"
	"kinspect/internal/stream"
)

const (
	// partitionKeyMax is in characters.
	//
	// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsRequestEntry.html
	partitionKeyMax = 256
	// randomKeyBytes spread records evenly. Each is two characters of a key, which
	// count against the record's size.
	randomKeyBytes = 8
)

// ErrEmpty refuses a record without data: a stream would take it, but in a pipe
// a blank line is nearly always an accident.
var ErrEmpty = errors.New("the record is empty")

// SizeError refuses a record that the stream would not take.
type SizeError struct {
	// Bytes is the size of data and partition key, Max what the stream takes.
	Bytes, Max int
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("the record has %d bytes with its partition key, and the stream takes %d", e.Bytes, e.Max)
}

// check refuses what no record could be put with.
func (o Options) check() error {
	switch n := utf8.RuneCountInString(o.PartitionKey); {
	case n > partitionKeyMax:
		return fmt.Errorf("the partition key has %d characters, and at most %d are allowed", n, partitionKeyMax)
	case !utf8.ValidString(o.PartitionKey):
		return fmt.Errorf("the partition key %q is not UTF-8", o.PartitionKey)
	}
	if o.ExplicitHashKey == "" {
		return nil
	}
	if _, err := shard.ParseHashKey(o.ExplicitHashKey); err != nil {
		return fmt.Errorf("the explicit hash key is of no use: %w", err)
	}
	return nil
}

// form is what makes an entry of a line.
type form struct {
	partitionKey    string
	explicitHashKey string
	recordBytesMax  int
}

// entry returns the line's entry, or why the line is no record.
func (f form) entry(l line) (stream.PutEntry, error) {
	if l.size == 0 {
		return stream.PutEntry{}, ErrEmpty
	}
	e := stream.PutEntry{Data: l.data, PartitionKey: f.key(), ExplicitHashKey: f.explicitHashKey}
	if size := l.size + len(e.PartitionKey); size > f.recordBytesMax {
		return stream.PutEntry{}, &SizeError{Bytes: size, Max: f.recordBytesMax}
	}
	return e, nil
}

func (f form) key() string {
	if f.partitionKey != "" {
		return f.partitionKey
	}
	var random [randomKeyBytes]byte
	_, _ = rand.Read(random[:]) // it never fails; it crashes the program instead
	return hex.EncodeToString(random[:])
}
