package lease

import (
	"fmt"
	"time"

	"kinspect/internal/audience"
	"kinspect/internal/position"
	"kinspect/internal/record"
)

// begins is how the sentence of each standing does.
var begins = map[audience.Standing]string{
	audience.Passed:    "passed",
	audience.Finished:  "finished",
	audience.NotYet:    "not yet",
	audience.Unowned:   "not yet, and owned by nobody",
	audience.Unread:    "nobody reads this shard",
	audience.Dropped:   "dropped",
	audience.Skipped:   "skipped",
	audience.Undecided: "skipped or not yet",
	audience.Foreign:   "of another stream",
	audience.Unknown:   "not known",
}

const otherEpoch = "the key that an application of many streams made may name another time at which the stream was created"

const mayStay = "it stays so for ever where an application never makes a checkpoint"

// Caveat is what to know of positions where an application is past the event; empty
// where it is not.
//
// https://docs.aws.amazon.com/streams/latest/dev/troubleshooting-consumers.html
func Caveat(positions []audience.Position) string {
	for _, p := range positions {
		if p.Standing == audience.Passed || p.Standing == audience.Finished {
			return "checkpointed is not processed well: where the application's code threw an exception, the KCL goes on; and an application that began behind the event looks the same"
		}
	}
	return ""
}

// reached says how far an application is that is not at the event yet.
func (j *judge) reached() string {
	at := j.own.Checkpoint
	switch {
	case at.Sentinel != "":
		return fmt.Sprintf("nothing of %s is checkpointed (%s)", j.ShardID, at)
	case at.Number == j.Number:
		return fmt.Sprintf("%s is checkpointed up to user record %d of the aggregate that holds the event, and the event is user record %d", j.ShardID, at.Sub, *j.Sub)
	}
	return fmt.Sprintf("%s is checkpointed up to %s, %s", j.ShardID, at, apart(at.Number, j.Number, "before"))
}

func (j *judge) passed() {
	at := j.own.Checkpoint
	text := fmt.Sprintf("%s is checkpointed up to %s, %s", j.ShardID, at, apart(j.Number, at.Number, "after"))
	switch {
	case at.Sentinel == ShardEnd:
		text = fmt.Sprintf("%s is at %s, behind all its records", j.ShardID, ShardEnd)
	case at.Number == j.Number:
		text = fmt.Sprintf("%s is checkpointed up to %s, the record that holds the event", j.ShardID, at)
	}
	j.is(audience.Passed, text)
}

// apart says how long a place is before or after the event, as far as the numbers tell
// of times, which they do in seconds.
func apart(earlier, later record.SequenceNumber, side string) string {
	from, told1 := earlier.Parts()
	to, told2 := later.Parts()
	d := to.At.Sub(from.At)
	switch {
	case !told1 || !told2 || d < 0:
		return side + " the event; the numbers do not tell by how long"
	case d < time.Second:
		return side + " the event, in the same second"
	}
	return "about " + position.Spell(d) + " " + side + " the event"
}

func (j *judge) dropped() {
	j.is(audience.Dropped, j.Undeliverable)
	if j.there {
		j.notes = append(j.notes, fmt.Sprintf("that holds whatever the checkpoint: %s is at %s", j.ShardID, j.own.Checkpoint))
	}
}

// begun is said of an application that began at the tip, or at a time, and has not made
// a checkpoint.
func (j *judge) begun() string {
	where := "where the shard ended then, and skips what came before its lease was created"
	if j.own.Checkpoint.Sentinel == AtTimestamp {
		where = "at a time that the table does not tell, and skips what came before it"
	}
	return fmt.Sprintf("%s is at %s: the application began %s; of later records nothing is checkpointed", j.ShardID, j.own.Checkpoint, where)
}

func (j *judge) blocked(parent string, at Checkpoint) string {
	return fmt.Sprintf("it begins when its parent %s has reached %s, which is at %s", parent, ShardEnd, at)
}

func (j *judge) awaited(a relative) string {
	return fmt.Sprintf("%s has no lease before %s, of which it came, has reached %s, which is at %s", j.ShardID, a.id, ShardEnd, a.at)
}

func (j *judge) begunAfter(child string) string {
	return fmt.Sprintf("%s has no lease, and %s, which came of it, is at %s: the application began when %s was closed", j.ShardID, child, Latest, j.ShardID)
}

func (j *judge) cleanedUp(child string) string {
	return fmt.Sprintf("%s has no lease any more, and %s, which came of it, has: the KCL removes a lease at %s once those behind it are read", j.ShardID, child, ShardEnd)
}

// torn is said where the KCL by itself would not have come to these rows.
func (j *judge) torn(after relative) string {
	return fmt.Sprintf("%s has no lease, and %s, which came of it, is at %s: the KCL keeps a lease until what came of it is read, so that this one was never there, or something else removed it", j.ShardID, after.id, after.at)
}

func uncertain(child string) string {
	return fmt.Sprintf("it looks the same where the application began later, with %s", child)
}

func (j *judge) nobody() string {
	if !j.shard.Closed() {
		return fmt.Sprintf("%s is open, and the table has no row of it, %s", j.ShardID, j.keys.words(j.ShardID))
	}
	return fmt.Sprintf("the table has no row of %s, %s, nor of a shard that came of it", j.ShardID, j.keys.words(j.ShardID))
}

func (j *judge) untold() string {
	text := fmt.Sprintf("the table has no row of %s, %s, ", j.ShardID, j.keys.words(j.ShardID))
	if !j.listed {
		return text + "which the stream does not list"
	}
	return text + "and that of an application of many streams holds when the stream was created, which nobody tells"
}

// ended is said of a lease that is at an end which its shard has not reached.
func ended(id string) string {
	return fmt.Sprintf("%s is open, and its lease is at %s, as one of an earlier stream of the name would be", id, ShardEnd)
}
