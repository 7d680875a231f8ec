package pace

import (
	"fmt"
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
		share Share
		bytes int64
		idle  bool
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
		{"idle", 1, 0, true, 3 * second / 4},
		{"idle, of a small share", 0.1, 0, true, 2 * second},
		{"off", Off, 0, false, 0},
		{"off, a full page", Off, 10 * mib, false, 0},
		{"off, idle", Off, 0, true, 3 * second / 4},
		{"next to nothing", 1e-15, 10 * mib, false, 24 * time.Hour},
	}
	for _, c := range cases {
		s := NewShard(c.share)
		s.Read(start, start, c.bytes, c.idle)
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
	s.Read(start, start.Add(50*ms), 0, false)
	for _, c := range []struct{ after, want time.Duration }{
		{0, 400 * ms}, {100 * ms, 300 * ms}, {399 * ms, ms}, {400 * ms, 0}, {time.Hour, 0}, {-100 * ms, 500 * ms},
	} {
		if got := s.Wait(start.Add(c.after)); got != c.want {
			t.Errorf("after %s: wait %s, want %s", c.after, got, c.want)
		}
	}
}

// What the shard refuses after a full page counts from its answer, which may
// have taken a while.
func TestFullPageCountsFromTheAnswer(t *testing.T) {
	for _, c := range []struct {
		share       Share
		taken, want time.Duration
	}{{1, 0, 5 * second}, {1, 3 * second, 8 * second}, {0.5, 3 * second, 10 * second}, {0.5, 7 * second, 12 * second}} {
		s := NewShard(c.share)
		s.Read(start, start.Add(c.taken), 10*mib, false)
		if got := s.Wait(start); got != c.want {
			t.Errorf("share %v, answered after %s: wait %s, want %s", c.share, c.taken, got, c.want)
		}
	}
}

// A throttle halves the rate, and the next second is left out; each read served
// wins a step back.
func TestThrottles(t *testing.T) {
	s := NewShard(0.6)
	for i, want := range []time.Duration{second, 4 * second / 3, 8 * second / 3, 16 * second / 3, 10 * second, 10 * second} {
		s.Throttled(start)
		wantAbout(t, s, want, fmt.Sprint("throttle ", i+1))
	}
	for i, rate := range []float64{0.1, 0.15, 0.2, 0.25} {
		s.Read(start, start, 0, false)
		wantAbout(t, s, time.Duration(1/rate*float64(second)), fmt.Sprint("page ", i+1))
	}
	for range 100 {
		s.Read(start, start, 0, false)
	}
	wantAbout(t, s, second/3, "in the end")
}

// wantAbout fails unless the wait is as long, or longer by a tenth at the most.
func wantAbout(t *testing.T, s *Shard, want time.Duration, when string) {
	t.Helper()
	if got := s.Wait(start); got < want-time.Microsecond || got > want*11/10 {
		t.Errorf("%s: wait %s, want %s", when, got, want)
	}
}

// No two waits are the same, and none is shorter than the share allows.
func TestWaitsAreScattered(t *testing.T) {
	s, seen, sum := NewShard(1), map[time.Duration]bool{}, time.Duration(0)
	for range 1000 {
		s.Read(start, start, 0, false)
		wantAbout(t, s, 200*ms, "any page")
		seen[s.Wait(start)] = true
		sum += s.Wait(start)
	}
	if mean := sum / 1000; len(seen) < 1000 || mean < 209*ms || mean > 211*ms {
		t.Errorf("%d different waits, %s on average", len(seen), mean)
	}
}

// After a throttle the share of bytes is as small as that of reads, and pages win
// it back by their bytes.
func TestThrottlesHoldBytesBack(t *testing.T) {
	s := NewShard(0.5)
	s.Throttled(start)
	for i, want := range []time.Duration{20 * second, 10 * second} {
		s.Read(start, start, 10*mib, false)
		wantAbout(t, s, want, fmt.Sprint("page ", i+1))
	}
}

// The smallest shares are not made larger by a throttle; none is slowed where
// the pacing is off.
func TestThrottlesOfExtremeShares(t *testing.T) {
	for share, want := range map[Share]time.Duration{0.01: 20 * second, Off: 200 * ms} {
		s := NewShard(share)
		for range 9 {
			s.Throttled(start)
		}
		wantAbout(t, s, want, fmt.Sprint("share ", share))
	}
}

func TestFailures(t *testing.T) {
	for failures, want := range map[int]time.Duration{
		1: 250 * ms, 2: 500 * ms, 3: second, 4: 2 * second, 5: 4 * second, 6: 8 * second, 7: 16 * second,
		8: 20 * second, 9: 20 * second, 1000: 20 * second,
	} {
		if got := Backoff(failures); got != want {
			t.Errorf("failure %d: %s, want %s", failures, got, want)
		}
		for share, least := range map[Share]time.Duration{1: 200 * ms, 0.4: 500 * ms, 0.1: 2 * second, Off: 0} {
			s := NewShard(share)
			s.Failed(start, failures)
			if got := s.Wait(start); got != max(want, least) {
				t.Errorf("failure %d, share %v: wait %s, want %s", failures, share, got, max(want, least))
			}
		}
	}
}

func TestIdle(t *testing.T) {
	for behind, want := range map[time.Duration]bool{
		0: true, second: true, 10 * second: true, 11 * second: false, 8760 * time.Hour: false,
	} {
		if Idle(behind) != want {
			t.Errorf("%s behind: idle is %v", behind, !want)
		}
	}
}
