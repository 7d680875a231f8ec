package reader

import (
	"sync"
	"time"

	"kinspect/internal/pace"
)

// A shard allows a consumer one call a second to subscribe, and none for 5 s after one
// that succeeded; later ones take over from a subscription that is still open.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html
const (
	subscribeEvery = time.Second
	subscribeAgain = 5 * time.Second
	// subscribeMargin keeps us clear of either, whose clock is not ours.
	subscribeMargin = 200 * time.Millisecond
)

// turn is when a consumer may subscribe to a shard, whichever Read it is in.
type turn struct {
	mu   sync.Mutex
	next time.Time
}

func (r *Reader) turnOf(consumer, shardID string) *turn {
	t, _ := r.turns.LoadOrStore([2]string{consumer, shardID}, new(turn))
	return t.(*turn)
}

// wait returns how long to wait, from now.
func (t *turn) wait(now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return max(0, t.next.Sub(now))
}

// subscribed books a call that succeeded.
func (t *turn) subscribed(now time.Time) { t.after(now.Add(subscribeAgain + subscribeMargin)) }

// failed books the nth failure in a row.
func (t *turn) failed(now time.Time, failures int) {
	t.after(now.Add(max(pace.Backoff(failures), subscribeEvery+subscribeMargin)))
}

func (t *turn) after(next time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if next.After(t.next) {
		t.next = next
	}
}
