package shardmap

import (
	"cmp"
	"slices"
	"time"

	"kinspect/internal/shard"
)

// state is what a shard does at the time of the map.
type state int

const (
	closed state = iota
	// closing: its end is listed and lies ahead, so it still takes writes.
	closing
	open
	// coming: it is listed, and its parents still take the writes.
	coming
)

func (s state) String() string { return [...]string{"closed", "closing", "open", "coming"}[s] }

// takesWrites tells whether a record can land in the shard now.
func (s state) takesWrites() bool { return s == open || s == closing }

// shardsOf draws up the shards, generation by generation.
func shardsOf(l shard.Lineage, now time.Time) []Shard {
	shards := make([]Shard, len(l))
	places := make(map[string]int, len(l))
	for i, s := range l { // in the order of IDs, which only grow: parents come first
		shards[i] = shardOf(s)
		shards[i].state = stateOf(s, now)
		for _, id := range s.Parents() {
			if parent, listed := places[id]; listed {
				shards[i].descend(&shards[parent])
			}
		}
		for _, id := range s.Parents() {
			if parent, listed := places[id]; listed {
				shards[parent].lastChild = max(shards[parent].lastChild, shards[i].generation)
				continue
			}
			shards[i].lost = append(shards[i].lost, id)
		}
		shards[i].Open = shards[i].state.takesWrites()
		places[s.ID] = i
	}
	slices.SortFunc(shards, func(a, b Shard) int {
		return cmp.Or(
			cmp.Compare(a.generation, b.generation),
			a.HashKeyRange.Start.Compare(b.HashKeyRange.Start),
			cmp.Compare(a.ID, b.ID),
		)
	})
	return shards
}

func shardOf(s shard.Shard) Shard {
	return Shard{
		ID:           s.ID,
		HashKeyRange: s.Range,
		Parents:      s.Parents(),
		OpenedAt:     timestamp(s.OpenedAt()),
		ClosedAt:     timestamp(s.ClosedAt()),
		Share:        s.Range.Share(),
	}
}

// stateOf judges a shard by its own listing. AWS lists a reshard up to 30 s
// before its cut-over, with the time of it in the parent's ending sequence
// number; an end that does not tell a time is in the past.
func stateOf(s shard.Shard, now time.Time) state {
	at, told := s.ClosedAt()
	switch {
	case !s.Closed():
		return open
	case told && now.Before(at):
		return closing
	}
	return closed
}

// descend makes s a child of the parent, which waits for it to close.
func (s *Shard) descend(parent *Shard) {
	parent.children = append(parent.children, s.ID)
	s.generation = max(s.generation, parent.generation+1)
	if parent.state == closing || parent.state == coming {
		s.state = coming
	}
}
