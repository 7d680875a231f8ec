package local

import (
	"context"
	"sync"
	"time"
)

// Clock tells the endpoint's time: what stands in Date headers, arrival times
// and sequence numbers, and what iterators, tokens and retention expire by.
type Clock interface{ Now() time.Time }

// SystemClock is the real clock.
func SystemClock() Clock { return systemClock{} }

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

// JumpClock is a clock that jumps over waits, so that a client's pacing and
// settling cost no real time. It is safe for concurrent use.
type JumpClock struct {
	base    time.Time
	started time.Time

	mu     sync.Mutex
	jumped time.Duration
	next   chan struct{} // closed at the next jump
}

// NewJumpClock returns a clock that shows base now and runs on from there.
func NewJumpClock(base time.Time) *JumpClock {
	return &JumpClock{base: base.Round(0), started: time.Now(), next: make(chan struct{})}
}

// Now is the base time plus the real time since, plus all jumps.
func (c *JumpClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

// now reads the clock with the lock held.
func (c *JumpClock) now() time.Time {
	return c.base.Add(time.Since(c.started) + c.jumped)
}

// Sleep moves the clock forward by d and returns at once, or with the context's
// error if that is done. A sleeper whose target another sleeper has reached
// already does not move the clock again.
func (c *JumpClock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.moveTo(c.Now().Add(d))
	return nil
}

func (c *JumpClock) moveTo(target time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if jump := target.Sub(c.now()); jump > 0 {
		c.jumped += jump
		close(c.next)
		c.next = make(chan struct{})
	}
}

// Jumped is closed at the next jump, for who waits by a timer.
func (c *JumpClock) Jumped() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.next
}
