package local

import "time"

// AWS schedules a reshard: the parents get an EndingSequenceNumber at once, but
// take writes until the second that it names has passed, and the children after
// it. Where nothing is scheduled the children take over at once; their sequence
// numbers name the second after the parents' closing all the same, so the
// records of a child's first second can be older than that.

// takeover is when the children of a reshard take over.
type takeover struct {
	second int64     // the parents' last, as sequence numbers name it
	at     time.Time // from when on the children take the writes
}

// takeOver is a takeover in the second of a time. It is at once if that time has
// come and the parents take writes already.
func takeOver(at, now time.Time, parents ...*shard) takeover {
	second, scheduled := at.Unix(), at.After(now)
	for _, p := range parents {
		second = max(second, p.createdSecond)
		scheduled = scheduled || p.opensAt.After(now)
	}
	if scheduled {
		return takeover{second, time.Unix(second+1, 0).UTC()}
	}
	return takeover{second, now}
}

// takeOver is the takeover of a reshard that is asked for now.
func (s *Server) takeOver(now time.Time, parents ...*shard) takeover {
	return takeOver(now.Add(s.cutOver), now, parents...)
}

// close ends the shard.
func (d *shard) close(over takeover) {
	d.closed, d.closedAt, d.closedSecond = true, over.at, over.second
	d.ending = sequence{created: d.createdSecond, counter: closingCounter, at: over.second, shard: d.number}.String()
}

// succeed opens a shard in place of its parents, which it closes.
func (t *stream) succeed(hashes hashRange, over takeover, parents ...*shard) *shard {
	for _, p := range parents {
		p.close(over)
	}
	d := t.addShard(hashes, over.second+1, parents...)
	d.opensAt = over.at
	return d
}

// ended says whether the shard takes no writes any more.
func (d *shard) ended(now time.Time) bool { return d.closed && !now.Before(d.closedAt) }

// takes says whether the shard takes writes.
func (d *shard) takes(now time.Time) bool { return !now.Before(d.opensAt) && !d.ended(now) }
