package local

import (
	"fmt"
	"sort"
	"time"
)

// shard is one shard with the records it still holds.
type shard struct {
	id       string
	index    int    // its place in the stream
	number   uint32 // as its sequence numbers name it
	hashes   hashRange
	parents  []*shard // none, one after a split, two after a merge
	children []*shard
	starting string // its StartingSequenceNumber
	ending   string // its EndingSequenceNumber; empty while it is open

	// The seconds that its sequence numbers name as its beginning and end: AWS
	// filters shards by these, not by when it really opened and closed them.
	createdSecond int64
	closedSecond  int64

	opensAt  time.Time // from then on it takes writes
	closed   bool      // it has an EndingSequenceNumber
	closedAt time.Time // from then on it takes no writes
	dropped  bool      // it expired once: no longer retention brings it back
	newest   string    // the newest sequence number given, even if trimmed since
	trimmed  string    // the newest sequence number trimmed; empty: none
	records  []storedRecord
	spent    spent // of its quotas
}

// storedRecord is one Kinesis record. It never changes, so that an answer can be
// written from it without the server's lock.
type storedRecord struct {
	sequence   string
	key        string // empty if it has none, as a capture's may
	data       []byte
	arrived    int64 // milliseconds since 1970
	latest     int64 // the latest arrival in the shard up to here; never falls
	readable   int64 // from when on it can be read, in milliseconds since 1970; never falls
	encryption string
}

func shardID(index int) string { return fmt.Sprintf("shardId-%012d", index) }

// addShard opens a shard; its sequence numbers will name the second created.
func (t *stream) addShard(hashes hashRange, created int64, parents ...*shard) *shard {
	index := len(t.shards)
	d := &shard{
		id:            shardID(index),
		index:         index,
		number:        uint32(index),
		hashes:        hashes,
		parents:       parents,
		createdSecond: created,
		starting:      sequence{created: created, at: created, shard: uint32(index)}.String(),
	}
	d.newest = d.starting
	for _, p := range parents {
		p.children = append(p.children, d)
	}
	t.shards = append(t.shards, d)
	return d
}

// next is the sequence number of a record that arrives now.
func (t *stream) next(d *shard, now time.Time) string {
	t.counter++
	return sequence{created: d.createdSecond, counter: t.counter, at: now.Unix(), shard: d.number}.String()
}

// expired says whether a closed shard can hold nothing any more.
func (d *shard) expired(horizon time.Time) bool {
	return d.dropped || d.closed && d.closedAt.Before(horizon)
}

// openAt says whether the shard was open at a time, as its sequence numbers
// tell it.
func (d *shard) openAt(t time.Time) bool {
	return d.createdSecond <= t.Unix() && !d.closedBefore(t)
}

func (d *shard) closedBefore(t time.Time) bool {
	return d.closed && d.closedSecond < t.Unix()
}

// add appends a record whose sequence number is above all others.
func (d *shard) add(r storedRecord) {
	r.latest = r.arrived
	if n := len(d.records); n > 0 {
		r.latest = max(r.latest, d.records[n-1].latest)
		r.readable = max(r.readable, d.records[n-1].readable)
	}
	d.records = append(d.records, r)
	d.newest = r.sequence
}

// trim lets go of the records at the front that arrived before the horizon, and
// of the shard if it has expired.
// The rest moves once half is gone, so that each record moves once at most for
// each one trimmed.
func (d *shard) trim(horizon time.Time) {
	d.dropped = d.expired(horizon)
	oldest := horizon.UnixMilli()
	n := 0
	for n < len(d.records) && d.records[n].arrived < oldest {
		n++
	}
	if n > 0 {
		d.trimmed = d.records[n-1].sequence
	}
	d.records = d.records[n:]
	if n > len(d.records) {
		d.records = append([]storedRecord(nil), d.records...)
	}
}

// place is a position in a shard: at a sequence number, or just after it.
type place struct {
	sequence string
	after    bool
}

// from are the records at and after a place.
func (d *shard) from(p place) []storedRecord {
	i := sort.Search(len(d.records), func(i int) bool {
		order := compareSequences(d.records[i].sequence, p.sequence)
		return order > 0 || order == 0 && !p.after
	})
	return d.records[i:]
}

// readableBy are the first records, up to one that cannot be read yet.
func readableBy(records []storedRecord, now time.Time) []storedRecord {
	return records[:sort.Search(len(records), func(i int) bool { return records[i].readable > now.UnixMilli() })]
}

// placeAt is the place of the first record that arrived at a time or later. The
// first arrival to reach t is the first maximum to reach it, and those never
// fall, so it can be searched for although arrivals may be out of order.
func (d *shard) placeAt(t epoch) place {
	i := sort.Search(len(d.records), func(i int) bool { return d.records[i].latest >= int64(t) })
	if i == len(d.records) {
		return d.tip()
	}
	return place{sequence: d.records[i].sequence}
}

// tip is the place after the newest record.
func (d *shard) tip() place { return place{d.newest, true} }

// start is the place of the oldest record.
func (d *shard) start() place { return place{d.starting, false} }
