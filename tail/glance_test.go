package tail

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/record"
	"kinspect/internal/step"
)

// A glance is of the shards still being read, and of the one furthest behind.
func TestGlance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGauge()
		for _, id := range []string{"a", "b", "c"} {
			g.open(id)
		}
		g.note(step.Step{ShardID: "a", Kind: step.Page, Behind: time.Minute}, false)
		g.note(step.Step{ShardID: "b", Kind: step.Page, Behind: time.Hour}, false)
		g.note(step.Step{ShardID: "b", Kind: step.Throttled}, false) // tells nothing of the tip
		if want, got := (Glance{Shards: 3, Behind: time.Hour}), g.glance(); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		g.note(step.Step{ShardID: "b", Kind: step.Page, Behind: time.Hour, Records: make([]record.Record, 1)}, true)
		came := time.Now()
		time.Sleep(time.Minute)
		if want, got := (Glance{Shards: 2, Behind: time.Minute, LastAt: came}), g.glance(); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	})
}

// Seconds in which something was printed have no glance, and none comes after the
// end.
func TestWatchIsSilentWhileOutputFlows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told atomic.Int64
		f := &follower{Options: Options{Glance: func(Glance) { told.Add(1) }}, gauge: newGauge()}
		end := f.watch()
		want := func(n int64) {
			t.Helper()
			synctest.Wait()
			if told.Load() != n {
				t.Errorf("after %d glances, want %d", told.Load(), n)
			}
		}
		time.Sleep(3500 * time.Millisecond)
		want(3)
		for range 5 {
			f.count(func(s *Summary) { s.Printed++ })
			time.Sleep(time.Second)
		}
		want(3)
		time.Sleep(time.Second)
		want(4)
		end()
		time.Sleep(time.Minute)
		want(4)
	})
}
