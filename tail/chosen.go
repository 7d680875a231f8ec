package tail

import (
	"fmt"
	"slices"
	"strings"

	"kinspect/internal/notice"
	"kinspect/internal/position"
	"kinspect/internal/reader"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/step"
)

// NothingChosen tells that none of the shards that were named takes the partition
// keys to which the reading is narrowed.
type NothingChosen struct{ Shards []string }

func (e *NothingChosen) Error() string {
	return fmt.Sprintf("the MD5 of no partition key names %s", strings.Join(e.Shards, " or "))
}

// ClosedShards are all that were named, and from the latest record on nothing comes
// of them.
type ClosedShards struct {
	Shards []string
	// Successors took over from them.
	Successors []string
}

func (e *ClosedShards) Error() string {
	verb := "is"
	if len(e.Shards) > 1 {
		verb = "are"
	}
	return fmt.Sprintf("%s %s closed, and nothing comes after the latest record", strings.Join(e.Shards, ", "), verb)
}

// checkChosen refuses shards of which there is nothing to read.
func (f *follower) checkChosen(starts []reader.Start) error {
	if len(starts) > 0 || len(f.Shards) == 0 || f.Resume != nil && f.Resume.Last != nil {
		return nil
	}
	if !slices.ContainsFunc(f.Shards, func(id string) bool { s, _ := f.listed.Find(id); return f.named(s) }) {
		return &NothingChosen{f.Shards}
	}
	if f.From.Kind == position.Latest {
		return &ClosedShards{f.Shards, f.successors(f.listed)}
	}
	return nil
}

// successors took over from the shards that were named, and were not named.
func (f *follower) successors(listed shard.Lineage) (ids []string) {
	for _, id := range f.Shards {
		for _, child := range listed.Children(id) {
			if !slices.Contains(f.Shards, child.ID) && !slices.Contains(ids, child.ID) {
				ids = append(ids, child.ID)
			}
		}
	}
	return ids
}

// RefusedNumber is a sequence number at which the endpoint lets nobody begin.
type RefusedNumber struct {
	Number record.SequenceNumber
	Reason string
}

func (e *RefusedNumber) Error() string {
	return fmt.Sprintf("beginning at sequence number %s: %s", e.Number, e.Reason)
}

// refuses ends the run if a step tells that it could not begin at the number given.
func (f *follower) refuses(st step.Step) bool {
	if f.From.Kind != position.AtSequenceNumber || st.Code != notice.Refused || f.Resume != nil && f.Resume.Last != nil {
		return false
	}
	f.count(func(*Summary) { f.unfit = &RefusedNumber{f.From.SequenceNumber, st.Reason} })
	f.stop()
	return true
}
