package shardmap

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"kinspect/internal/shard"
	"kinspect/internal/term"
)

// suggestTries bounds the search for keys. A shard with a thousandth of the key
// space is missed by all of them in one case of e^262.
const suggestTries = 1 << 18

// Suggestion is a key that a shard takes, as one line of `-o json`.
type Suggestion struct {
	ShardID string `json:"shardId"`
	// PartitionKey is left out where none was found: the shard's range is tiny.
	PartitionKey string `json:"partitionKey,omitempty"`
	// HashKey is the partition key's, or one to be put as an explicit hash key.
	HashKey string   `json:"hashKey"`
	Caveats []Caveat `json:"caveats,omitempty"`
	share   float64
}

// Suggest returns a key for each shard that takes writes, along the key space.
// They are the same each time: the first of k0, k1, k2… that fits. A shard whose
// whole range newer ones take as well has none.
func (m *Map) Suggest() []Suggestion {
	if m.unpredictable() != nil {
		return nil
	}
	places := alongKeySpace(m.Shards)
	found := make(map[int]string, len(places))
	for i := 0; i < suggestTries && len(found) < len(places); i++ {
		key := fmt.Sprintf("k%d", i)
		if place, takers := m.taker(shard.HashOf(key)); takers > 0 && found[place] == "" {
			found[place] = key
		}
	}
	var all []Suggestion
	for _, place := range places {
		s := &m.Shards[place]
		key, hash := found[place], s.HashKeyRange.Start
		if key != "" {
			hash = shard.HashOf(key)
		}
		if taker, _ := m.taker(hash); taker == place {
			all = append(all, Suggestion{s.ID, key, hash.String(), m.uncertain(), s.Share})
		}
	}
	return all
}

// alongKeySpace returns the places of the shards that take writes.
func alongKeySpace(shards []Shard) []int {
	var places []int
	for i, s := range shards {
		if s.Open {
			places = append(places, i)
		}
	}
	slices.SortStableFunc(places, func(i, j int) int {
		a, b := &shards[i], &shards[j]
		return cmp.Or(a.HashKeyRange.Start.Compare(b.HashKeyRange.Start), cmp.Compare(a.ID, b.ID))
	})
	return places
}

// suggestions prints a line a shard.
func (p page) suggestions(m *Map) {
	all := m.Suggest()
	if len(all) == 0 {
		p.caveats("", m.Caveats)
		return
	}
	width, keys := len("shard"), len("key")
	for _, s := range all {
		width, keys = max(width, term.Width(p.name(s.ShardID))), max(keys, len(s.PartitionKey))
	}
	p.line(p.out.Dim(fmt.Sprintf("%*s  %-*s    share  hash key", width, "shard", keys, "key")))
	bare := false
	for _, s := range all {
		key := cmp.Or(s.PartitionKey, "-")
		bare = bare || s.PartitionKey == ""
		p.line(p.out.ShardID(pad(p.name(s.ShardID), width)), "  ",
			p.out.Key(key), strings.Repeat(" ", keys-len(key)), "  ", percent(s.share), "  ", s.HashKey)
	}
	if bare {
		p.line(fmt.Sprintf("Of %s tried no key falls into a range without one; put an explicit hash key there.", term.Count(suggestTries, "key")))
	}
	p.caveats("", m.Caveats)
}
