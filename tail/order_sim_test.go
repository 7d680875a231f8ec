package tail

import (
	"testing"
	"time"

	"kinspect/internal/record"
	"kinspect/internal/sim"
)

// TestWorldsByArrival tails the worlds of TestWorlds in the order of arrival times.
func TestWorldsByArrival(t *testing.T) { sim.Worlds(t, follow(true)) }

// arrival: a window that ends is printed in the order of arrival times, but for
// the disorder of a shard's own, and what is not is counted. Where nothing can be
// told of a shard but what an empty page says of its tip, a record may arrive by so
// much earlier as it is put into the past, or is late to be seen, beyond settle.
func (c *check) arrival() {
	late, newest, own, most := int64(0), time.Time{}, c.latest(), c.surprise()
	for _, m := range c.printed {
		at := m.ApproximateArrivalTimestamp.Time
		if at.Before(newest) {
			late++
		}
		if !c.live && c.answers() && newest.Sub(own[m.SequenceNumber]) > most {
			c.t.Errorf("check arrival: %s of %s arrived %s, printed after one of %s", m.SequenceNumber, m.ShardID, at, newest)
		}
		newest = later(newest, at)
	}
	if late != c.summary.Late {
		c.t.Errorf("check late: %d counted, %d are", c.summary.Late, late)
	}
}

// latest are the latest arrival times in each shard up to each record.
func (c *check) latest() map[record.SequenceNumber]time.Time {
	latest, shards := map[record.SequenceNumber]time.Time{}, map[string]time.Time{}
	for _, told := range c.Told {
		shards[told.ShardID] = later(shards[told.ShardID], told.ArrivedAt)
		latest[told.SequenceNumber] = shards[told.ShardID]
	}
	return latest
}

const (
	lateMax = 5 * time.Second // to be seen
	settles = 10 * time.Second
)

func (c *check) surprise() (most time.Duration) {
	for _, told := range c.Told {
		most = max(most, told.PutAt.Sub(told.ArrivedAt)+lateMax-settles)
	}
	return most
}

// answers tells whether no shard fails for longer than it is waited for: a subscription
// that is granted at last may bring an event that waits on the way as well.
func (c *check) answers() bool { return c.Provable && c.Troubled() < failingMax && !c.Delays() }
