package coverage

import (
	"testing"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/step"
)

// cutLedger has a shard that is read in slices, each from so long after the first began.
func cutLedger(cuts ...time.Duration) *Ledger {
	l := ledger(window())
	for _, cut := range cuts {
		l.Cut(shardID, t0.Add(cut))
	}
	return l
}

// of is a page of a slice.
func of(slice int, st step.Step) step.Step {
	st.Slice = slice
	return st
}

// joined is a page that ends where a later slice begins.
func joined(st step.Step, slice int, first record.Record) step.Step {
	st.Joined = &step.Joint{Slice: slice, Point: record.Point{SequenceNumber: first.SequenceNumber, ArrivedAt: first.ArrivedAt}}
	return st
}

// read books pages of a slice, a record a second from the time on, until it is done or
// as far behind the window as it lasts.
func read(l *Ledger, slice int, from time.Time) (until time.Time, done bool) {
	for until = from; until.Before(t1.Add(2 * window().Until.Sub(t0))); until = until.Add(time.Second) {
		if l.Book(of(slice, page(until, time.Minute, until))) {
			return until, true
		}
	}
	return until, false
}

// What lies behind a slice that failed is proved to have been read by the tip or the
// end alone, so that it is not read to there.
func TestBehindAFailedSlice(t *testing.T) {
	l := cutLedger(30 * minute)
	l.Book(of(1, page(t1, hour, t0.Add(30*minute))))
	l.Book(step.Step{ShardID: shardID, Kind: step.Failed, Code: notice.Throttled, Reason: "too much", AskedAt: t1})
	until, done := read(l, 1, t0.Add(31*minute))
	if !done || until.After(t1.Add(Pad+time.Second)) {
		t.Errorf("done %t at %s, the window ends at %s", done, until, t1)
	}
	l.Stop(notice.Time)
	if a := l.Coverage().Shards[0]; a.Proof != nil || len(a.Missing()) != 2 || a.Gaps[1].Code != notice.Throttled {
		t.Errorf("account %+v", a)
	}
}

// Slices that were stopped, and joined later, are proved by a record that passed the
// window, unless arrival times stepped back far: in a slice, in one that is joined to
// it, or over a gap.
func TestCarriedSlices(t *testing.T) {
	begin := func(i int) time.Time { return t0.Add(time.Duration(i) * 10 * minute) }
	for _, c := range []struct {
		name  string
		first [3]time.Duration // how much later the first record of a slice arrived
		last  [3]time.Duration // and what it read behind that
		want  bool
	}{
		{"steady", [3]time.Duration{}, [3]time.Duration{1, 1, 1}, true},
		{"a step within the first", [3]time.Duration{minute}, [3]time.Duration{1, 1, 1}, false},
		{"within the second", [3]time.Duration{0, minute}, [3]time.Duration{1, 1, 1}, false},
		{"within the third", [3]time.Duration{0, 0, minute}, [3]time.Duration{1, 1, 1}, false},
		{"where the first joins the second", [3]time.Duration{}, [3]time.Duration{11 * minute, 1, 1}, false},
		{"over the gap", [3]time.Duration{}, [3]time.Duration{1, 11 * minute, 5 * minute}, false},
	} {
		l := cutLedger(10*minute, 20*minute)
		var pages [3][2]step.Step
		for i := range pages {
			pages[i] = [2]step.Step{of(i, page(t1, hour, begin(i).Add(c.first[i]))), of(i, page(t1, hour, begin(i).Add(c.last[i])))}
		}
		l.Book(pages[0][0])
		l.Book(pages[1][0])
		l.Book(pages[2][0])
		l.Book(joined(pages[0][1], 1, pages[1][0].Records[0]))
		l.Book(pages[1][1])
		l.Book(pages[2][1])
		stopped := l
		l = carried(t, window(), stopped)
		if gaps := stopped.Coverage().Shards[0].Missing(); len(gaps) != 2 {
			t.Fatalf("%s: %d gaps", c.name, len(gaps))
		}
		// The first goes on from the second, and is joined to the third.
		l.Book(joined(of(0, page(t1, hour)), 1, pages[2][0].Records[0]))
		if _, done := read(l, 1, t0.Add(30*minute)); done != c.want {
			t.Errorf("%s: done %t", c.name, done)
		}
	}
}

// Nothing can be told to be there still by an empty event: what comes next may have
// expired, as far behind as it really was.
func TestPushedEmptinessTellsNothing(t *testing.T) {
	for _, told := range []bool{false, true} {
		l := ledger(window())
		first := page(t1, hour, t0.Add(minute))
		first.Pushed = true
		tip := page(t1, 0)
		tip.Pushed = !told
		stalled := t1.Add(23*hour + 30*minute)
		next := page(stalled, hour, stalled.Add(minute-window().Retention))
		next.Pushed = true
		for _, st := range []step.Step{first, tip, next, page(stalled, 0)} {
			l.Book(st)
		}
		if gaps := l.Coverage().Shards[0].Gaps; len(gaps) > 0 == told {
			t.Errorf("told by a poll %t: gaps %+v", told, gaps)
		}
	}
}
