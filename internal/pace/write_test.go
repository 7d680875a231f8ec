package pace

import (
	"testing"
	"time"
)

func TestBudget(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	b := NewBudget(10)
	want := func(n float64, wait time.Duration) {
		t.Helper()
		if got := b.Wait(now, n); got != wait {
			t.Errorf("%v more: wait %v, want %v", n, got, wait)
		}
	}
	want(10, 0)
	want(1000, 0) // more than a second's worth can only ever go into debt
	b.Spend(now, 10)
	want(1, 100*time.Millisecond)
	want(10, time.Second)
	now = now.Add(500 * time.Millisecond)
	want(5, 0)
	want(6, 100*time.Millisecond)
	b.Spend(now, 100)
	want(1, 9600*time.Millisecond)
	now = now.Add(time.Hour) // what is not used is not saved up
	b.Spend(now, 10)
	want(1, 100*time.Millisecond)
}

// Whoever waits as told puts no more than the share of a shard's quota, but for
// the second's worth at the start.
func TestWritesStayInTheShare(t *testing.T) {
	for name, c := range map[string]struct{ records, bytes int }{
		"many small ones": {250, 2500}, "few large ones": {1, 300_000}, "one beyond a second's worth": {1, 10 << 20},
	} {
		w, began := NewWrites(0.5), time.Unix(1_800_000_000, 0)
		now, records, bytes := began, 0, 0
		for now.Sub(began) < time.Hour {
			now = now.Add(w.Wait(now, c.records, c.bytes))
			w.Put(now, c.records, c.bytes)
			records, bytes = records+c.records, bytes+c.bytes
		}
		seconds := now.Sub(began).Seconds() + 1
		perSecond, bytesPerSecond := float64(records-c.records)/seconds, float64(bytes-c.bytes)/seconds
		if perSecond > 500 || bytesPerSecond > 512<<10 {
			t.Errorf("%s: %.0f records and %.0f bytes a second", name, perSecond, bytesPerSecond)
		}
		if perSecond < 490 && bytesPerSecond < 0.97*(512<<10) {
			t.Errorf("%s: only %.0f records and %.0f bytes a second", name, perSecond, bytesPerSecond)
		}
	}
}
