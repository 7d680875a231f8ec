package lease

import (
	"cmp"
	"fmt"
	"strconv"

	"kinspect/internal/record"
	"kinspect/internal/term"
)

// Checkpoint is a place in a shard: behind a user record, or one of the sentinels.
type Checkpoint struct {
	// Sentinel is empty where Number says the place.
	Sentinel Sentinel
	Number   record.SequenceNumber
	// Sub is the place within an aggregate, from 0; 0 too for a record that is none.
	Sub int64
}

// Sentinel is a checkpoint that is no sequence number.
//
// https://github.com/awslabs/amazon-kinesis-client/blob/master/amazon-kinesis-client/src/main/java/software/amazon/kinesis/checkpoint/SentinelCheckpoint.java
type Sentinel string

// The sentinels.
const (
	AtTimestamp Sentinel = "AT_TIMESTAMP"
	TrimHorizon Sentinel = "TRIM_HORIZON"
	Latest      Sentinel = "LATEST"
	ShardEnd    Sentinel = "SHARD_END"
)

// rank orders the sentinels about the sequence numbers, as the KCL's
// ExtendedSequenceNumber does.
func (s Sentinel) rank() int {
	switch s {
	case AtTimestamp:
		return -3
	case TrimHorizon:
		return -2
	case Latest:
		return -1
	case ShardEnd:
		return 1
	}
	return 0
}

// parseCheckpoint reads what the KCL writes; a sub-sequence number that was not written
// is 0.
func parseCheckpoint(text, sub string) (Checkpoint, error) {
	c := Checkpoint{Sentinel: Sentinel(text)}
	if c.Sentinel.rank() != 0 {
		return c, nil
	}
	c = Checkpoint{Number: record.SequenceNumber(text)}
	if !c.Number.Valid() {
		return Checkpoint{}, fmt.Errorf("checkpoint %q is neither a sequence number nor one of the KCL's words", term.Clip(text, wordsMax))
	}
	var err error
	if sub != "" {
		c.Sub, err = strconv.ParseInt(sub, 10, 64)
	}
	if err != nil || c.Sub < 0 {
		return Checkpoint{}, fmt.Errorf("sub-sequence number %q is not a decimal number", term.Clip(sub, wordsMax))
	}
	return c, nil
}

// Compare orders two places of one shard: negative when c comes before other.
func (c Checkpoint) Compare(other Checkpoint) int {
	return cmp.Or(
		cmp.Compare(c.Sentinel.rank(), other.Sentinel.rank()),
		c.Number.Compare(other.Number),
		cmp.Compare(c.Sub, other.Sub),
	)
}

// String is NUMBER, NUMBER:SUB within an aggregate, or the sentinel.
func (c Checkpoint) String() string {
	if c.Sub == 0 {
		return string(c.Sentinel) + string(c.Number)
	}
	return fmt.Sprintf("%s:%d", c.Number, c.Sub)
}
