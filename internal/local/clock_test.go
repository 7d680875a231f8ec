package local

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestJumpClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // real time stands still in here
		c := NewJumpClock(noon)
		since := func() time.Duration { return c.Now().Sub(noon) }
		if since() != 0 {
			t.Errorf("begins %v after its base", since())
		}
		time.Sleep(time.Second)
		if since() != time.Second {
			t.Errorf("a second later shows %v", since())
		}
		begun := time.Now()
		if err := c.Sleep(t.Context(), time.Hour); err != nil || since() != time.Hour+time.Second || time.Since(begun) != 0 {
			t.Errorf("sleeping an hour: %v, clock at %v, took %v", err, since(), time.Since(begun))
		}
		if c.Sleep(t.Context(), -time.Hour); since() != time.Hour+time.Second {
			t.Errorf("went back to %v", since())
		}
		time.Sleep(time.Second)
		if since() != time.Hour+2*time.Second {
			t.Errorf("does not run on: %v", since())
		}
	})
}

func TestJumpClockReachesATargetOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewJumpClock(noon)
		target := c.Now().Add(time.Minute)
		c.moveTo(target)
		c.moveTo(target)
		if got := c.Now(); !got.Equal(target) {
			t.Errorf("at %v, want %v", got, target)
		}
	})
}

func TestJumpClockDoesNotJumpWhenCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		c := NewJumpClock(noon)
		if err := c.Sleep(ctx, time.Hour); err != context.Canceled || !c.Now().Equal(noon) {
			t.Errorf("%v, clock at %v", err, c.Now())
		}
	})
}
