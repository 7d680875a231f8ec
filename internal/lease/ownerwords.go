package lease

import (
	"fmt"

	"kinspect/internal/audience"
	"kinspect/internal/term"
)

// noteOwner says what one look tells of who reads the shard.
func (j *judge) noteOwner() {
	l := j.own
	switch {
	case l.Owner == "" && j.standing != audience.Unowned:
		j.notes = append(j.notes, "nobody owns "+j.ShardID)
	case l.CheckpointOwner != "" && l.CheckpointOwner != l.Owner:
		j.notes = append(j.notes, fmt.Sprintf("%s hands it over to %s", l.CheckpointOwner, l.Owner))
	case l.Owner != "":
		j.notes = append(j.notes, fmt.Sprintf("%s owns it; one look does not tell whether that worker lives: its leaseCounter, %d, would have to grow within some 10 s", l.Owner, l.Counter))
	}
	if l.Switches > 1 {
		j.notes = append(j.notes, fmt.Sprintf("it changed hands %s since its checkpoint moved: workers die, or two applications share the table and take shards from each other", term.Count(l.Switches, "time")))
	}
}

// notePending tells of a checkpoint in two steps, of which the second was not made.
func (j *judge) notePending() {
	if p := j.own.Pending; p != nil {
		side := [...]string{"before", "at", "past"}[1+p.Compare(j.place())]
		j.notes = append(j.notes, fmt.Sprintf("a checkpoint %s the event, %s, is prepared and not made", side, p))
	}
}
