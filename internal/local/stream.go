package local

import (
	"strconv"
	"strings"
	"time"
)

// Limits of a stream, and of the shards of all streams. Source:
// https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
const (
	retentionHoursMin = 24
	retentionHoursMax = 8760
	recordSizeKiBMin  = 1024
	recordSizeKiBMax  = 10240
	shardsPerAccount  = 20000
	onDemandShards    = 4 // that a new on-demand stream opens with
)

// stream is one stream with all it holds.
type stream struct {
	name      string
	created   time.Time
	mode      string // PROVISIONED or ON_DEMAND
	auto      bool   // it distributes records by itself: no key is needed, and none chooses a shard
	retention int    // hours
	recordKiB int    // the most that data and partition key of a record may take

	busy      string    // CREATING, UPDATING or DELETING
	busyUntil time.Time // from then on the stream is ACTIVE, or gone

	shards  []*shard // by index
	counter uint64   // of the newest sequence number
	spread  uint64   // of the records that it distributed by itself

	scalings []time.Time // the UpdateShardCounts of the last day

	consumers     []*consumer // by name; some may be gone
	consumerCalls consumerCalls

	captured bool // the stream was restored from a capture
}

// The modes of a stream.
const (
	provisioned = "PROVISIONED"
	onDemand    = "ON_DEMAND"
)

// How a stream distributes records.
const (
	autoDistribution = "AUTO"
	keyDistribution  = "USER_PARTITION_KEY"
)

// Stream states.
const (
	active   = "ACTIVE"
	creating = "CREATING"
	updating = "UPDATING"
	deleting = "DELETING"
)

func (t *stream) status(now time.Time) string {
	if now.Before(t.busyUntil) {
		return t.busy
	}
	return active
}

func (t *stream) gone(now time.Time) bool {
	return t.busy == deleting && !now.Before(t.busyUntil)
}

// change puts the stream into a passing state.
func (s *Server) change(t *stream, state string, now time.Time) {
	t.busy, t.busyUntil = state, now.Add(s.transition)
}

// horizon is the time before which the stream keeps nothing.
func (t *stream) horizon(now time.Time) time.Time {
	return now.Add(-time.Duration(t.retention) * time.Hour)
}

// trimHorizon is the time from which the stream can hold records.
func (t *stream) trimHorizon(now time.Time) time.Time {
	if h := t.horizon(now); h.After(t.created) {
		return h
	}
	return t.created
}

// open are the shards that have no end yet.
func (t *stream) open() []*shard {
	var open []*shard
	for _, d := range t.shards {
		if !d.closed {
			open = append(open, d)
		}
	}
	return open
}

// listed are the shards that can still be seen: the open ones, and the closed
// ones that can still hold records.
func (t *stream) listed(now time.Time) []*shard {
	var listed []*shard
	for _, d := range t.shards {
		if !d.expired(t.horizon(now)) {
			listed = append(listed, d)
		}
	}
	return listed
}

// shard finds a shard by its id, in any spelling that names its number, as AWS
// does; nil if the stream has none such.
func (t *stream) shard(id string, now time.Time) *shard {
	for _, d := range t.listed(now) {
		if d.id == id {
			return d
		}
	}
	_, digits, _ := strings.Cut(id, "-")
	index, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || index >= uint64(len(t.shards)) || t.shards[index].id != shardID(int(index)) {
		return nil
	}
	if d := t.shards[index]; !d.expired(t.horizon(now)) {
		return d
	}
	return nil
}

// trim lets go of what retention has overtaken. It runs before anything that
// shows records, and before retention changes: what is gone stays gone.
func (t *stream) trim(now time.Time) {
	for _, d := range t.shards {
		d.trim(t.horizon(now))
	}
}
