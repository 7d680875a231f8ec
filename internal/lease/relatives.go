package lease

import "kinspect/internal/shard"

// lookedAtMax bounds how many ancestors, or descendants, of a shard are looked up.
const lookedAtMax = 32

// running is the nearest of some shards and their ancestors whose lease has not reached
// its end.
func (j *judge) running(ids []string) (found relative, runs bool) {
	for i := 0; i < len(ids) && i < lookedAtMax; i++ {
		l, there := j.lease(ids[i])
		switch {
		case there && l.Checkpoint.Sentinel != ShardEnd:
			return relative{ids[i], l.Checkpoint}, true
		case !there: // its own lease may have to wait
			s, _ := j.shards.Find(ids[i])
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

// descendant is the nearest shard that came of the event's and has a lease.
func (j *judge) descendant() (found relative, there bool) {
	ids := childrenOf(j.shards, j.ShardID)
	for i := 0; i < len(ids) && i < lookedAtMax; i++ {
		if l, there := j.lease(ids[i]); there {
			return relative{ids[i], l.Checkpoint}, true
		}
		ids = append(ids, childrenOf(j.shards, ids[i])...)
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
