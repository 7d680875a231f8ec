package shardmap

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"kinspect/internal/shard"
	"kinspect/internal/term"
)

// barCells is the width of the key space in a bar, and of barTitle.
const (
	barCells = 24
	barTitle = "0      hash key  2^128-1"
	idTitle  = "shard"
)

// whole prints the map: two lines a shard, a blank line between generations.
func (p page) whole(m *Map) {
	p.heading(m)
	width := len(idTitle)
	for _, s := range m.Shards {
		width = max(width, term.Width(p.name(s.ID)))
	}
	p.line()
	p.line(p.out.Dim(fmt.Sprintf("%-*s  %s    share  state", width, idTitle, barTitle)))
	listed := make(map[string]bool, len(m.Shards))
	for i, s := range m.Shards {
		listed[s.ID] = true
		if i > 0 && s.generation != m.Shards[i-1].generation {
			p.line()
		}
		p.shard(s, width, listed)
	}
}

// shard prints one shard. Its parents stand above, so listed knows them.
func (p page) shard(s Shard, width int, listed map[string]bool) {
	name := p.name(s.ID)
	pad := strings.Repeat(" ", width-term.Width(name))
	p.line(p.out.ShardID(name), pad, "  ", p.bar(s), "  ", percent(s.Share), "  ",
		fmt.Sprintf("%-7s", s.state), "  ", p.descent(s, listed))
	p.line(strings.Repeat(" ", width+2), p.out.Time(span(s.state, s.OpenedAt, s.ClosedAt)))
}

// bar draws the shard's range: solid where it takes writes, pale where not.
func (p page) bar(s Shard) string {
	from, to := cells(s.HashKeyRange)
	block := "░"
	if s.Open {
		block = "█"
	}
	own := strings.Repeat(block, to-from)
	if s.Open {
		own = p.out.ShardID(own)
	}
	return p.out.Dim(strings.Repeat("·", from)) + own + p.out.Dim(strings.Repeat("·", barCells-to))
}

// cells rounds a range to cells of the bar, so that adjacent ranges meet; the
// smallest shard still has one.
func cells(r shard.Range) (from, to int) {
	before := shard.Range{End: r.Start}.Share()
	from = min(int(math.Round(before*barCells)), barCells-1)
	to = int(math.Round((before + r.Share()) * barCells))
	return from, min(max(to, from+1), barCells)
}

func percent(share float64) string {
	if share > 0 && share < 0.0005 {
		return " <0.1 %"
	}
	return fmt.Sprintf("%5.1f %%", share*100)
}

// descent says where the shard came from and what it went into.
func (p page) descent(s Shard, listed map[string]bool) string {
	var words []string
	if len(s.Parents) > 0 {
		words = append(words, "from "+p.names(s.Parents, func(id string) bool { return listed[id] }))
	}
	if len(s.children) > 0 {
		words = append(words, "into "+p.names(s.children, func(string) bool { return true }))
	}
	return strings.Join(words, " ")
}

func (p page) names(ids []string, listed func(string) bool) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = p.name(id)
		if !listed(id) {
			names[i] += " (not listed)"
		}
	}
	return strings.Join(names, " + ")
}

// name is a shard's ID, on a terminal its bare number, which --shard takes too.
func (p page) name(id string) string {
	number, found := strings.CutPrefix(id, "shardId-")
	if n, err := strconv.ParseUint(number, 10, 64); found && err == nil && p.out.Terminal {
		return strconv.FormatUint(n, 10)
	}
	return term.EscapeLine(id)
}
