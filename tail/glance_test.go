package tail

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/record"
	"kinspect/internal/step"
)

// A glance is of the shards still being read, of the one furthest behind, and of
// those that give no answer.
func TestGlance(t *testing.T) {
	at := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	g := newGauge()
	for _, id := range []string{"a", "b", "c", "d"} {
		g.open(id)
	}
	want := func(want Glance) {
		t.Helper()
		want.At = at
		if got := g.glance(at); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	g.note(step.Step{ShardID: "a", Kind: step.Page, Behind: time.Minute}, false)
	g.note(step.Step{ShardID: "b", Kind: step.Page, Behind: time.Hour}, false)
	g.note(step.Step{ShardID: "b", Kind: step.Throttled, AskedAt: at}, false) // tells nothing of the tip
	at = at.Add(time.Second)
	g.note(step.Step{ShardID: "b", Kind: step.Retried, AskedAt: at}, false)
	g.note(step.Step{ShardID: "c", Kind: step.Retried, AskedAt: at}, false)
	want(Glance{Shards: 4, Behind: time.Hour, Failing: 2, FailingFor: time.Second})

	came := at.Add(-time.Hour)
	records := []record.Record{{ArrivedAt: came}, {ArrivedAt: came.Add(-time.Second)}}
	g.note(step.Step{ShardID: "c", Kind: step.Page, Extent: record.ExtentOf(records), Records: records}, false)
	g.note(step.Step{ShardID: "b", Kind: step.Page, Behind: time.Hour}, true)
	g.note(step.Step{ShardID: "d", Kind: step.Failed, AskedAt: at}, false)
	at = at.Add(time.Minute)
	want(Glance{Shards: 2, Behind: time.Minute, LastAt: came})
}

// Seconds in which something was printed have no glance, and none comes after the
// end.
func TestWatchIsSilentWhileOutputFlows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told atomic.Int64
		f := &follower{Options: Options{Glance: func(Glance) { told.Add(1) }}, gauge: newGauge()}
		end := f.watch(time.Now)
		want := func(n int64) {
			t.Helper()
			synctest.Wait()
			if told := told.Load(); told != n {
				t.Errorf("after %d glances, want %d", told, n)
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
