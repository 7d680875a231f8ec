package shardmap

import (
	"fmt"
	"iter"
	"strings"

	"kinspect/internal/term"
)

// load counts how keys fall on the shards that take writes.
type load struct {
	keys   int
	taken  []int // by place in Map.Shards
	homes  int   // how many shards take writes
	nobody int   // keys that no shard takes
}

func (m *Map) load(keys iter.Seq2[Key, error]) (load, error) {
	l := load{taken: make([]int, len(m.Shards))}
	for _, s := range m.Shards {
		if s.Open {
			l.homes++
		}
	}
	for key, err := range keys {
		if err != nil {
			return l, err
		}
		l.keys++
		if place, takers := m.taker(key.Hash); takers > 0 {
			l.taken[place]++
		} else {
			l.nobody++
		}
	}
	return l, nil
}

// times is how many times its fair share a shard takes: the same for each, since
// each has the same quotas, however much of the key space it has.
func (l load) times(place int) float64 {
	return float64(l.taken[place]) * float64(l.homes) / float64(l.keys)
}

func (l load) percent(n int) float64 { return 100 * float64(n) / float64(l.keys) }

// loads prints a bar a shard that takes writes, along the key space, and which
// one is hot.
func (p page) loads(m *Map, keys iter.Seq2[Key, error]) error {
	l, err := m.load(keys)
	if err != nil || l.keys == 0 {
		return err
	}
	if m.unpredictable() != nil {
		p.caveats("", m.Caveats)
		return nil
	}
	places := alongKeySpace(m.Shards)
	width, hottest := len("shard"), places[:0:0]
	for _, place := range places {
		width = max(width, term.Width(p.name(m.Shards[place].ID)))
		switch {
		case len(hottest) == 0 || l.taken[place] > l.taken[hottest[0]]:
			hottest = []int{place}
		case l.taken[place] == l.taken[hottest[0]]:
			hottest = append(hottest, place)
		}
	}
	counts := max(len("keys"), len(term.Number(l.keys)))
	p.line(p.out.Dim(fmt.Sprintf("%*s  %*s    share  × fair", width, "shard", counts, "keys")))
	for _, place := range places {
		p.line(p.out.ShardID(pad(p.name(m.Shards[place].ID), width)),
			fmt.Sprintf("  %*s  %5.1f %%  %6.2f  ", counts, term.Number(l.taken[place]), l.percent(l.taken[place]), l.times(place)),
			p.out.ShardID(p.loadBar(l.taken[place], l.taken[hottest[0]], width+counts+22)))
	}
	p.line()
	p.paragraph("", l.summary(m, hottest))
	p.caveats("", m.Caveats)
	p.paragraph("", overrides)
	return nil
}

// loadBar is as long as what it stands for, and not there only for nothing.
func (p page) loadBar(n, most, before int) string {
	if n == 0 {
		return ""
	}
	cells := pipeCells
	if p.out.Width > 0 {
		cells = min(max(p.out.Width-before, 1), cellsMax)
	}
	return strings.Repeat("█", max(1, n*cells/most))
}

// summary names the hottest shard, or says how many share that.
func (l load) summary(m *Map, hottest []int) string {
	text := term.Count(l.keys, "key") + " on " + term.Count(l.homes, "shard")
	if len(hottest) > 0 && l.taken[hottest[0]] > 0 {
		hot := hottest[0]
		most := fmt.Sprintf("%.1f %%, %.2f times its fair share", l.percent(l.taken[hot]), l.times(hot))
		if len(hottest) == 1 {
			text += ": " + term.EscapeLine(m.Shards[hot].ID) + " takes most, " + most
		} else {
			text += ": " + term.Count(len(hottest), "shard") + " take most, each " + most
		}
	}
	if l.nobody > 0 {
		text += "; " + term.Count(l.nobody, "key") + " on none"
	}
	return text
}
