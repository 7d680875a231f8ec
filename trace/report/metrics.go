package report

import (
	"fmt"
	"time"

	"kinspect/internal/metric"
	"kinspect/internal/term"
)

// metricsRoom is how many bars stand side by side at the most, 4 units wide each.
const metricsRoom = 185

// What a row of bars takes: its name above it, and its height.
const (
	barsHeight px = 40
	barsEvery  px = barsHeight + 30
)

// metricsPicture is what CloudWatch counted: a row of bars for each metric that counted
// anything, over the time of the window.
type metricsPicture struct {
	Width, Height, Left, Right, Bottom px

	Description string
	Ticks       []tick
	Rows        []barRow
}

// barRow is a metric. A period of 0 is a line, and one without a datapoint is nothing.
type barRow struct {
	Y     px // of its name
	Name  string
	Class string
	Bars  []bar
}

// drawMetrics draws them; nil where there is nothing to draw.
func drawMetrics(m *metric.Metrics) *metricsPicture {
	if m == nil {
		return nil
	}
	periods, all := m.Chart(metricsRoom)
	if len(all) == 0 {
		return nil
	}
	a := axis{periods.Start, periods.End()}
	p := &metricsPicture{Width: width, Left: left, Right: right, Bottom: top + barsEvery*px(len(all)), Ticks: a.ticks()}
	p.Height = p.Bottom + 4
	p.Description = fmt.Sprintf("What CloudWatch counted from %s to %s, a bar for each %s. Where there is no bar and no line there is no datapoint, which is not zero.", words(a.from), words(a.until), metric.Spell(periods.Length))
	for i, bars := range all {
		p.Rows = append(p.Rows, rowOf(a, periods, bars, top+barsEvery*px(i)+16))
	}
	return p
}

func rowOf(a axis, periods metric.Periods, bars metric.Bars, y px) barRow {
	row := barRow{Y: y, Name: line(bars.Name) + ", up to " + term.Number(int64(bars.Most)), Class: "read"}
	if bars.Refused {
		row.Class = "refused"
	}
	floor := y + 6 + barsHeight
	for i, sum := range bars.Sums {
		if sum < 0 {
			continue
		}
		x, end := a.x(periods.At(i)), a.x(periods.At(i+1))
		high, space := max(2, barsHeight*px(sum)/px(bars.Most)), px(0.5)
		if sum == 0 {
			high, space = 1, 0
		}
		tip := fmt.Sprintf("%s to %s: %s", clock(periods.At(i)), clock(periods.At(i+1).Add(-time.Millisecond)), term.Number(int64(sum)))
		row.Bars = append(row.Bars, bar{x, floor - high, max(1, end-x-space), high, tip})
	}
	return row
}
