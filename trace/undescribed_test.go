package trace

import (
	"errors"
	"testing"
	"time"

	"kinspect/internal/sim"
	"kinspect/internal/stream"
	"kinspect/trace/receipt"
)

// undescribed is a stream that may not be described.
var undescribed = sim.Refuse("DescribeStreamSummary", "AccessDeniedException", func(int, sim.Message) bool { return true })

func TestUndescribed(t *testing.T) {
	w := newWorld(t, 2, undescribed)
	w.Pass(72 * time.Hour)
	w.put("a", "ord-1")
	w.Pass(time.Hour)
	found, absent := w.trace("ord-1"), w.trace("ord-9")
	want(t, found, receipt.Found)
	want(t, absent, receipt.Absent)
	if s := absent.Stream; s.RetentionHours != 0 || !s.CreatedAt.IsZero() || !absent.Undescribed() || !found.Undescribed() {
		t.Errorf("stream %+v, caveats %v", s, absent.Caveats)
	}
	if begins := w.Clock.Now().Sub(absent.Window.From.Time); begins > 24*time.Hour {
		t.Errorf("proved for %s, of which a day at the most may be left", begins)
	}
	early := w.trace("ord-9", func(o *Options) { o.From = w.Clock.Now().Add(-25 * time.Hour) })
	want(t, early, receipt.Inconclusive, "before-horizon")
}

// What an earlier stream of the same name held, nobody can tell.
func TestUndescribedYoungStream(t *testing.T) {
	w := newWorld(t, 2, undescribed)
	w.Pass(time.Hour)
	want(t, w.trace("ord-9", func(o *Options) { o.From = sim.Began.Add(-time.Minute) }), receipt.Inconclusive, "before-horizon")
	open := w.trace("ord-9")
	want(t, open, receipt.Absent)
	if open.Window.From.Before(sim.Began) {
		t.Errorf("proved from %s, before there was a stream", open.Window.From)
	}
}

func TestUndescribedAndRecreated(t *testing.T) {
	var w *world
	w = newWorld(t, 1, undescribed, sim.Before("ListShards", 3, func() {
		w.Call("DeleteStream", sim.Message{"StreamName": "orders"})
		w.Pass(time.Second)
		w.Call("CreateStream", sim.Message{"StreamName": "orders", "ShardCount": 1})
	}))
	w.Pass(time.Hour)
	want(t, w.trace("ord-1"), receipt.Inconclusive, "recreated")
}

// A description that is denied in the end only is one that we cannot compare.
func TestDeniedInTheEnd(t *testing.T) {
	w := newWorld(t, 1, sim.Refuse("DescribeStreamSummary", "AccessDeniedException", func(n int, _ sim.Message) bool { return n > 1 }))
	want(t, w.trace("ord-1"), receipt.Inconclusive, "access-denied")
}

func TestUndescribedIsNotResumed(t *testing.T) {
	w := newWorld(t, 1, undescribed)
	_, err := Run(t.Context(), w.client, stream.Summary{Denied: &stream.Error{}}, Options{
		Event: receipt.Event{Text: "ord-1"}, Resume: &receipt.Receipt{Verdict: receipt.Inconclusive},
	})
	if unfit := (*CannotResume)(nil); !errors.As(err, &unfit) {
		t.Error(err)
	}
}
