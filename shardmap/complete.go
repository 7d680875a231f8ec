package shardmap

import (
	"fmt"
	"time"

	"kinspect/internal/shard"
)

// incomplete is what the listing lacks.
func (m *Map) incomplete(now time.Time) []Caveat {
	var caveats []Caveat
	if m.Partial {
		caveats = append(caveats, Caveat{CaveatPartial, "the listing is a page of several: more shards follow it"})
	}
	if !shard.Covers(m.openRanges()) {
		caveats = append(caveats, Caveat{CaveatNoOpenShard, "the open shards leave a part of the key space out"})
	}
	horizon, known := m.horizon(now)
	var orphans []string
	for _, s := range m.Shards {
		expired := s.OpenedAt != nil && known && s.OpenedAt.Before(horizon)
		if len(s.lost) > 0 && !expired {
			orphans = append(orphans, s.ID)
		}
	}
	if len(orphans) == 0 {
		return caveats
	}
	text := fmt.Sprintf("%s came from a shard that is not listed", orphans[0])
	if len(orphans) > 1 {
		text = fmt.Sprintf("%s and %d more came from shards that are not listed", orphans[0], len(orphans)-1)
	}
	if known {
		text += ", though the stream retains their records still"
	} else {
		text += ": expired, or left out"
	}
	return append(caveats, Caveat{CaveatParents, text})
}

func (m *Map) openRanges() []shard.Range {
	var ranges []shard.Range
	for _, s := range m.Shards {
		if s.Open {
			ranges = append(ranges, s.HashKeyRange)
		}
	}
	return ranges
}
