package stream

import (
	"net/http"
	"sync"
	"time"
)

// Clock is the server's time as the Date of its first answer gave it, kept from
// then on by our monotonic clock. A Date has whole seconds and took a way, so
// the time is known between two bounds, a second and a round trip apart.
//
// Our monotonic clock stands still while the machine sleeps. So a later Date that
// is ahead of the bounds sets them anew; none ever sets the time back.
type Clock struct {
	ours     Time
	mu       sync.Mutex
	known    bool
	silent   bool // an answer came without a Date
	atLeast  time.Time
	atMost   time.Time
	observed time.Time
}

// sleepMin is how far ahead of the bounds a Date must be to set them anew: more
// than the clocks of one endpoint's machines differ by.
const sleepMin = 5 * time.Second

// observe takes the Date of an answer to a call that was sent at the instant.
func (c *Clock) observe(date string, sent time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	received := c.ours.Now()
	at, err := http.ParseTime(date)
	if err != nil {
		c.silent = true
		return
	}
	if c.known && at.Before(c.atMost.Add(received.Sub(c.observed)+sleepMin)) {
		return
	}
	c.known, c.observed = true, received
	c.atLeast = at
	c.atMost = at.Add(time.Second + received.Sub(sent))
}

// Now returns the server's time at the least: what is asked for after Now was
// past an instant was asked for after that instant.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.known {
		return c.ours.Now()
	}
	return c.atLeast.Add(c.ours.Now().Sub(c.observed))
}

// NowAtMost returns the server's time at the most: what arrived before the call
// arrived before it.
func (c *Clock) NowAtMost() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.known {
		return c.ours.Now()
	}
	return c.atMost.Add(c.ours.Now().Sub(c.observed))
}

// Skew returns how far our wall clock is ahead of the server's, beyond what the
// bounds leave open; negative when it is behind. ok is false when the endpoint
// sends no Date, so that our own clock had to do.
func (c *Clock) Skew() (skew time.Duration, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.known {
		return 0, !c.silent
	}
	wall := c.observed.Round(0) // without the monotonic reading
	switch {
	case wall.After(c.atMost):
		return wall.Sub(c.atMost), true
	case wall.Before(c.atLeast):
		return wall.Sub(c.atLeast), true
	}
	return 0, true
}
