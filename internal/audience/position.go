package audience

import "kinspect/internal/record"

// Standing is where a consumer that tells its place in a shard is, against one event.
type Standing string

// The standings. They are a contract: added to, never renamed.
const (
	// Passed: the consumer has checkpointed the event, or what comes after it. Whether it
	// processed it well no checkpoint tells.
	Passed Standing = "passed"
	// Finished: the consumer has nothing of the event's shard any more, but of those that
	// came of it, as one has that read the shard to its end.
	Finished Standing = "finished"
	// NotYet: the checkpoint is before the event, and a worker owns the shard or will.
	NotYet Standing = "not-yet"
	// Unowned: the checkpoint is before the event, and no worker owns the shard.
	Unowned Standing = "unowned"
	// Unread: nobody reads the event's shard.
	Unread Standing = "unread"
	// Dropped: the consumer is not given the event, whatever its checkpoint.
	Dropped Standing = "dropped"
	// Skipped: the consumer began behind the event.
	Skipped Standing = "skipped"
	// Undecided: the consumer began somewhere that it does not tell, and has checkpointed
	// nothing since: it skipped the event, or has still to come to it.
	Undecided Standing = "undecided"
	// Foreign: the place is one in another stream.
	Foreign Standing = "foreign"
	// Unknown: what there is does not tell.
	Unknown Standing = "unknown"
)

// Position is where a consumer is against one event.
type Position struct {
	ShardID           string                `json:"shardId"`
	SequenceNumber    record.SequenceNumber `json:"sequenceNumber"`
	SubSequenceNumber *int                  `json:"subSequenceNumber,omitempty"`
	Standing          Standing              `json:"standing"`
	// Checkpoint is how far the consumer is in that shard, as NUMBER, NUMBER:SUB or the
	// consumer's own word, such as SHARD_END; empty where it has none there.
	Checkpoint string `json:"checkpoint,omitempty"`
	// Owner is the worker that reads the shard; empty where none does.
	Owner string `json:"owner,omitempty"`
	// Text is the standing in a sentence, and Notes are what else to know of it; both are
	// among what the consumer tells.
	Text  string   `json:"-"`
	Notes []string `json:"-"`
}
