package stream

import (
	"errors"
	"sync/atomic"
)

// Cost is what a client has asked of the endpoint so far.
type Cost struct {
	// Calls counts every attempt, whatever came of it.
	Calls int64
	// Throttled counts those that were refused for coming too fast, mostly since
	// others share the quota.
	Throttled int64
	// Bytes is data and partition keys as GetRecords gave them.
	Bytes int64
}

// cost counts; it is safe for concurrent use.
type cost struct{ calls, throttled, bytes atomic.Int64 }

// call counts one, by how it ended.
func (c *cost) call(err error) {
	c.calls.Add(1)
	var failed *Error
	if errors.As(err, &failed) && failed.Problem == Throttled {
		c.throttled.Add(1)
	}
}

// Cost returns what the calls came to.
func (c *Client) Cost() Cost {
	return Cost{Calls: c.cost.calls.Load(), Throttled: c.cost.throttled.Load(), Bytes: c.cost.bytes.Load()}
}
