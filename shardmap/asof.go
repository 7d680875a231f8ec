package shardmap

import (
	"fmt"
	"time"

	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// BuildAt makes the map as the stream stood at a time in the past, as far as a
// listing of now still tells. The error is a time that has no map.
func BuildAt(h Header, l shard.Lineage, at, now time.Time) (*Map, error) {
	switch {
	case at.After(now):
		return nil, fmt.Errorf("%s lies in the future", at.UTC().Format(time.RFC3339))
	case h.Stream.CreatedAt != nil && at.Before(h.Stream.CreatedAt.Truncate(time.Second)):
		return nil, fmt.Errorf("%s was before stream %s was created, at %s",
			at.UTC().Format(time.RFC3339), h.Stream.Name, h.Stream.CreatedAt.UTC().Format(time.RFC3339))
	}
	m := build(h, asOf(l, at), at, now)
	m.At = &record.Timestamp{Time: at}
	for i := range m.Shards {
		if m.Shards[i].state == closing { // nobody knew by then
			m.Shards[i].state = open
		}
	}
	if horizon, known := h.horizon(now); known && at.Before(horizon) {
		m.Caveats = append(m.Caveats, Caveat{CaveatRetention, fmt.Sprintf(
			"the stream retains what came since %s: shards that closed before then may have gone from the listing", words(horizon))})
	}
	if n := timeless(l); n > 0 {
		m.Caveats = append(m.Caveats, Caveat{CaveatTimes, fmt.Sprintf(
			"%d of %d shards do not tell when they opened or closed, so this may not be how they stood then", n, len(l))})
	}
	return m, nil
}

// asOf leaves out the shards that came later. AWS lists no shard that opened
// before its parents closed; between the two a second passes, which is the
// child's.
func asOf(l shard.Lineage, at time.Time) shard.Lineage {
	var then shard.Lineage
	gone := map[string]bool{}
	for _, s := range l { // parents come first
		later, lives := false, false
		for _, id := range s.Parents() {
			parent, listed := l.Find(id)
			ended, told := parent.ClosedAt()
			lives = lives || listed && told
			later = later || gone[id] || listed && told && at.Before(ended)
		}
		if opened, told := s.OpenedAt(); !lives && told && opened.After(at) {
			later = true
		}
		if gone[s.ID] = later; !later {
			then = append(then, s)
		}
	}
	return then
}

// horizon is since when the stream retains records, and lists closed shards.
func (h Header) horizon(now time.Time) (at time.Time, known bool) {
	hours := h.Stream.RetentionHours
	return now.Add(-time.Duration(hours) * time.Hour), hours > 0
}

// timeless counts the shards whose sequence numbers tell no time.
func timeless(l shard.Lineage) (n int) {
	for _, s := range l {
		_, opened := s.OpenedAt()
		_, closed := s.ClosedAt()
		if !opened || s.Closed() && !closed {
			n++
		}
	}
	return n
}

func words(at time.Time) string { return seconds(&record.Timestamp{Time: at}) }
