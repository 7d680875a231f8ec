package metric

import (
	"fmt"
	"strings"
	"time"

	"kinspect/internal/term"
)

// readName stands in a chart for the records that were read.
const readName = "records read"

// Bars are a series as it is drawn: each bar the sum of so many periods.
type Bars struct {
	Name string
	Sums []Sum
	// Most is the largest sum.
	Most Sum
	// Refused tells that the records were not taken by the stream.
	Refused bool
}

// Chart is what there is to draw of metrics: those that counted anything, and what was
// read beside what came in, as bars of so many periods that there is room for all.
func (m Metrics) Chart(room int) (p Periods, all []Bars) {
	p = Periods{Start: m.From.Time, Length: time.Duration(m.PeriodSeconds) * time.Second}
	for _, s := range m.Series {
		p.N = max(p.N, len(s.Sums))
	}
	if p.Length <= 0 || p.N == 0 {
		return p, nil
	}
	p, each := p.joined(room)
	add := func(name string, sums []Sum, refused bool) {
		joined := join(sums, each)
		if records, _ := total(joined); records > 0 {
			all = append(all, Bars{name, joined, joined[most(joined)], refused})
		}
	}
	for _, s := range m.Series {
		add(s.Metric, s.Sums, s.Metric != Incoming)
		if s.Metric == Incoming {
			add(readName, m.Read, false)
		}
	}
	return p, all
}

// columns is how many bars a line of text has room for, beside a name and a number.
const columns = 48

// blocks are bars from low to high; zero has the lowest, and it alone.
var blocks = []rune("▁▂▃▄▅▆▇█")

// Lines draws the metrics in text, a line each, under one that says what a column is.
// Where there is no datapoint there is a dot.
func (m Metrics) Lines() []string {
	p, all := m.Chart(columns)
	if len(all) == 0 {
		return nil
	}
	wide := 0
	for _, bars := range all {
		wide = max(wide, len(bars.Name))
	}
	lines := []string{fmt.Sprintf("CloudWatch from %s to %s, %s a column", clock(p.Start), clock(p.End()), Spell(p.Length))}
	for _, bars := range all {
		lines = append(lines, fmt.Sprintf("  %-*s  %s  up to %s", wide, bars.Name, bars.text(), term.Number(int64(bars.Most))))
	}
	return lines
}

func (b Bars) text() string {
	var text strings.Builder
	for _, s := range b.Sums {
		text.WriteRune(b.block(s))
	}
	return text.String()
}

func (b Bars) block(s Sum) rune {
	switch {
	case s < 0:
		return '·'
	case s == 0:
		return blocks[0]
	}
	steps := Sum(len(blocks) - 1)
	return blocks[min((s*steps+b.Most-1)/b.Most, steps)]
}

// Spell writes the length of a period, of whole minutes.
func Spell(d time.Duration) string {
	switch {
	case d%day == 0:
		return term.Count(int64(d/day), "day")
	case d%time.Hour == 0:
		return term.Count(int64(d/time.Hour), "hour")
	}
	return term.Count(int64(d/time.Minute), "minute")
}
