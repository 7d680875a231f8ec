package stream

import (
	"context"
	"net/http"
	"testing"
	"time"
)

// settable is a machine's clock that tests set.
type settable struct{ now time.Time }

func (s *settable) Now() time.Time { return s.now }

func (s *settable) Sleep(_ context.Context, d time.Duration) error {
	s.now = s.now.Add(d)
	return nil
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// clocked is a clock that learned the Date from an answer that took a while.
func clocked(ours *settable, date string, took time.Duration) *Clock {
	c := &Clock{ours: ours}
	sent := ours.now
	ours.now = ours.now.Add(took)
	c.observe(date, sent)
	return c
}

func dateOf(t time.Time) string { return t.UTC().Format(http.TimeFormat) }

// The Date of an answer is when the server wrote it: since then up to a round
// trip has passed, and up to a second that it does not tell.
func TestClockBounds(t *testing.T) {
	for _, ahead := range []time.Duration{0, 5 * time.Minute, -5 * time.Minute} {
		ours := &settable{noon.Add(ahead)}
		c := clocked(ours, dateOf(noon), 300*time.Millisecond)
		if got := c.Now(); !got.Equal(noon) {
			t.Errorf("%s ahead: at least %s", ahead, got)
		}
		if got := c.NowAtMost(); !got.Equal(noon.Add(1300 * time.Millisecond)) {
			t.Errorf("%s ahead: at most %s", ahead, got)
		}
		ours.now = ours.now.Add(time.Hour)
		if got := c.Now(); !got.Equal(noon.Add(time.Hour)) {
			t.Errorf("%s ahead, an hour later: at least %s", ahead, got)
		}
		if got := c.NowAtMost(); !got.Equal(noon.Add(time.Hour + 1300*time.Millisecond)) {
			t.Errorf("%s ahead, an hour later: at most %s", ahead, got)
		}
	}
}

// Later Dates change nothing while they agree with our monotonic clock; if it
// stood still, they set the time anew; they never set it back.
func TestClockAndLaterDates(t *testing.T) {
	cases := []struct {
		name        string
		date        time.Time // of the second answer, an hour later by our clock
		now, atMost time.Duration
	}{
		{"agrees", noon.Add(time.Hour), time.Hour, time.Hour + 1300*time.Millisecond},
		{"another machine's, some seconds ahead", noon.Add(time.Hour + 6*time.Second), time.Hour, time.Hour + 1300*time.Millisecond},
		{"behind", noon, time.Hour, time.Hour + 1300*time.Millisecond},
		{"far behind", noon.Add(-24 * time.Hour), time.Hour, time.Hour + 1300*time.Millisecond},
		{"we slept for a day", noon.Add(25 * time.Hour), 25 * time.Hour, 25*time.Hour + 1200*time.Millisecond},
	}
	for _, c := range cases {
		ours := &settable{noon}
		clock := clocked(ours, dateOf(noon), 300*time.Millisecond)
		ours.now = ours.now.Add(time.Hour - 200*time.Millisecond)
		sent := ours.now
		ours.now = ours.now.Add(200 * time.Millisecond)
		clock.observe(dateOf(c.date), sent)
		if got := clock.Now(); !got.Equal(noon.Add(c.now)) {
			t.Errorf("%s: at least %s", c.name, got)
		}
		if got := clock.NowAtMost(); !got.Equal(noon.Add(c.atMost)) {
			t.Errorf("%s: at most %s", c.name, got)
		}
	}
}

func TestClockWithoutDates(t *testing.T) {
	ours := &settable{noon}
	c := &Clock{ours: ours}
	if _, ok := c.Skew(); !ok {
		t.Error("silent before the first answer")
	}
	c.observe("", noon)
	c.observe("yesterday", noon)
	if _, ok := c.Skew(); ok {
		t.Error("an endpoint without Dates is not said")
	}
	if !c.Now().Equal(noon) || !c.NowAtMost().Equal(noon) {
		t.Errorf("%s to %s, want our own time", c.Now(), c.NowAtMost())
	}
	c.observe(dateOf(noon.Add(time.Hour)), noon)
	if _, ok := c.Skew(); !ok || !c.Now().Equal(noon.Add(time.Hour)) {
		t.Error("a Date that came later is not taken")
	}
}

// A proxy that refuses a call has a clock of its own; the time is that of Kinesis,
// which refuses with an ID.
func TestClockOfAProxy(t *testing.T) {
	for _, c := range []struct {
		status int
		id     string
		known  bool
	}{{503, "", false}, {403, "", false}, {503, "7", true}, {400, "7", true}, {200, "", true}} {
		header := http.Header{"Date": {dateOf(noon.Add(time.Hour))}}
		if c.id != "" {
			header.Set("x-amzn-RequestId", c.id)
		}
		clock := &Clock{ours: &settable{noon}}
		request, err := http.NewRequest(http.MethodPost, "http://localhost", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := (clockedClient{answer(c.status, header, ""), clock}).Do(request); err != nil {
			t.Fatal(err)
		}
		if known := clock.Now().After(noon); known != c.known {
			t.Errorf("%d with ID %q: the time is %s", c.status, c.id, clock.Now())
		}
	}
}

func TestSkew(t *testing.T) {
	for _, c := range []struct{ ahead, took, want time.Duration }{
		{0, 0, 0},
		{time.Second, 0, 0}, // within what a Date leaves open
		{2 * time.Second, 0, time.Second},
		{-time.Second, 0, -time.Second},
		{-time.Second, time.Second, 0}, // the call took so long
		{5 * time.Minute, 0, 5*time.Minute - time.Second},
		{-5 * time.Minute, 0, -5 * time.Minute},
	} {
		skew, ok := clocked(&settable{noon.Add(c.ahead)}, dateOf(noon), c.took).Skew()
		if !ok || skew != c.want {
			t.Errorf("%s ahead, answered in %s: skew %s, want %s", c.ahead, c.took, skew, c.want)
		}
	}
}
