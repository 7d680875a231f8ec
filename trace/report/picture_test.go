package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kinspect/internal/notice"
	"kinspect/trace/receipt"
)

// However many shards there are, each has its row, in the picture and the table;
// no name stands on another, and those that lack something have one.
func TestManyShards(t *testing.T) {
	for _, n := range []int{1, 7, 64, 500, 3000} {
		r := absent(t, n, aDay)
		p := draw(r)
		if len(p.Read) != n || len(p.Gaps) != 0 || (len(p.Flows) > 0) != (n > 3) || p.Height > 1700 {
			t.Errorf("%d shards: %d read, %d gaps, %d flows, %v high", n, len(p.Read), len(p.Gaps), len(p.Flows), p.Height)
		}
		if got := strings.Count(written(t, pageOf(r)), `<th scope="row" class="id">`); got != n {
			t.Errorf("the table has %d rows, not %d", got, n)
		}
		p = draw(lacking(r, 100))
		for i := range p.Labels[1:] {
			if p.Labels[i+1].Y-p.Labels[i].Y < labelEvery {
				t.Errorf("%d shards: names stand on each other", n)
			}
		}
		lacking := slices.DeleteFunc(slices.Clone(p.Labels), func(l label) bool { return l.Class != "lacking" })
		if want := (n + 99) / 100; len(lacking) != want || p.Fine && len(p.Flags) != want {
			t.Errorf("%d shards: %d names and %d flags of those that lack something", n, len(lacking), len(p.Flags))
		}
	}
}

// Nothing leaves its room, and gaps are wide enough to be seen.
func TestWithin(t *testing.T) {
	for _, window := range []time.Duration{0, 10 * time.Millisecond, time.Minute, aDay, 7 * aDay, 365 * aDay} {
		p := draw(found(lacking(absent(t, 24, window), 2), 0, 0.3, 1))
		for _, b := range slices.Concat(p.Read, p.Gaps, p.Spared) {
			if b.X < left || b.X+b.W > right+0.01 || b.W < barMin || b.Y < top || b.Y+b.H > p.Bottom {
				t.Errorf("%s: %+v", window, b)
			}
		}
		if window > 0 && (len(p.Ticks) < 3 || len(p.Ticks) > ticksMax+1 || p.Ticks[0].Date == "" && p.Ticks[1].Date == "") {
			t.Errorf("%s: %+v", window, p.Ticks)
		}
		for i, tick := range p.Ticks {
			if tick.X < left || tick.X > right || i > 0 && tick.X-p.Ticks[i-1].X < 60 {
				t.Errorf("%s: %+v", window, p.Ticks)
			}
		}
	}
}

func TestTicks(t *testing.T) {
	for window, want := range map[time.Duration]string{
		time.Minute: "2026-11-24 15:40:20,15:40:30,15:40:40,15:40:50,15:41:00,15:41:10",
		time.Second: "2026-11-24 15:41:13.000,15:41:13.200,15:41:13.400,15:41:13.600,15:41:13.800,15:41:14.000",
		aDay:        "2026-11-23 18:00,21:00,2026-11-24 00:00,03:00,06:00,09:00,12:00,15:00",
		7 * aDay:    "2026-11-18 00:00,2026-11-19 00:00,2026-11-20 00:00,2026-11-21 00:00,2026-11-22 00:00,2026-11-23 00:00,2026-11-24 00:00",
	} {
		var got []string
		for _, tick := range (axis{until.Add(-window), until}).ticks() {
			got = append(got, strings.TrimSpace(tick.Date+" "+tick.Text))
		}
		if text := strings.Join(got, ","); text != want {
			t.Errorf("%s: %s", window, text)
		}
	}
}

// A split leads to two shards, a merge to one, and families stand together.
func TestLineage(t *testing.T) {
	r := absent(t, 4, aDay)
	p := draw(r)
	if len(p.Flows) != 4 {
		t.Fatalf("%+v", p.Flows)
	}
	for _, f := range p.Flows {
		if f.X1 != f.X2 || f.Y2-f.Y1 > 3*30 || f.Y1-f.Y2 > 3*30 {
			t.Errorf("%+v", f)
		}
	}
	var names []string
	for _, l := range p.Labels {
		names = append(names, l.Text)
	}
	if got := strings.Join(names, " "); got != "0 1 3 2" {
		t.Error(got)
	}
}

// What was not read is a gap in the picture, unless nobody misses it.
func TestStretches(t *testing.T) {
	drawn := func(r receipt.Receipt) [3]int {
		p := draw(r)
		return [3]int{len(p.Read), len(p.Gaps), len(p.Spared)}
	}
	r := absent(t, 1, aDay)
	s := &r.Coverage.Shards[0]
	if got := drawn(r); got != [3]int{1, 0, 0} {
		t.Errorf("read whole: %v", got)
	}
	s.From = stamp(s.From.Add(time.Hour))
	if got := drawn(r); got != [3]int{1, 0, 0} {
		t.Errorf("an opening that nothing tells: %v", got)
	}
	r.Reasons = []notice.Notice{{Code: notice.BeforeHorizon, Text: "too early"}}
	if got := drawn(r); got != [3]int{1, 1, 0} {
		t.Errorf("expired before it was read: %v", got)
	}
	s.Until, s.Proof = nil, nil
	if got := drawn(r); got != [3]int{0, 2, 0} {
		t.Errorf("without proof: %v", got)
	}
	r = lacking(absent(t, 1, aDay), 1)
	if got := drawn(r); got != [3]int{2, 2, 0} {
		t.Errorf("two gaps: %v", got)
	}
	r.Coverage.Shards[0].Gaps[1].Code = notice.Interrupted
	if got := drawn(found(r, 0.5)); got != [3]int{2, 1, 1} {
		t.Errorf("a gap behind a match: %v", got)
	}
	r.Coverage.Shards[0].ClosedAt = stamp(r.Window.From.Add(time.Hour))
	if p := draw(r); p.Gaps[1].X+p.Gaps[1].W > left+60 {
		t.Errorf("a gap reaches beyond its shard's end: %+v", p.Gaps[1])
	}
}
