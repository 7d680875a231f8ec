package shardmap

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kinspect/internal/shard"
)

func TestCanvas(t *testing.T) {
	for want, draw := range map[string]func(canvas){
		"┌──┴──┐": func(c canvas) { c.link(3, 0); c.link(3, 6) },
		"└──┬──┘": func(c canvas) { c.link(0, 3); c.link(6, 3) },
		" ┌┴┐ │ ": func(c canvas) { c.link(2, 1); c.link(2, 3); c.lane(5) },
		"  ├─┐  ": func(c canvas) { c.link(2, 2); c.link(2, 4) },
		"  └─┤  ": func(c canvas) { c.link(2, 4); c.link(4, 4) },
		"│ ██░  ": func(c canvas) { c.lane(0); c.lane(3); c.fill(2, 4, '█'); c.fill(4, 5, '░') },
		"   ┼   ": func(c canvas) { c[3].sides = up | down | left | right },
	} {
		c := make(canvas, 7)
		if draw(c); c.String() != want {
			t.Errorf("%q, want %q", c.String(), want)
		}
	}
}

// Each shard has its row, in the map's order, and its own bar in it, whatever the
// width; nothing else is drawn over.
func TestDrawing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Build(header(), shard.NewLineage(reshard(t)), now)
		cells := rapid.IntRange(cellsMin, cellsMax).Draw(t, "cells")
		i := 0
		for _, r := range draw(m.Shards, cells).rows {
			if len(r.cells) != cells {
				t.Fatalf("%d cells of %d", len(r.cells), cells)
			}
			bar := strings.IndexFunc(r.cells.String(), func(r rune) bool { return strings.ContainsRune("░▓█▒", r) })
			if (bar >= 0) != (r.shard != nil) {
				t.Fatalf("%q", r.cells)
			}
			if r.shard == nil {
				continue
			}
			if r.shard.ID != m.Shards[i].ID {
				t.Fatalf("%s stands where %s should", r.shard.ID, m.Shards[i].ID)
			}
			i++
		}
		if i != len(m.Shards) {
			t.Fatalf("%d rows of %d", i, len(m.Shards))
		}
	})
}

// old is a stream of 4 shards, of which shard 0 was split, and its children
// merged again, time and again.
func old(times int) []shard.Shard {
	shards, at := fresh(), created
	for last := 0; times > 0; times-- {
		low, high := quarter(0, 1), quarter(0, 1)
		low.End, high.Start = shard.HashKey{Hi: 1<<61 - 1, Lo: ^uint64(0)}, shard.HashKey{Hi: 1 << 61}
		at = at.Add(time.Minute)
		n := len(shards)
		shards[last] = ended(shards[last], at)
		shards = append(shards, ended(opened(n, low, at, last), at.Add(time.Minute)), ended(opened(n+1, high, at, last), at.Add(time.Minute)))
		at = at.Add(time.Minute)
		shards = append(shards, opened(n+2, quarter(0, 1), at, n, n+1))
		last = n + 2
	}
	return shards
}

func TestFolding(t *testing.T) {
	for _, c := range []struct{ times, keep, folded int }{{0, 48, 0}, {16, 48, 0}, {17, 48, 3}, {100, 48, 252}, {100, 0, 300}, {1, 1, 3}} {
		m := Build(header(), shard.NewLineage(old(c.times)), now)
		shown, folded := fold(m.Shards, c.keep)
		if folded != c.folded || len(shown)+folded != len(m.Shards) {
			t.Errorf("%v: %d of %d shown, %d folded", c, len(shown), len(m.Shards), folded)
		}
		open := 0
		for _, s := range shown {
			if s.Open {
				open++
			}
		}
		if open != 4 {
			t.Errorf("%v: %d open shards shown", c, open)
		}
	}
	m := Build(header(), shard.NewLineage(old(100)), now)
	said := "252 older closed shards not shown; all in a pipe: | less -S"
	if text := printed(t, m, terminal(80), Options{}); !strings.Contains(text, said) {
		t.Error(text)
	}
	if text := printed(t, m, pipe, Options{}); strings.Contains(text, "not shown") || strings.Count(text, "\nshardId-") != len(m.Shards) {
		t.Error(text)
	}
}

// However many shards there are, each width is kept.
func TestManyShardsFit(t *testing.T) {
	for _, n := range []uint64{1, 4, 7, 64, 500} {
		var shards []shard.Shard
		for i := range n {
			step := ^uint64(0) / n
			r := shard.Range{Start: shard.HashKey{Hi: i * step}, End: shard.HashKey{Hi: (i+1)*step - 1, Lo: ^uint64(0)}}
			if i == n-1 {
				r.End = shard.MaxHashKey
			}
			shards = append(shards, opened(int(i), r, created))
		}
		m := Build(header(), shard.NewLineage(shards), now)
		for _, width := range []int{80, 120, 200} {
			text := printed(t, m, terminal(width), Options{})
			for line := range strings.Lines(text) {
				if got := len([]rune(strings.TrimSuffix(line, "\n"))); got > width {
					t.Errorf("%d shards: %d cells of %d: %s", n, got, width, line)
				}
			}
			if rows := strings.Count(text, " – open\n"); rows != int(n) {
				t.Errorf("%d rows for %d shards", rows, n)
			}
		}
		if len(wellFormed(t, printed(t, m, pipe, Options{Format: SVG}))) == 0 {
			t.Error(fmt.Sprint(n) + ": nothing is drawn")
		}
	}
}
