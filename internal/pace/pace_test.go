package pace

import (
	"testing"
	"time"
)

const (
	ms     = time.Millisecond
	second = time.Second
	mib    = 1 << 20
)

// start is any instant.
var start = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func TestWaitAfterAPage(t *testing.T) {
	cases := []struct {
		name  string
		share float64
		bytes int64
		atTip bool
		want  time.Duration
	}{
		{"the whole quota", 1, 0, false, 200 * ms},
		{"half of it", 0.5, 0, false, 400 * ms},
		{"a fifth", 0.2, 0, false, second},
		{"bytes within the reads' wait", 0.5, mib / 4, false, 400 * ms},
		{"bytes beyond it", 0.5, mib, false, second},
		{"all bytes of a second", 1, 2 * mib, false, second},
		{"a full page of the whole quota", 1, 9 * mib, false, 5 * second},
		{"just less", 1, 9*mib - mib/2, false, 4250 * ms},
		{"a full page of a small share", 0.5, 9 * mib, false, 9 * second},
		{"at the tip", 1, 0, true, second},
		{"at the tip, of a small share", 0.1, 0, true, 2 * second},
	}
	for _, c := range cases {
		s := NewShard(c.share)
		s.Read(start, c.bytes, c.atTip)
		if got := s.Wait(start); got != c.want {
			t.Errorf("%s: wait %s, want %s", c.name, got, c.want)
		}
	}
}

// The wait counts from when a page was asked for, and is over once it is over.
func TestWaitCountsFromTheAsking(t *testing.T) {
	s := NewShard(0.5)
	if got := s.Wait(start); got != 0 {
		t.Errorf("first read: wait %s", got)
	}
	s.Read(start, 0, false)
	for _, c := range []struct{ after, want time.Duration }{
		{0, 400 * ms}, {100 * ms, 300 * ms}, {399 * ms, ms}, {400 * ms, 0}, {time.Hour, 0}, {-100 * ms, 500 * ms},
	} {
		if got := s.Wait(start.Add(c.after)); got != c.want {
			t.Errorf("after %s: wait %s, want %s", c.after, got, c.want)
		}
	}
}

// A throttle halves the pace, a second at the least; pages win it back by tenths.
func TestThrottles(t *testing.T) {
	s := NewShard(1)
	for i, want := range []time.Duration{second, second, 1600 * ms, 3200 * ms, 6400 * ms, 6400 * ms, 6400 * ms} {
		s.Throttled(start)
		if got := s.Wait(start); got != want {
			t.Errorf("throttle %d: wait %s, want %s", i+1, got, want)
		}
	}
	for i, want := range []time.Duration{5760 * ms, 5184 * ms, 4665600 * time.Microsecond} {
		s.Read(start, 0, false)
		if got := s.Wait(start); (got - want).Abs() > time.Microsecond {
			t.Errorf("page %d: wait %s, want %s", i+1, got, want)
		}
	}
	for range 100 {
		s.Read(start, 0, false)
	}
	if got := s.Wait(start); got != 200*ms {
		t.Errorf("in the end: wait %s, want 200ms", got)
	}
}

func TestBackoff(t *testing.T) {
	for failures, want := range map[int]time.Duration{
		1: 250 * ms, 2: 500 * ms, 3: second, 4: 2 * second, 5: 4 * second, 6: 8 * second, 7: 16 * second,
		8: 20 * second, 9: 20 * second, 1000: 20 * second,
	} {
		if got := Backoff(failures); got != want {
			t.Errorf("failure %d: %s, want %s", failures, got, want)
		}
		s := NewShard(1)
		s.Failed(start, failures)
		if got := s.Wait(start); got != want {
			t.Errorf("failure %d: wait %s, want %s", failures, got, want)
		}
	}
}

// Over an hour of pages that come back at once, no share of reads or bytes is
// exceeded.
func TestShareIsKept(t *testing.T) {
	for _, c := range []struct {
		share float64
		bytes int64
	}{{1, 100}, {0.6, 100}, {0.4, 100}, {1, mib}, {0.6, 10 * mib}, {0.4, 3 * mib}} {
		s := NewShard(c.share)
		now, reads, bytes := start, 0.0, int64(0)
		for now.Before(start.Add(time.Hour)) {
			s.Read(now, c.bytes, false)
			reads, bytes = reads+1, bytes+c.bytes
			now = now.Add(s.Wait(now))
		}
		if most := 3600*5*c.share + 1; reads > most {
			t.Errorf("share %v, pages of %d: %v reads, at most %v", c.share, c.bytes, reads, most)
		}
		if most := 3600*2*mib*c.share + float64(c.bytes); float64(bytes) > most {
			t.Errorf("share %v, pages of %d: %d bytes, at most %v", c.share, c.bytes, bytes, most)
		}
		if least := min(3600*5*c.share, 3600*2*mib*c.share/float64(c.bytes)); reads < 0.99*least {
			t.Errorf("share %v, pages of %d: only %v reads of %v", c.share, c.bytes, reads, least)
		}
	}
}
