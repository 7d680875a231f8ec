// Package position says where in a stream to start and to stop, and reads the
// words in which people say it. It takes the time as an argument; it asks no
// clock and no stream.
package position

import (
	"fmt"
	"time"

	"kinspect/internal/record"
)

// Kind is a shard iterator type.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html
type Kind string

// The five shard iterator types.
const (
	Latest              Kind = "LATEST"
	TrimHorizon         Kind = "TRIM_HORIZON"
	AtTimestamp         Kind = "AT_TIMESTAMP"
	AtSequenceNumber    Kind = "AT_SEQUENCE_NUMBER"
	AfterSequenceNumber Kind = "AFTER_SEQUENCE_NUMBER"
)

// Position is an iterator type with its value. The zero Position is none.
type Position struct {
	Kind Kind
	// Time goes with AtTimestamp; AWS takes milliseconds.
	Time time.Time
	// SequenceNumber goes with AtSequenceNumber and AfterSequenceNumber.
	SequenceNumber record.SequenceNumber
}

// At returns the position of the first record that arrived at or after t.
func At(t time.Time) Position { return Position{Kind: AtTimestamp, Time: t} }

// After returns the position behind the record with the sequence number.
func After(s record.SequenceNumber) Position {
	return Position{Kind: AfterSequenceNumber, SequenceNumber: s}
}

// sequenceDigitsMin tells a sequence number from a unix time: those of AWS have
// 56 digits, a unix time in milliseconds has 13.
const sequenceDigitsMin = 20

// Parse reads `latest`, `trim-horizon`, a sequence number of at least 20
// digits, or any time that ParseTime reads.
func Parse(text string, now time.Time) (Position, error) {
	switch text {
	case "latest":
		return Position{Kind: Latest}, nil
	case "trim-horizon":
		return Position{Kind: TrimHorizon}, nil
	}
	if s := record.SequenceNumber(text); s.Valid() && len(s) >= sequenceDigitsMin {
		return Position{Kind: AtSequenceNumber, SequenceNumber: s}, nil
	}
	t, err := ParseTime(text, now)
	if err != nil {
		return Position{}, fmt.Errorf("position %w", err)
	}
	return At(t), nil
}
