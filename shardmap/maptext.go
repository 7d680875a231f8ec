package shardmap

import (
	"strings"

	"kinspect/internal/term"
)

const (
	// pipeCells is the key space's width where none is given.
	pipeCells = 32
	// The bars' width on a terminal: as much as the words leave, within reason.
	cellsMin, cellsMax = 16, 100
	// closedMax is how many closed shards a terminal shows at the most.
	closedMax = 48
	// longWidth is the width from which on times are written out.
	longWidth = 110
)

// whole prints the map: a row a shard, generation by generation.
func (p page) whole(m *Map) {
	p.heading(m)
	if len(m.Shards) == 0 {
		return
	}
	shown, folded := m.Shards, 0
	if p.out.Terminal {
		shown, folded = fold(m.Shards, closedMax)
	}
	t := p.table(shown)
	p.line()
	p.line(p.out.Dim(pad("shard", t.width) + "  " + axis(t.cells) + t.heading()))
	if folded > 0 {
		p.line(pad("…", t.width), "  ", p.out.Dim(term.Count(folded, "older closed shard")+" not shown; all in a pipe: | less -S"))
	}
	drawn := draw(shown, t.cells)
	for _, r := range drawn.rows {
		if r.shard == nil {
			p.line(strings.Repeat(" ", t.width+2), p.out.Dim(strings.TrimRight(r.cells.String(), " ")))
			continue
		}
		p.shard(t, r)
	}
	if drawn.lines {
		p.line(p.out.Dim(pad(m.moment(), t.width)), "  ", strip(m.Shards, t.cells))
	}
}

// moment is the time of the map in a word.
func (m *Map) moment() string {
	if m.At != nil {
		return "then"
	}
	return "now"
}

// pad sets a text to the right.
func pad(text string, width int) string {
	return strings.Repeat(" ", width-term.Width(text)) + text
}

// table is how wide its columns are.
type table struct {
	times
	detail detail
	width  int // of names
	cells  int // of bars
}

// detail is how much the words behind a bar tell.
type detail int

const (
	onlyShare detail = iota
	andLifetime
	andDescent
)

func (p page) table(shards []Shard) table {
	t := table{width: len("shard"), cells: pipeCells, times: longTimes, detail: andDescent}
	if p.out.Width > 0 && p.out.Width < longWidth {
		t.times = shortTimes
	}
	for _, s := range shards {
		t.width = max(t.width, term.Width(p.name(s.ID)))
	}
	if p.out.Width == 0 {
		return t
	}
	room := p.out.Width - t.width - 4
	for t.detail > onlyShare && room-t.longest(shards) < cellsMin {
		t.detail--
	}
	t.cells = min(max(room-t.longest(shards), cellsMin), cellsMax)
	return t
}

// longest is how wide the words get.
func (t table) longest(shards []Shard) (width int) {
	for _, s := range shards {
		width = max(width, term.Width(t.words(s)))
	}
	return width
}

// heading is what stands above the words.
func (t table) heading() string {
	if t.detail == onlyShare {
		return "   share"
	}
	return "   share  from – until, UTC"
}

// shard prints a row: the name, the bar with what passes by, and the words.
func (p page) shard(t table, r row) {
	from, to := cellsOf(r.shard.HashKeyRange, t.cells)
	bar := r.cells[from:to].String()
	if r.shard.Open {
		bar = p.out.ShardID(bar)
	}
	p.line(p.out.ShardID(pad(p.name(r.shard.ID), t.width)), "  ",
		p.out.Dim(r.cells[:from].String()), bar, p.out.Dim(r.cells[to:].String()), "  ", t.words(*r.shard))
}

// axis is what stands above the bars.
func axis(cells int) string {
	const first, title, last = "0", "hash key", "2^128-1"
	if room := cells - len(first+title+last); room >= 2 {
		return first + strings.Repeat(" ", (room+1)/2) + title + strings.Repeat(" ", room/2) + last
	}
	return first + strings.Repeat(" ", cells-len(first+last)) + last
}

// strip shows which shards take which part of the key space at the time of the
// map.
func strip(shards []Shard, cells int) string {
	line := []rune(strings.Repeat(" ", cells))
	for _, s := range shards {
		if !s.Open {
			continue
		}
		from, to := cellsOf(s.HashKeyRange, cells)
		name := []rune(short(s.ID))
		for x := from; x < to; x++ {
			line[x] = '─'
		}
		line[from], line[to-1] = '├', '┤'
		if to == from+1 {
			line[from] = '│'
		}
		if len(name) <= to-from-2 {
			copy(line[(from+to-len(name))/2:], name)
		}
	}
	return string(line)
}
