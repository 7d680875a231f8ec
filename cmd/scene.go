package cmd

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/position"
	"kinspect/internal/shard"
	"kinspect/internal/term"
)

// scene is what a terminal shows of a scan: all of it, and as many of its shards as
// have room.
type scene struct {
	settle time.Duration
	meter  meter
	shown  []string // shards
}

func newScene(settle time.Duration) *scene { return &scene{settle: settle} }

// shardsMax is how many shards a glance takes in.
const shardsMax = 10

// room is how many shards a terminal of so many rows has room for: what is shown
// above and below them is left out, and two rows of what stood there before.
func room(rows int) int { return min(shardsMax, max(0, rows-5)) }

// frame draws a moment. One shard alone is all there is.
func (s *scene) frame(n moment, on *term.Output) term.Frame {
	s.meter.read(n)
	f := term.Frame{
		Head: s.summary(n),
		Bars: []term.Bar{{Name: "total", Done: n.Part(), Words: s.outlook(n)}},
	}
	places := room(on.Rows())
	if n.Shards < 2 || places == 0 {
		return f
	}
	chosen := furthest(n.Stretches, places, s.shown)
	s.shown = s.shown[:0]
	for _, st := range chosen {
		s.shown = append(s.shown, st.ShardID)
		f.Bars = append(f.Bars, s.bar(n, st, on))
	}
	if more := n.Shards - len(chosen); more > 0 {
		f.Foot = fmt.Sprintf("and %s more", term.Number(more))
	}
	return f
}

func (s *scene) summary(n moment) string {
	line := n.soFar()
	if n.Behind > s.settle {
		line += ", " + behind(n.Behind)
	}
	return line + ", " + n.elapsed.Round(time.Second).String() + " so far"
}

// outlook says what is still to come: at the tip of every shard there is nothing to
// read, but late records to wait for.
func (s *scene) outlook(n moment) []string {
	switch {
	case n.Behind > s.settle:
		return s.pace(n)
	case n.ahead > 0:
		return []string{fmt.Sprintf("watching for another %s", n.ahead.Round(time.Second))}
	}
	return []string{fmt.Sprintf("waiting %s for late records", s.settle)}
}

func (s *scene) pace(n moment) (words []string) {
	if n.elapsed >= estimateAfter && n.estimable(s.settle) {
		words = append(words, fmt.Sprintf("about %s left", position.Spell(n.left)))
	}
	if bytes, records, ok := s.meter.rates(n); ok {
		words = append(words, term.Bytes(bytes)+"/s", term.Count(records, "record")+"/s")
	}
	return words
}

// bar is that of a shard.
func (s *scene) bar(n moment, st coverage.Stretch, on *term.Output) term.Bar {
	b := term.Bar{Name: "shard " + shard.Short(st.ShardID), Style: on.ShardID, Done: st.Part()}
	switch left := n.toRead(st.Rest); {
	case st.Failed:
		b.Style, b.Words = on.Error, []string{"failed"}
		return b
	case st.Ended:
		b.Words = []string{"read"}
		return b
	case left <= s.settle:
		b.Words = []string{"at the tip"}
	default:
		b.Words = []string{behind(left)}
		if rate, ok := s.meter.rate(n, st); ok {
			b.Words = append(b.Words, term.Bytes(rate)+"/s")
		}
	}
	if st.Throttled > 0 {
		b.Words = append(b.Words, "throttled "+term.Count(st.Throttled, "time"))
	}
	return b
}

// behind says how far there is to go, to what a glance takes in.
func behind(d time.Duration) string {
	unit := time.Second
	if d >= time.Minute {
		unit = time.Minute
	}
	return position.Spell(d.Round(unit)) + " behind"
}

// furthest picks at most so many shards, those that have the longest way to go, and
// returns them by their IDs. The way of one that was shown counts for a quarter more,
// since shards overtake each other all the time.
func furthest(shards []coverage.Stretch, places int, shown []string) []coverage.Stretch {
	way := func(s coverage.Stretch) time.Duration {
		if slices.Contains(shown, s.ShardID) {
			return s.Rest + s.Rest/4
		}
		return s.Rest
	}
	chosen := make([]coverage.Stretch, 0, places+1)
	for _, s := range shards {
		i, _ := slices.BinarySearchFunc(chosen, s, func(a, b coverage.Stretch) int {
			return cmp.Or(cmp.Compare(way(b), way(a)), cmp.Compare(a.ShardID, b.ShardID))
		})
		chosen = slices.Insert(chosen, i, s)
		chosen = chosen[:min(places, len(chosen))]
	}
	slices.SortFunc(chosen, func(a, b coverage.Stretch) int { return cmp.Compare(a.ShardID, b.ShardID) })
	return chosen
}
