package shardmap

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kinspect/internal/shard"
)

func TestKeysAreRefused(t *testing.T) {
	cases := []struct {
		partitionKeys, hashKeys []string
		want                    string // part of the error; none when all are keys
	}{
		{nil, nil, ""},
		{[]string{"a", " ", "\x00", "клиент"}, []string{"0", "340282366920938463463374607431768211455"}, ""},
		{[]string{strings.Repeat("я", 256)}, nil, ""}, // characters count, not bytes
		{[]string{strings.Repeat("я", 257)}, nil, "more than 256 characters"},
		{[]string{"a", ""}, nil, "partition key is empty"},
		{[]string{"a\xff"}, nil, `partition key "a\xff" is not UTF-8`},
		{nil, []string{"340282366920938463463374607431768211456"}, "outside 0 to 2^128-1"},
		{nil, []string{""}, "not a decimal number"},
		{[]string{"a"}, []string{"-1"}, "not a decimal number"},
	}
	for _, c := range cases {
		keys, err := Keys(c.partitionKeys, c.hashKeys)
		if (err != nil) != (c.want != "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40q %q: %v, want %q", c.partitionKeys, c.hashKeys, err, c.want)
		}
		asked := err == nil && len(c.partitionKeys)+len(c.hashKeys) > 0
		if (keys != nil) != asked {
			t.Errorf("%.40q %q: keys %v, want %v", c.partitionKeys, c.hashKeys, keys != nil, asked)
		}
	}
}

func TestKeysKeepTheirOrder(t *testing.T) {
	keys, err := Keys([]string{"b", "a", "b"}, []string{"7", "0"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for key, err := range keys {
		if err != nil {
			t.Fatal(err)
		}
		if key.Partition == nil {
			got = append(got, "#"+key.Hash.String())
		} else if key.Hash == shard.HashOf(*key.Partition) {
			got = append(got, *key.Partition)
		}
		if len(got) == 4 {
			break // an iterator must bear it
		}
	}
	if want := "b a b #7"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}

// reshard is a stream's history, drawn at random: every step splits a shard or
// merges two neighbours.
func reshard(t *rapid.T) []shard.Shard {
	shards := fresh()
	for step := range rapid.IntRange(0, 12).Draw(t, "steps") {
		at := created.Add(minutes(step + 1))
		open := openOnes(shards)
		i := rapid.IntRange(0, len(open)-1).Draw(t, "shard")
		s := shards[open[i]]
		shards[open[i]] = ended(s, at)
		if i+1 < len(open) && rapid.Bool().Draw(t, "merge") {
			next := shards[open[i+1]]
			shards[open[i+1]] = ended(next, at)
			both := shard.Range{Start: s.Range.Start, End: next.Range.End}
			shards = append(shards, opened(len(shards), both, at, open[i], open[i+1]))
			continue
		}
		cut := s.Range.Start
		cut.Hi += (s.Range.End.Hi - s.Range.Start.Hi) / 2
		low, high := s.Range, s.Range
		low.End, high.Start = cut, mustNext(cut)
		shards = append(shards, opened(len(shards), low, at, open[i]))
		shards = append(shards, opened(len(shards), high, at, open[i]))
	}
	return shards
}

// openOnes returns the numbers of the open shards along the key space.
func openOnes(shards []shard.Shard) []int {
	var open []int
	for n, s := range shards {
		if !s.Closed() {
			open = append(open, n)
		}
	}
	slices.SortFunc(open, func(a, b int) int { return shards[a].Range.Start.Compare(shards[b].Range.Start) })
	return open
}

func mustNext(h shard.HashKey) shard.HashKey {
	next, more := h.Next()
	if !more {
		panic("no place after the last")
	}
	return next
}

// anyPlace draws a hash key, often one where a range starts or ends.
func anyPlace(t *rapid.T, shards []shard.Shard) shard.HashKey {
	r := rapid.SampledFrom(shards).Draw(t, "near").Range
	return rapid.OneOf(
		rapid.SampledFrom([]shard.HashKey{{}, shard.MaxHashKey, r.Start, r.End}),
		rapid.Custom(func(t *rapid.T) shard.HashKey {
			return shard.HashKey{Hi: rapid.Uint64().Draw(t, "hi"), Lo: rapid.Uint64().Draw(t, "lo")}
		}),
	).Draw(t, "place")
}

func TestRouteAgreesWithTheLineage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shards := reshard(t)
		l := shard.NewLineage(shards)
		m := Build(header(), l, now)
		if len(m.Caveats) > 0 {
			t.Fatalf("caveats of a sound stream: %v", m.Caveats)
		}
		place := anyPlace(t, shards)
		r := m.Route(Key{Hash: place})

		var want, got []string // in the order of IDs, which is that of time
		for _, s := range l.Owners(place) {
			want = append(want, s.ID)
		}
		for _, o := range r.Shards {
			got = append(got, o.ShardID)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s went to %v, want %v", place, got, want)
		}
		if last := want[len(want)-1]; r.ShardID != last || len(r.Caveats) > 0 {
			t.Fatalf("%s goes to %s, want %s; caveats %v", place, r.ShardID, last, r.Caveats)
		}
		for i, o := range r.Shards[1:] {
			if until := r.Shards[i].Until; until == nil || o.From.Before(until.Time) {
				t.Fatalf("%s opened at %v, and %s before it closed at %v", o.ShardID, o.From, r.Shards[i].ShardID, until)
			}
		}
	})
}

func TestRouteHoldsForAnyRanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var shards []shard.Shard
		for n := range rapid.IntRange(1, 8).Draw(t, "n") { // with gaps, overlaps, inverted ones
			place := func(label string) shard.HashKey {
				return shard.HashKey{Lo: rapid.Uint64Range(0, 9).Draw(t, label)}
			}
			shards = append(shards, shard.Shard{ID: id(n), Range: shard.Range{Start: place("start"), End: place("end")}})
		}
		l := shard.NewLineage(shards)
		m := Build(header(), l, now)
		for n := range uint64(11) {
			place := shard.HashKey{Lo: n}
			owners, r := l.Owners(place), m.Route(Key{Hash: place})
			if len(r.Shards) != len(owners) {
				t.Fatalf("%s goes to %v, want %v", place, r.Shards, owners)
			}
			if len(owners) == 0 && r.ShardID != "" || len(owners) > 0 && r.ShardID != owners[len(owners)-1].ID {
				t.Fatalf("%s goes to %q, owners %v", place, r.ShardID, owners)
			}
			if (len(owners) == 1) != (len(r.Caveats) == 0) {
				t.Fatalf("%d owners, caveats %v", len(owners), r.Caveats)
			}
		}
	})
}

// TestOpenShardsComeLast, also where a closed one has a higher ID.
func TestOpenShardsComeLast(t *testing.T) {
	all := quarter(0, 4)
	m := Build(header(), shard.NewLineage([]shard.Shard{
		opened(1, all, created),
		ended(opened(2, all, created), created.Add(minutes(2))),
		ended(opened(3, all, created), now.Add(minutes(1))), // closing: it still takes writes
		ended(opened(4, all, created), created.Add(minutes(1))),
		opened(5, all, now.Add(minutes(1)), 3), // coming
	}), now)
	r := m.Route(Key{})
	var got []string
	for _, o := range r.Shards {
		got = append(got, o.ShardID)
	}
	if want := []string{id(2), id(4), id(1), id(3), id(5)}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if r.ShardID != id(3) || len(r.Caveats) != 1 || r.Caveats[0].Code != CaveatOverlap {
		t.Errorf("goes to %s with %v, want the newest that takes writes, 3, and a word about 1", r.ShardID, r.Caveats)
	}
}
