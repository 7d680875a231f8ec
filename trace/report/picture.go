package report

import (
	"strings"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/record"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// The picture's measures, in its own units.
const (
	left, right, top = 84.0, 980.0, 34.0
	labelEvery       = 13.0 // the least distance of two shards' names
)

// picture is shards × time: a row a shard, the window from left to right.
type picture struct {
	Height, Bottom    float64
	Description       string
	Ticks             []tick
	Flows             []flow
	Lives, Read, Gaps []bar
	Marks             []mark
	Labels            []label
}

type tick struct {
	X      float64
	Text   string
	Anchor string
}
type flow struct{ X1, Y1, X2, Y2 float64 }
type bar struct {
	X, Y, W, H float64
	Tip        string
}
type mark struct {
	X, Y float64
	Tip  string
}
type label struct {
	Y    float64
	Text string
}

// axis maps arrival times to the picture, and what is beyond to its edges.
type axis struct{ from, until time.Time }

func (a axis) x(t time.Time) float64 {
	part := float64(t.Sub(a.from)) / float64(a.until.Sub(a.from))
	return left + min(max(part, 0), 1)*(right-left)
}

// or is the time told, or another where it is not.
func or(t *record.Timestamp, other time.Time) time.Time {
	if t == nil {
		return other
	}
	return t.Time
}

func draw(r receipt.Receipt) picture {
	a := axis{r.Window.From.Time, r.Window.Until.Time}
	if !a.until.After(a.from) {
		a.until = a.from.Add(time.Second)
	}
	row := rowHeight(len(r.Coverage.Shards))
	p := picture{Bottom: top + row*float64(len(r.Coverage.Shards))}
	p.Height = p.Bottom + 12
	p.ticks(a)
	rows := map[string]int{}
	for i, s := range r.Coverage.Shards {
		rows[s.ShardID] = i
		p.shard(a, s, top+row*float64(i), row)
	}
	p.flows(a, r.Coverage.Shards, rows, row)
	for _, m := range append(append([]receipt.Match{}, r.Matches...), r.Outside...) {
		t := m.ApproximateArrivalTimestamp
		if i, known := rows[m.ShardID]; known && !t.Before(a.from) && !t.After(a.until) {
			p.Marks = append(p.Marks, mark{a.x(t.Time), top + row*(float64(i)+0.5), "match in " + term.EscapeLine(m.ShardID) + " at " + t.Words()})
		}
	}
	p.Description = term.Count(len(rows), "shard") + " from " + r.Window.From.Words() + " to " + r.Window.Until.Words() + ": " +
		term.Count(len(p.Gaps), "gap") + ", " + term.Count(len(p.Marks), "match mark") + ". The table per shard tells the same."
	return p
}

// rowHeight keeps a picture of many shards within a few screens.
func rowHeight(shards int) float64 {
	switch {
	case shards <= 24:
		return 26
	case shards <= 80:
		return 14
	}
	return 5
}

func (p *picture) ticks(a axis) {
	layout := "01-02 15:04:05"
	if a.until.Sub(a.from) < 10*time.Second {
		layout = "15:04:05.000"
	}
	const parts = 4
	for i := range parts + 1 {
		t := a.from.Add(a.until.Sub(a.from) * time.Duration(i) / parts)
		anchor := "middle"
		if i == parts {
			anchor = "end"
		}
		p.Ticks = append(p.Ticks, tick{a.x(t), t.UTC().Format(layout), anchor})
	}
}

// shard draws one row: when the shard was open, what was read, and what was not.
func (p *picture) shard(a axis, s coverage.Account, y, row float64) {
	id := term.EscapeLine(s.ShardID)
	stretch := func(from, until time.Time, tip string) bar {
		x := a.x(from)
		return bar{x, y + row*0.15, max(a.x(until)-x, 1.5), row * 0.7, id + ": " + tip}
	}
	opened, closed := or(s.OpenedAt, a.from), or(s.ClosedAt, a.until)
	if !opened.After(a.until) && !closed.Before(a.from) {
		p.Lives = append(p.Lives, stretch(opened, closed, "opened "+when(s.OpenedAt)+", closed "+when(s.ClosedAt)))
	}
	at, end := or(s.From, opened), closed
	if s.Until != nil && s.Until.Before(end) {
		end = s.Until.Time
	}
	for _, g := range s.Gaps {
		from, until := or(g.From, a.from), or(g.Until, a.until)
		if from.After(at) {
			p.Read = append(p.Read, stretch(at, from, "read"))
		}
		p.Gaps = append(p.Gaps, stretch(from, until, "gap: "+term.EscapeLine(g.Text)))
		if until.After(at) {
			at = until
		}
	}
	if end.After(at) {
		p.Read = append(p.Read, stretch(at, end, "read"))
	}
	if n := len(p.Labels); n == 0 || y+row/2-p.Labels[n-1].Y >= labelEvery {
		p.Labels = append(p.Labels, label{y + row/2, short(id)})
	}
}

// short is a shard's number, as people speak of it.
func short(id string) string {
	number, numbered := strings.CutPrefix(id, "shardId-")
	if number = strings.TrimLeft(number, "0"); numbered && number == "" {
		number = "0"
	}
	if runes := []rune(number); len(runes) > 9 {
		number = string(runes[:8]) + "…"
	}
	return number
}

// flows lead from where a shard closed to those that took over.
func (p *picture) flows(a axis, shards []coverage.Account, rows map[string]int, row float64) {
	for child, s := range shards {
		for _, id := range s.Parents {
			parent, known := rows[id]
			if !known || s.OpenedAt == nil || s.OpenedAt.Before(a.from) {
				continue
			}
			middle := func(i int) float64 { return top + row*(float64(i)+0.5) }
			closed := or(shards[parent].ClosedAt, s.OpenedAt.Time)
			p.Flows = append(p.Flows, flow{a.x(closed), middle(parent), a.x(s.OpenedAt.Time), middle(child)})
		}
	}
}
