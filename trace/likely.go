package trace

import (
	"fmt"

	"kinspect/internal/notice"
	"kinspect/internal/shard"
)

// distributesItself is a stream on which no key chooses the shard.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StreamDescriptionSummary.html
const distributesItself = "AUTO"

// CannotNarrow is a question that names no shards.
type CannotNarrow struct{ Reason string }

func (e *CannotNarrow) Error() string { return "--narrow: " + e.Reason }

// narrowable returns why the shards cannot be narrowed down, where that is asked.
func (s *search) narrowable() error {
	switch {
	case !s.Narrow:
		return nil
	case s.Event.PartitionKey == nil:
		return &CannotNarrow{"without a partition key, nothing names a shard"}
	case s.before.Distribution == distributesItself:
		return &CannotNarrow{fmt.Sprintf("stream %q distributes records by itself, so that a partition key names no shard", s.before.Name)}
	}
	return nil
}

// likely tells whether the MD5 of the event's partition key names the shard. It is
// no more than likely: a producer may set an explicit hash key.
func (s *search) likely(sh shard.Shard) bool {
	return s.Event.PartitionKey != nil && sh.Range.Contains(shard.HashOf(*s.Event.PartitionKey))
}

// first picks the shards to read before all others; nil where none is likelier.
func (s *search) first() func(shard.Shard) bool {
	if number := s.Event.SequenceNumber; number != "" {
		return func(sh shard.Shard) bool { return sh.NamedBy(number) }
	}
	if s.Event.PartitionKey == nil || s.Narrow || s.before.Distribution == distributesItself {
		return nil
	}
	return s.likely
}

// narrowed is the condition under which the shards that were read are all that can
// hold the event.
func (s *search) narrowed() []notice.Notice {
	if !s.Narrow {
		return nil
	}
	text := "no producer set an explicit hash key, as the KPL always does, and the stream did not distribute records by itself: only the shards were read that the MD5 of the partition key names"
	return []notice.Notice{{Code: notice.Narrowed, Text: text}}
}
