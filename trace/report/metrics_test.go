package report

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"kinspect/internal/metric"
	"kinspect/trace/receipt"
)

// measured is an absent receipt of a day by five minutes, in one of which 412 records
// were refused; of the last hour nothing is known.
func measured(t *testing.T) receipt.Receipt {
	t.Helper()
	r := absent(t, 3, aDay)
	m := &metric.Metrics{From: r.Window.From, Until: r.Window.Until, PeriodSeconds: 300, Tells: []string{"412 records were refused by a full shard"}}
	for _, name := range metric.Names {
		sums := make([]metric.Sum, 288)
		for i := range sums {
			switch {
			case i >= 276:
				sums[i] = metric.Unknown
			case name == metric.Incoming:
				sums[i] = metric.Sum(100 + i)
			case name == metric.FullShard && i == 144:
				sums[i] = 412
			}
		}
		m.Series = append(m.Series, metric.Series{Metric: name, Sums: sums})
	}
	m.Read = m.Series[0].Sums
	r.Metrics = m
	return r
}

// What CloudWatch counted has its bars, in the window, and one that counted nothing none.
func TestMetricsPicture(t *testing.T) {
	r := measured(t)
	p := drawMetrics(r.Metrics)
	if p == nil || len(p.Rows) != 3 || p.Rows[2].Class != "refused" || p.Rows[2].Name != "WriteProvisionedThroughputExceeded, up to 412" {
		t.Fatalf("%+v", p)
	}
	high := 0
	for _, row := range p.Rows {
		for _, b := range row.Bars {
			if b.X < left || b.X+b.W > right || b.Y < row.Y || b.Y+b.H > p.Bottom || b.H < 1 {
				t.Errorf("a bar of %s is at %+v", row.Name, b)
			}
			if row.Class == "refused" && b.H == barsHeight {
				high++
				if b.X < 440 || b.X > 460 || !strings.HasSuffix(b.Tip, ": 412") {
					t.Errorf("the refused are at %+v", b)
				}
			}
		}
		if n := len(row.Bars); n > metricsRoom*23/24+1 || n < metricsRoom/3 {
			t.Errorf("%s has %d bars", row.Name, n)
		}
	}
	if high != 1 {
		t.Errorf("%d bars are high", high)
	}
	text := written(t, pageOf(r))
	sound(t, text)
	holds(t, text, `<h2 id="metrics">What CloudWatch counted</h2>`, "<li>412 records were refused by a full shard</li>", `<rect class="refused"`, "by another count than that of the records read")
}

// Without metrics there is no word of them, and where none were to be had no picture.
func TestWithoutMetrics(t *testing.T) {
	r := measured(t)
	r.Metrics = nil
	lacks(t, written(t, pageOf(r)), "CloudWatch", `id="metrics`)
	r.Metrics = &metric.Metrics{NotChecked: "access denied <b>"}
	text := written(t, pageOf(r))
	sound(t, text)
	holds(t, text, "Not checked: access denied &lt;b&gt;")
	lacks(t, text, `<svg id="metrics-picture"`)
	r = measured(t)
	r.Metrics.Series, r.Metrics.Read = nil, nil
	text = written(t, pageOf(r))
	sound(t, text)
	lacks(t, text, `<svg id="metrics-picture"`)
}

// Browsers draw the bars in their colours, and nothing where there is no datapoint.
func TestMetricsInChromium(t *testing.T) {
	t.Parallel()
	p := drawMetrics(measured(t).Metrics)
	page := strings.Replace(written(t, pageOf(measured(t))), "</style>", "#metrics-picture { position: fixed; left: 0; top: 0; width: 860px; background: var(--paper); }</style>", 1)
	light, _ := palettes(t)
	shown := screenshot(t, page, 900, 600, "--blink-settings=preferredColorScheme=1")
	read, refused := p.Rows[0].Bars, p.Rows[2].Bars
	for name, c := range map[string]struct {
		bar    bar
		colour string
		least  float64
	}{
		"the first that came in": {read[0], "--read", 0.5}, "the last": {read[len(read)-1], "--read", 0.5}, "the refused": {highest(refused), "--gap", 0.5},
	} {
		if got := share(shown, c.bar.X, c.bar.Y, c.bar.W, c.bar.H, light[c.colour]); got < c.least {
			t.Errorf("%s: %.0f %% of it has the colour %s", name, got*100, c.colour)
		}
	}
	last := read[len(read)-1]
	if got := share(shown, last.X+last.W+2, last.Y, right-last.X-last.W-2, last.H, light["--read"]); got > 0 {
		t.Errorf("%.0f %% of what is not known is drawn", got*100)
	}
}

func highest(bars []bar) bar {
	return slices.MaxFunc(bars, func(a, b bar) int { return cmp.Compare(a.H, b.H) })
}
