package shardmap

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kinspect/internal/shard"
)

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// states spells the map's shards and what they do, by ID.
func states(m *Map) string {
	words := make([]string, len(m.Shards))
	for i, s := range m.Shards {
		mark := ""
		if s.Open {
			mark = "*"
		}
		words[i] = fmt.Sprintf("%s%s %s", short(s.ID), mark, s.state)
	}
	return strings.Join(words, ", ")
}

// TestCutOver: AWS lists a reshard up to 30 s ahead, and the parent takes writes
// until the second in its ending sequence number.
func TestCutOver(t *testing.T) {
	cut := created.Add(time.Hour)
	parent := ended(opened(1, quarter(0, 4), created), cut)
	low, high := opened(2, quarter(0, 2), cut.Add(time.Second), 1), opened(3, quarter(2, 4), cut.Add(time.Second), 1)
	cases := []struct {
		name   string
		now    time.Time
		shards []shard.Shard
		want   string
		taker  int // of hash key 0
	}{
		{"25 s ahead", cut.Add(-25 * time.Second), []shard.Shard{parent, low, high}, "1* closing, 2 coming, 3 coming", 1},
		{"just before", cut.Add(-time.Nanosecond), []shard.Shard{parent, low, high}, "1* closing, 2 coming, 3 coming", 1},
		{"at its second", cut, []shard.Shard{parent, low, high}, "1 closed, 2* open, 3* open", 2},
		{"long after", cut.Add(time.Hour), []shard.Shard{parent, low, high}, "1 closed, 2* open, 3* open", 2},
		{"before the children are listed", cut.Add(-time.Second), []shard.Shard{parent}, "1* closing", 1},
		{"a child resharded in its turn", cut.Add(-time.Second),
			[]shard.Shard{parent, ended(low, cut.Add(20*time.Second)), high, opened(4, quarter(0, 2), cut.Add(21*time.Second), 2)},
			"1* closing, 2 coming, 3 coming, 4 coming", 1},
		{"an end that does not tell a time is past", cut.Add(-time.Second),
			[]shard.Shard{{ID: parent.ID, Range: parent.Range, Starting: parent.Starting, Ending: "9223372036854775807"}, low, high},
			"1 closed, 2* open, 3* open", 2},
		{"a clock that runs behind the stream", created.Add(-time.Hour), []shard.Shard{opened(1, quarter(0, 4), created)}, "1* open", 1},
	}
	for _, c := range cases {
		m := Build(header(), shard.NewLineage(c.shards), c.now)
		if got := states(m); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if got := m.Route(Key{}).ShardID; got != id(c.taker) {
			t.Errorf("%s: hash key 0 goes to %s, want %d", c.name, got, c.taker)
		}
	}
}

// TestMergeCutOver: a merged child waits for both of its parents.
func TestMergeCutOver(t *testing.T) {
	cut := created.Add(time.Hour)
	m := Build(header(), shard.NewLineage([]shard.Shard{
		ended(opened(1, quarter(0, 2), created), cut.Add(-time.Second)),
		ended(opened(2, quarter(2, 4), created), cut),
		opened(3, quarter(0, 4), cut.Add(time.Second), 1, 2),
	}), cut.Add(-time.Nanosecond))
	if got, want := states(m), "1 closed, 2* closing, 3 coming"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestGenerationsReadDownwards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shards := reshard(t)
		m := Build(header(), shard.NewLineage(shards), now)
		seen := map[string]bool{}
		for i, s := range m.Shards {
			for _, parent := range s.Parents {
				if !seen[parent] {
					t.Fatalf("%s stands above its parent %s", s.ID, parent)
				}
			}
			seen[s.ID] = true
			if i == 0 {
				continue
			}
			if before := m.Shards[i-1]; before.generation == s.generation && before.HashKeyRange.Start.Compare(s.HashKeyRange.Start) > 0 {
				t.Fatalf("%s and %s of one generation are not along the key space", before.ID, s.ID)
			}
		}
		if len(seen) != len(shards) {
			t.Fatalf("%d shards of %d", len(seen), len(shards))
		}
	})
}

const barCells = 24

func TestBarsMeet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, barCells).Draw(t, "shards") // each has a cell at least
		step := ^uint64(0) / uint64(n)
		at := 0
		for i := range uint64(n) {
			r := shard.Range{Start: shard.HashKey{Hi: i * step}, End: shard.MaxHashKey}
			if i+1 < uint64(n) {
				r.End = shard.HashKey{Hi: (i+1)*step - 1, Lo: ^uint64(0)}
			}
			from, to := cellsOf(r, barCells)
			if from != at || to <= from {
				t.Fatalf("shard %d of %d is drawn from %d to %d, want from %d", i, n, from, to, at)
			}
			at = to
		}
		if at != barCells {
			t.Fatalf("%d shards end at cell %d", n, at)
		}
	})
}

func TestCellsStayInTheBar(t *testing.T) {
	last := shard.HashKey{Hi: ^uint64(0), Lo: ^uint64(0) - 1}
	for _, c := range []struct {
		r        shard.Range
		from, to int
	}{
		{quarter(0, 4), 0, 24},
		{quarter(1, 2), 6, 12},
		{shard.Range{}, 0, 1}, // a single place
		{shard.Range{Start: shard.MaxHashKey, End: shard.MaxHashKey}, 23, 24},
		{shard.Range{Start: last, End: shard.HashKey{}}, 23, 24}, // inverted
	} {
		if from, to := cellsOf(c.r, barCells); from != c.from || to != c.to {
			t.Errorf("%v is drawn from %d to %d, want %d to %d", c.r, from, to, c.from, c.to)
		}
	}
}
