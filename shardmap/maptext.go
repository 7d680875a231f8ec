package shardmap

import (
	"fmt"
	"strconv"
	"strings"

	"kinspect/internal/record"
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
	p.line(p.out.Dim(pad("shard", t.width) + "  " + axis(t.cells) + "   share  from – until, UTC"))
	if folded > 0 {
		p.line(pad("…", t.width), "  ", p.out.Dim(term.Count(folded, "older closed shard")+" not shown; all in a pipe: | less -S"))
	}
	drawn := draw(shown, t.cells, folded)
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
	width int // of names
	cells int // of bars
}

// times is a layout of package time.
type times string

const (
	longTimes  times = "2006-01-02 15:04:05"
	shortTimes times = "01-02 15:04"
)

func (p page) table(shards []Shard) table {
	t := table{width: len("shard"), cells: pipeCells, times: longTimes}
	if p.out.Width > 0 && p.out.Width < longWidth {
		t.times = shortTimes
	}
	words := 0
	for _, s := range shards {
		t.width = max(t.width, term.Width(p.name(s.ID)))
		words = max(words, term.Width(t.words(s)))
	}
	if p.out.Width > 0 {
		t.cells = min(max(p.out.Width-t.width-words-4, cellsMin), cellsMax)
	}
	return t
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

// words says of a shard what the bar does not.
func (t table) words(s Shard) string {
	return percent(s.Share) + "  " + t.lifetime(s) + descent(s)
}

// lifetime says from when until when a shard takes writes, and if it does now.
func (t times) lifetime(s Shard) string {
	from, until := t.spell(s.OpenedAt), t.spell(s.ClosedAt)
	switch {
	case s.state == open && s.ClosedAt == nil:
		return from + " – open"
	case s.state == coming:
		return from + " – coming"
	case s.state == closing:
		return from + " – " + until + " closing"
	case s.ClosedAt == nil:
		return from + " – closed"
	}
	return from + " – " + until
}

func (t times) spell(at *record.Timestamp) string {
	if at == nil {
		return "unknown"
	}
	return at.UTC().Format(string(t))
}

func percent(share float64) string {
	if share > 0 && share < 0.0005 {
		return " <0.1 %"
	}
	return fmt.Sprintf("%5.1f %%", share*100)
}

// descent says what a shard went into, and which of its parents are not listed.
func descent(s Shard) string {
	var words string
	if len(s.children) > 0 {
		words = "  → " + shorts(s.children)
	}
	if len(s.lost) > 0 {
		words += "  ← " + shorts(s.lost) + " unlisted"
	}
	return words
}

func shorts(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = short(id)
	}
	return strings.Join(names, ", ")
}

// short is a shard's bare number, which --shard takes too.
func short(id string) string {
	number, found := strings.CutPrefix(id, "shardId-")
	if n, err := strconv.ParseUint(number, 10, 64); found && err == nil {
		return strconv.FormatUint(n, 10)
	}
	return term.EscapeLine(id)
}

// name is a shard's ID, on a terminal the short one.
func (p page) name(id string) string {
	if p.out.Terminal {
		return short(id)
	}
	return term.EscapeLine(id)
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
