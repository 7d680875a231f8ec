package metric

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// ten is a time that begins a minute, five minutes and an hour.
var ten = time.Date(2026, 11, 28, 10, 0, 0, 0, time.UTC)

func at(minute float64) time.Time { return ten.Add(time.Duration(minute * float64(time.Minute))) }

func TestPeriods(t *testing.T) {
	now := at(0)
	for _, c := range []struct {
		name        string
		from, until time.Time
		length      time.Duration
		start       time.Time
		n           int
		whole       [2]int
	}{
		{"one instant", at(-5), at(-5), time.Minute, at(-5), 1, [2]int{0, 0}},
		{"from a minute to a minute, which is inclusive", at(-5), at(-3), time.Minute, at(-5), 3, [2]int{0, 2}},
		{"within a minute", at(-4.7), at(-4.2), time.Minute, at(-5), 1, [2]int{1, 1}},
		{"across a minute's end", at(-4.5), at(-3.5), time.Minute, at(-5), 2, [2]int{1, 1}},
		{"a minute whole between two halves", at(-4.5), at(-2.5), time.Minute, at(-5), 3, [2]int{1, 2}},
		{"up to a minute's last millisecond", at(-5), at(-3).Add(-time.Millisecond), time.Minute, at(-5), 2, [2]int{0, 2}},
		{"ends before it begins", at(-3), at(-4), time.Minute, at(-3), 0, [2]int{0, 0}},
		{"almost 15 days", now.Add(-15*day + 2*time.Hour), now, time.Minute, now.Add(-15*day + 2*time.Hour), 21_481, [2]int{0, 21_480}},
		{"15 days, by the time that is asked", now.Add(-15 * day), now, 5 * time.Minute, now.Add(-15 * day), 4_321, [2]int{0, 4_320}},
		{"almost 63 days, off the five minutes", now.Add(-63*day + 3*time.Hour + 7*time.Minute), now, 5 * time.Minute, now.Add(-63*day + 3*time.Hour + 5*time.Minute), 18_108, [2]int{1, 18_107}},
		{"63 days", now.Add(-63 * day), now, time.Hour, now.Add(-63 * day), 1_513, [2]int{0, 1_512}},
		{"older than anything is kept", now.Add(-500 * day), now, time.Hour, now.Add(time.Hour - 455*day), 10_920, [2]int{0, 10_919}},
	} {
		p := Over(c.from, c.until, now)
		if p.Length != c.length || !p.Start.Equal(c.start) || p.N != c.n {
			t.Errorf("%s: %d of %v from %v", c.name, p.N, p.Length, p.Start)
		}
		if first, end := p.within(c.from, c.until); first != c.whole[0] || end != c.whole[1] {
			t.Errorf("%s: periods %d to %d lie in it whole, not %v", c.name, first, end, c.whole)
		}
		if calls := p.N * len(Names); calls > 100_800 {
			t.Errorf("%s: %d datapoints are more than a call gives", c.name, calls)
		}
	}
}

func TestIndex(t *testing.T) {
	p := Periods{ten, 5 * time.Minute, 3}
	for minute, want := range map[float64]int{-0.1: -1, 0: 0, 4.9: 0, 5: 1, 14.9: 2, 15: -1} {
		if i, within := p.Index(at(minute)); within != (want >= 0) || within && i != want {
			t.Errorf("minute %v is of period %d, %t", minute, i, within)
		}
	}
}

