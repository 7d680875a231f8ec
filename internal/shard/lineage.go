package shard

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Lineage is all shards of a stream that a listing named, open and closed, in
// the order of their IDs.
type Lineage []Shard

// NewLineage sorts the shards by ID. A shard that is named twice stays once,
// as it was named last.
func NewLineage(shards []Shard) Lineage {
	byID := make(map[string]Shard, len(shards))
	for _, s := range shards {
		byID[s.ID] = s
	}
	lineage := make(Lineage, 0, len(byID))
	for _, s := range byID {
		lineage = append(lineage, s)
	}
	slices.SortFunc(lineage, func(a, b Shard) int { return strings.Compare(a.ID, b.ID) })
	return lineage
}

// Unknown is a shard that the stream does not list.
type Unknown struct{ ID, Stream string }

func (e *Unknown) Error() string {
	return fmt.Sprintf("stream %q has no shard %q", e.Stream, e.ID)
}

// Find returns the shard with the ID.
func (l Lineage) Find(id string) (Shard, bool) {
	i, found := slices.BinarySearchFunc(l, id, func(s Shard, id string) int { return strings.Compare(s.ID, id) })
	if !found {
		return Shard{}, false
	}
	return l[i], true
}

// Open returns the shards that take writes as far as the listing tells.
func (l Lineage) Open() []Shard { return l.where(func(s Shard) bool { return !s.Closed() }) }

// Owners returns every shard, open or closed, whose range holds the hash key.
func (l Lineage) Owners(h HashKey) []Shard {
	return l.where(func(s Shard) bool { return s.Range.Contains(h) })
}

// Children returns the shards that came from the one with the ID.
func (l Lineage) Children(id string) []Shard {
	return l.where(func(s Shard) bool { return s.Parent == id || s.AdjacentParent == id })
}

func (l Lineage) where(keep func(Shard) bool) []Shard {
	var kept []Shard
	for _, s := range l {
		if keep(s) {
			kept = append(kept, s)
		}
	}
	return kept
}

// Complete returns why the listing may lack a shard that held records at or
// after from, or nil. It is complete when its open shards cover the key space
// and every shard's parents are listed and cover its range, or the shard opened
// before from. A shard that does not tell when it opened needs its parents too.
func (l Lineage) Complete(from time.Time) error {
	if err := l.OpenCover(); err != nil {
		return err
	}
	for _, s := range l {
		if err := l.parentsListed(s, from); err != nil {
			return err
		}
	}
	return nil
}

func (l Lineage) parentsListed(s Shard, from time.Time) error {
	opened, told := s.OpenedAt()
	if told && opened.Before(from) {
		return nil
	}
	when := "opened inside the window"
	if !told {
		when = "does not tell when it opened"
	}
	var parents []Range
	for _, id := range s.Parents() {
		parent, listed := l.Find(id)
		if !listed {
			return fmt.Errorf("%s %s, and its parent %s is not listed", s.ID, when, id)
		}
		parents = append(parents, parent.Range)
	}
	if parents == nil {
		return nil // it is as old as the stream
	}
	if place, lacks := s.Range.lacks(parents); lacks {
		return fmt.Errorf("%s %s, and no parent of it owned hash key %s", s.ID, when, place)
	}
	return nil
}

// lacks returns the first place of the range that none of the others holds.
func (r Range) lacks(others []Range) (place HashKey, lacks bool) {
	place = r.Start
	for _, other := range slices.SortedFunc(slices.Values(others), func(a, b Range) int { return a.Start.Compare(b.Start) }) {
		if !other.Contains(place) {
			continue
		}
		next, more := other.End.Next()
		if !more || !r.Contains(next) {
			return HashKey{}, false
		}
		place = next
	}
	return place, true
}

// Lasts tells whether a later listing is surely of the same stream: each shard that
// was open stands in it, and starts with the same sequence number. A stream of the
// same name that was created anew has numbers of its own.
func (l Lineage) Lasts(later Lineage) bool {
	if len(l.Open()) == 0 {
		return false
	}
	for _, s := range l.Open() {
		if again, listed := later.Find(s.ID); !listed || again.Starting != s.Starting {
			return false
		}
	}
	return true
}

// OpenCover returns which part of the key space no open shard owns, or nil.
func (l Lineage) OpenCover() error {
	var ranges []Range
	for _, s := range l.Open() {
		ranges = append(ranges, s.Range)
	}
	if place, uncovered := firstUncovered(ranges); uncovered {
		return fmt.Errorf("no open shard owns hash key %s", place)
	}
	return nil
}
