package stream

import (
	"context"
	"time"
)

// limit is when a context ends by the client's own clock.
type limit struct {
	at  time.Time
	end context.CancelFunc
}

type limitKey struct{}

// Within returns a context that ends when d has passed, by the machine's clock or
// by one that jumps over our waits: then at the wait that reaches it. Zero is no
// limit.
func (c *Client) Within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d == 0 {
		return context.WithCancel(ctx)
	}
	bounded, end := context.WithTimeout(ctx, d)
	return context.WithValue(bounded, limitKey{}, limit{c.time.Now().Add(d), end}), end
}

// Wait sleeps, or returns the context's error when that ends first.
func (c *Client) Wait(ctx context.Context, d time.Duration) error {
	bound, limited := ctx.Value(limitKey{}).(limit)
	if !limited {
		return c.time.Sleep(ctx, d)
	}
	left := max(0, bound.at.Sub(c.time.Now()))
	if d < left {
		return c.time.Sleep(ctx, d)
	}
	if err := c.time.Sleep(ctx, left); err != nil {
		return err
	}
	bound.end()
	return ctx.Err()
}
