package shardmap

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kinspect/internal/shard"
)

func TestAsOf(t *testing.T) {
	cut, merge := created.Add(time.Hour), created.Add(2*time.Hour)
	for _, c := range []struct {
		name string
		at   time.Time
		want string
	}{
		{"at its creation", created, "0* open, 1* open, 2* open, 3* open"},
		{"before the split", cut.Add(-time.Second), "0* open, 1* open, 2* open, 3* open"},
		{"at the split", cut, "0* open, 1 closed, 2* open, 3* open, 4* open, 5* open"},
		{"in the second between the parent's end and the child's start", cut.Add(time.Second / 2), "0* open, 1 closed, 2* open, 3* open, 4* open, 5* open"},
		{"before the merge", merge.Add(-time.Second), "0* open, 1 closed, 2* open, 3* open, 4* open, 5* open"},
		{"after the merge", merge.Add(time.Second), "0* open, 1 closed, 2 closed, 3* open, 4* open, 5 closed, 6* open"},
		{"now", now, "0* open, 1 closed, 2 closed, 3* open, 4* open, 5 closed, 6* open"},
	} {
		m, err := BuildAt(header(), shard.NewLineage(merged()), c.at, now)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := states(m); got != c.want || len(m.Caveats) > 0 {
			t.Errorf("%s: %s, want %s; caveats %v", c.name, got, c.want, m.Caveats)
		}
	}
}

// A merged child came only once both of its parents had closed.
func TestAsOfOfAMerge(t *testing.T) {
	for _, ends := range [][2]time.Duration{{-time.Second, 0}, {0, -time.Second}} {
		cut := created.Add(time.Hour)
		m, err := BuildAt(header(), shard.NewLineage([]shard.Shard{
			ended(opened(1, quarter(0, 2), created), cut.Add(ends[0])),
			ended(opened(2, quarter(2, 4), created), cut.Add(ends[1])),
			opened(3, quarter(0, 4), cut.Add(time.Second), 1, 2),
		}), cut.Add(-time.Nanosecond), now)
		if err != nil || len(m.Shards) != 2 {
			t.Errorf("%v: %s, %v", ends, states(m), err)
		}
	}
}

func TestAsOfHasNoMap(t *testing.T) {
	for at, want := range map[time.Time]string{
		now.Add(time.Second):      "2026-11-23T10:15:03Z lies in the future",
		created.Add(-time.Second): "2026-11-22T10:15:01Z was before stream orders was created, at 2026-11-22T10:15:02Z",
	} {
		if _, err := BuildAt(header(), shard.NewLineage(merged()), at, now); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestAsOfSaysWhatItCannotTell(t *testing.T) {
	h := header()
	h.Stream.CreatedAt = nil
	for _, c := range []struct {
		name   string
		shards []shard.Shard
		at     time.Time
		want   []string
	}{
		{"beyond retention", merged(), now.Add(-25 * time.Hour), []string{CaveatNoOpenShard, CaveatRetention}},
		{"times unknown", unknown(), now, []string{CaveatTimes}},
	} {
		m, err := BuildAt(h, shard.NewLineage(c.shards), c.at, now)
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		for _, caveat := range m.Caveats {
			codes = append(codes, caveat.Code)
		}
		if !slices.Equal(codes, c.want) {
			t.Errorf("%s: caveats %v, want %v", c.name, codes, c.want)
		}
	}
	m := Build(h, shard.NewLineage(merged()), now)
	if m.At != nil {
		t.Error("the map of now is of the past")
	}
}

// At any time that the listing tells of, each place has one taker: the owner whose
// time it was.
func TestAsOfFindsTheOwnerOfThen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shards := reshard(t)
		l := shard.NewLineage(shards)
		place := anyPlace(t, shards)
		at := created.Add(time.Duration(rapid.IntRange(0, 20*60).Draw(t, "seconds")) * time.Second)
		m, err := BuildAt(header(), l, at, now)
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		for _, s := range l.Owners(place) {
			opened, _ := s.OpenedAt()
			ended, closes := s.ClosedAt()
			if !opened.After(at) && (!closes || at.Before(ended)) {
				want = s.ID
			}
		}
		if got := m.Route(Key{Hash: place}); got.ShardID != want || len(got.Caveats) > 0 {
			t.Fatalf("at %v %s went to %q, want %q: %v", at, place, got.ShardID, want, got.Caveats)
		}
	})
}

func TestIncompleteIsSaid(t *testing.T) {
	short, unknownRetention := header(), header()
	short.Stream.RetentionHours, unknownRetention.Stream.RetentionHours = 24, 0
	for _, c := range []struct {
		name   string
		header Header
		now    time.Time
		want   string
	}{
		{"missing, though retained", short, now, "though the stream retains"},
		{"expired", short, now.Add(48 * time.Hour), ""},
		{"retention unknown", unknownRetention, now, ": expired, or left out"},
	} {
		m := Build(c.header, shard.NewLineage(slices.Delete(merged(), 1, 2)), c.now)
		said := ""
		for _, caveat := range m.Caveats {
			said += caveat.Code + " " + caveat.Text
		}
		if (said != "") != (c.want != "") || !strings.Contains(said, c.want) {
			t.Errorf("%s: said %q, want %q", c.name, said, c.want)
		}
	}
}
