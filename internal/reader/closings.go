package reader

import (
	"context"
	"sync"
	"time"
)

// closingsEvery is how often we list the shards to see which were closed, where nothing
// else tells: not all endpoints push a shard's end.
const closingsEvery = 10 * time.Second

// watchClosings lists the shards again and again, until the returned function is called,
// where they are pushed and no end is wanted at which they would be polled.
func (c *crew) watchClosings(ctx context.Context) (end func()) {
	if len(c.consumers) == 0 || !c.plan.ListAfter.IsZero() {
		return func() {}
	}
	watching, stop := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() {
		for c.client.Wait(watching, closingsEvery) == nil {
			if lineage, err := c.listings.get(watching); err == nil {
				c.watched.Store(&lineage)
			}
		}
	})
	return func() {
		stop()
		watch.Wait()
	}
}

// seenClosed tells whether the last such listing closes a shard.
func (r *Reader) seenClosed(id string) bool {
	lineage := r.watched.Load()
	return lineage != nil && r.closedBy(*lineage, id)
}
