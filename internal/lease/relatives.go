package lease

import (
	"fmt"
	"time"

	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// family are the leases of a stream's shards, by how these come of each other.
type family struct {
	shards shard.Lineage
	lookup Lookup
	err    error // the first of a lookup
}

// row is the lease that a table has under a shard's key.
func (f *family) row(id string) (Lease, bool) {
	if f.err != nil {
		return Lease{}, false
	}
	l, there, err := f.lookup(id)
	f.err = err
	return l, there && err == nil
}

// lease is a shard's own: a row of another stream's shard is none.
func (f *family) lease(id string) (Lease, bool) {
	l, there := f.row(id)
	if sh, listed := f.shards.Find(id); there && listed && foreign(sh, l) != "" {
		return Lease{}, false
	}
	return l, there
}

// foreign says by what a lease tells of its shard that it is one of another stream, whose
// shards are called alike; empty where nothing tells that.
func foreign(sh shard.Shard, l Lease) string {
	theirs, told := l.Checkpoint.Number.Parts()
	ours, known := sh.Starting.Parts()
	switch {
	case told && known && !theirs.ShardCreatedAt.Equal(ours.ShardCreatedAt):
		return fmt.Sprintf("its checkpoint %s says that its %s was created at %s, and that of this stream was at %s", l.Checkpoint, sh.ID, words(theirs.ShardCreatedAt), words(ours.ShardCreatedAt))
	case l.Range != nil && *l.Range != sh.Range:
		return fmt.Sprintf("its %s has the hash keys %s to %s, and that of this stream %s to %s", sh.ID, l.Range.Start, l.Range.End, sh.Range.Start, sh.Range.End)
	}
	return ""
}

func words(t time.Time) string { return record.Timestamp{Time: t}.Words() }

// lookedAtMax bounds how many ancestors, or descendants, of a shard are looked up.
const lookedAtMax = 32

// running is the nearest of some shards and their ancestors whose lease has not reached
// its end.
func (f *family) running(ids []string) (found relative, runs bool) {
	for i := 0; i < len(ids) && i < lookedAtMax; i++ {
		l, there := f.lease(ids[i])
		switch {
		case there && l.Checkpoint.Sentinel != ShardEnd:
			return relative{ids[i], l.Checkpoint}, true
		case !there: // its own lease may have to wait
			s, _ := f.shards.Find(ids[i])
			ids = append(ids[:len(ids):len(ids)], s.Parents()...)
		}
	}
	return relative{}, false
}

// relative is a shard before or behind the event's, and how far it is checkpointed.
type relative struct {
	id string
	at Checkpoint
}

// descendant is the nearest shard that came of one and has a lease.
func (f *family) descendant(id string) (found relative, there bool) {
	ids := childrenOf(f.shards, id)
	for i := 0; i < len(ids) && i < lookedAtMax; i++ {
		if l, there := f.lease(ids[i]); there {
			return relative{ids[i], l.Checkpoint}, true
		}
		ids = append(ids, childrenOf(f.shards, ids[i])...)
	}
	return relative{}, false
}

func childrenOf(l shard.Lineage, id string) (ids []string) {
	for _, s := range l.Children(id) {
		ids = append(ids, s.ID)
	}
	return ids
}

// waiting notes for which parent the KCL waits before it begins with a shard: it takes a
// parent without a lease for finished.
//
// https://github.com/awslabs/amazon-kinesis-client/blob/master/amazon-kinesis-client/src/main/java/software/amazon/kinesis/lifecycle/BlockOnParentShardTask.java
func (j *judge) waiting() {
	if j.own.Checkpoint.Sentinel == "" {
		return
	}
	parents := j.own.Parents
	if len(parents) == 0 {
		parents = j.shard.Parents()
	}
	for _, id := range parents {
		if l, there := j.lease(id); there && l.Checkpoint.Sentinel != ShardEnd {
			j.notes = append(j.notes, j.blocked(id, l.Checkpoint))
			return
		}
	}
	if j.own.Checkpoint.Sentinel == TrimHorizon {
		j.notes = append(j.notes, mayStay)
	}
}
