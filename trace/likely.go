package trace

import (
	"kinspect/internal/notice"
	"kinspect/internal/shard"
)

// CannotNarrow is a question that names no shards.
type CannotNarrow struct{ Reason string }

func (e *CannotNarrow) Error() string { return "--narrow: " + e.Reason }

// narrowable returns why the shards cannot be narrowed down, where that is asked.
func (s *search) narrowable() error {
	if !s.Narrow {
		return nil
	}
	if s.Event.PartitionKey == nil {
		return &CannotNarrow{"without a partition key, nothing names a shard"}
	}
	if err := s.before.KeysNameShards(); err != nil {
		return &CannotNarrow{err.Error()}
	}
	return nil
}

// likely tells whether the MD5 of the event's partition key names the shard. It is
// no more than likely: a producer may set an explicit hash key.
func (s *search) likely(sh shard.Shard) bool {
	return s.Event.PartitionKey != nil && sh.Named(*s.Event.PartitionKey)
}

// first picks the shards to read before all others; nil where none is likelier.
func (s *search) first() func(shard.Shard) bool {
	if number := s.Event.SequenceNumber; number != "" {
		return func(sh shard.Shard) bool { return sh.NamedBy(number) }
	}
	if s.Event.PartitionKey == nil || s.Narrow || s.before.DistributesItself() {
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