// However many periods there are, they are joined to as many as there is room for, none
// is lost, and what is not known stays so.
func TestJoin(t *testing.T) {
	for _, n := range []int{1, 2, 47, 48, 49, 300, 301, 1_440, 10_921, 21_600} {
		for _, room := range []int{1, 7, 48, 300} {
			p := Periods{ten, time.Minute, n}
			sums := make([]Sum, n)
			for i := range sums {
				sums[i] = 1
			}
			fewer, each := p.joined(room)
			joined := join(sums, each)
			all, known := total(joined)
			if fewer.N > room || len(joined) != fewer.N || int(all) != n || known != fewer.N || fewer.End().Before(p.End()) {
				t.Errorf("%d in %d: %d joined of %v, %d in all", n, room, len(joined), fewer.Length, all)
			}
		}
	}
	if got := join([]Sum{1, Unknown, 2, 3, Unknown, Unknown, Unknown, 0}, 2); !slices.Equal(got, []Sum{1, 5, Unknown, 0}) {
		t.Errorf("joined to %v", got)
	}
	if fewer, _ := (Periods{ten, time.Minute, 1_441}).joined(48); fewer.Length != time.Hour {
		t.Errorf("a day is drawn by %v", fewer.Length)
	}
}

func TestSum(t *testing.T) {
	for value, want := range map[float64]Sum{0: 0, 412: 412, 2.6: 3, -1: Unknown, 1e13: Unknown, math.Inf(1): Unknown, math.NaN(): Unknown} {
		if got := SumOf(value); got != want {
			t.Errorf("%v is %d", value, got)
		}
	}
	text, err := json.Marshal([]Sum{0, Unknown, 412})
	if err != nil || string(text) != "[0,null,412]" {
		t.Errorf("%s, %v", text, err)
	}
	var back []Sum
	if err := json.Unmarshal([]byte("[0,null,412,-7,9000000000000000000]"), &back); err != nil || !slices.Equal(back, []Sum{0, Unknown, 412, Unknown, Unknown}) {
		t.Errorf("%v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`["1"]`), &back); err == nil {
		t.Error("a text is a sum")
	}
}

// Each metric is drawn against its own largest sum; zero is low, and what is not known a
// dot.
func TestLines(t *testing.T) {
	m := Metrics{PeriodSeconds: 60, Series: []Series{
		{Incoming, []Sum{0, 1, 100, 700, 800, Unknown}},
		{FullShard, []Sum{0, 0, 412, 0, 0, 0}},
		{throttled, []Sum{0, 0, 0, 0, 0, 0}},
		{failed, []Sum{Unknown, Unknown, Unknown, Unknown, Unknown, Unknown}},
	}, Read: []Sum{0, 0, 0, 1, 0, 0}}
	m.From.Time = ten
	want := []string{
		"CloudWatch from 2026-11-28 10:00Z to 2026-11-28 10:06Z, 1 minute a column",
		"  IncomingRecords                     ▁▂▂██·  up to 800",
		"  records read                        ▁▁▁█▁▁  up to 1",
		"  WriteProvisionedThroughputExceeded  ▁▁█▁▁▁  up to 412",
	}
	if got := m.Lines(); !slices.Equal(got, want) {
		t.Errorf("drawn as\n%s", strings.Join(got, "\n"))
	}
	m.Series, m.Read = m.Series[2:], nil
	if got := m.Lines(); got != nil {
		t.Errorf("nothing is drawn as %q", got)
	}
	if got := (Metrics{NotChecked: "access denied"}).Lines(); got != nil {
		t.Errorf("what was not checked is drawn as %q", got)
	}
}

// A chart is no wider than its columns, and a single record is seen in it.
func TestWidth(t *testing.T) {
	for _, n := range []int{1, 48, 49, 288, 300} {
		sums := make([]Sum, n)
		sums[n-1] = 1
		m := Metrics{PeriodSeconds: 300, Series: []Series{{FullShard, sums}}}
		m.From.Time = ten
		lines := m.Lines()
		if len(lines) != 2 {
			t.Fatalf("%d periods are drawn as %q", n, lines)
		}
		bars := strings.Fields(lines[1])[1]
		if wide := len([]rune(bars)); wide > columns || wide < min(n, columns/3) || strings.Count(bars, "█") != 1 {
			t.Errorf("%d periods are drawn as %q", n, bars)
		}
	}
}
