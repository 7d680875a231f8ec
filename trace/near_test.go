package trace

import (
	"testing"
	"time"

	"kinspect/internal/sim"
	"kinspect/trace/receipt"
)

// around looks around a time first.
func around(at time.Time, within time.Duration) func(*Options) {
	return func(o *Options) { o.Around, o.Within = at, within }
}

// What is thought to have come at some time is looked for around it first, and found
// without the hours before being read.
func TestAroundIsReadFirst(t *testing.T) {
	w := newWorld(t, 1)
	for range 50 {
		w.put("a", "before")
		w.Pass(time.Minute)
	}
	at := w.Clock.Now()
	w.put("a", "ord-1")
	w.Pass(time.Hour)
	r := w.trace("ord-1", around(at, 30*time.Second))
	want(t, r, receipt.Found)
	if r.Coverage.Records != 2 { // one in the pad
		t.Errorf("%d records were read", r.Coverage.Records)
	}
	if !r.Window.From.Equal(at.Add(-30 * time.Second).Truncate(time.Millisecond)) {
		t.Errorf("the window that was read begins at %s", r.Window.From)
	}
}

// What came at another time is found all the same, and absent is said of the whole
// window.
func TestAroundIsNoMoreThanAFirstLook(t *testing.T) {
	w := newWorld(t, 2)
	w.put("a", "ord-1")
	w.Pass(5 * time.Hour)
	w.put("b", "ord-2")
	for _, o := range [][]func(*Options){
		{around(w.Clock.Now(), time.Minute)},
		{around(w.Clock.Now().Add(-10*time.Hour), time.Minute)}, // before there was a stream
		{around(w.Clock.Now().Add(10*time.Hour), time.Minute)},
	} {
		want(t, w.trace("ord-1", o...), receipt.Found)
		r := w.trace("ord-3", o...)
		want(t, r, receipt.Absent)
		if r.Coverage.Records != 2 || !r.Window.Open {
			t.Errorf("%d records, window %+v", r.Coverage.Records, r.Window)
		}
	}
}

// Where all copies are listed, nothing is read twice.
func TestAroundWithAll(t *testing.T) {
	var read int
	w := newWorld(t, 1, sim.Rewrite("GetRecords", func(out sim.Message) {
		records, _ := out["Records"].([]any)
		read += len(records)
	}))
	w.put("a", "ord-1")
	w.put("b", "ord-1")
	r := w.trace("ord-1", around(w.Clock.Now(), time.Minute), func(o *Options) { o.All = true })
	want(t, r, receipt.Found)
	if len(r.Matches) != 2 || read != 2 {
		t.Errorf("%d matches, %d records read", len(r.Matches), read)
	}
}

// The time that is given to the reading is for the first look as well.
func TestAroundWithinTheTimeGiven(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", "ord-1")
	began := w.Clock.Now()
	r := w.trace("ord-2", around(began, time.Minute), func(o *Options) { o.Timeout = 15 * time.Second })
	if took := w.Clock.Now().Sub(began); took > 16*time.Second {
		t.Errorf("took %s", took)
	}
	if r.Verdict == receipt.Found || !r.Window.Open {
		t.Errorf("%s of %+v", r.Verdict, r.Window)
	}
}

// Waiting, a record is found that comes later, as soon as it comes; and one that has
// provably not come by the end is absent.
func TestWait(t *testing.T) {
	var w *world
	w = newWorld(t, 2, sim.Before("GetRecords", 20, func() { w.put("b", "ord-1") }))
	w.put("a", "ord-0")
	began := w.Clock.Now()
	wait := func(o *Options) { o.Wait = 5 * time.Minute }
	want(t, w.trace("ord-1", wait), receipt.Found)
	if took := w.Clock.Now().Sub(began); took > time.Minute {
		t.Errorf("found after %s", took)
	}
	began = w.Clock.Now()
	r := w.trace("ord-2", wait)
	want(t, r, receipt.Absent)
	if took := w.Clock.Now().Sub(began); took < 5*time.Minute+10*time.Second {
		t.Errorf("absent after %s", took)
	}
	if until := r.Window.Until.Sub(began); until < 5*time.Minute {
		t.Errorf("the window ends after %s", until)
	}
}

// Without --from, waiting looks back a quarter of an hour, as far as there is a
// stream.
func TestWaitLooksBack(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", "ord-1")
	wait := func(o *Options) { o.Wait = time.Second }
	want(t, w.trace("ord-1", wait), receipt.Found)
	r := w.trace("ord-2", wait)
	want(t, r, receipt.Absent)
	if !r.Window.Open {
		t.Errorf("of a young stream, the window is %+v", r.Window)
	}
	w.Pass(time.Hour)
	began := w.Clock.Now()
	r = w.trace("ord-1", wait)
	want(t, r, receipt.Absent)
	const told = 2 * time.Second // a Date tells whole seconds, and some time passes
	if back := began.Sub(r.Window.From.Time); (back - waitFrom).Abs() > told {
		t.Errorf("looks back %s", back)
	}
}

// A wait that was interrupted is gone on from, with the same end.
func TestWaitIsResumed(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", "ord-1")
	first := w.trace("ord-2", func(o *Options) { o.Wait, o.Timeout = time.Minute, 20*time.Second })
	want(t, first, receipt.Inconclusive, "time", "time")
	second := w.trace("ord-2", func(o *Options) { o.Resume = kept(t, first) })
	want(t, second, receipt.Absent)
	if second.Window.Until.Words() != first.Window.Until.Words() {
		t.Errorf("the window ends at %s, and at %s", first.Window.Until, second.Window.Until)
	}
	if second.FinishedAt.Before(first.Window.Until.Time) {
		t.Error("said before the end of the window")
	}
}
