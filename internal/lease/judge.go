package lease

import (
	"kinspect/internal/audience"
	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// Event is a user record that somebody asks after.
type Event struct {
	ShardID string
	Number  record.SequenceNumber
	// Sub is its place in an aggregate; nil where it is in none.
	Sub *int
	// Undeliverable is why the KCL gives it to no application; empty where it does, or
	// where nobody can tell.
	Undeliverable string
}

// place is the least checkpoint that has passed it.
func (e Event) place() Checkpoint {
	c := Checkpoint{Number: e.Number}
	if e.Sub != nil {
		c.Sub = int64(*e.Sub)
	}
	return c
}

// Lookup tells a shard's lease, and whether there is one.
type Lookup func(shardID string) (l Lease, there bool, err error)

// Judge says where an application is against an event, by its leases and a listing of
// the stream's shards. It fails only where a lookup does.
func Judge(e Event, shards shard.Lineage, keys Keys, lookup Lookup) (audience.Position, error) {
	j := judge{Event: e, family: family{shards: shards, lookup: lookup}, keys: keys}
	j.shard, j.listed = shards.Find(e.ShardID)
	j.own, j.there = j.row(e.ShardID)
	j.decide()
	p := audience.Position{
		ShardID: e.ShardID, SequenceNumber: e.Number, SubSequenceNumber: e.Sub,
		Standing: j.standing, Text: begins[j.standing] + ": " + j.text, Notes: j.notes,
	}
	if j.there {
		p.Checkpoint, p.Owner = j.own.Checkpoint.String(), j.own.Owner
	}
	return p, j.err
}

// judge is one judgement on its way.
type judge struct {
	Event
	family
	keys Keys

	shard         shard.Shard // the event's
	listed, there bool        // whether it is listed, and its lease there
	own           Lease

	standing audience.Standing
	text     string
	notes    []string
}

func (j *judge) is(s audience.Standing, text string) { j.standing, j.text = s, text }

func (j *judge) decide() {
	foreign := j.foreign()
	switch {
	case foreign != "":
		j.is(audience.Foreign, foreign)
	case j.Undeliverable != "":
		j.dropped()
	case !j.there:
		j.without()
	case j.own.Checkpoint.Sentinel == ShardEnd && j.listed && !j.shard.Closed():
		j.is(audience.Unknown, ended(j.ShardID))
	case j.own.Checkpoint.Compare(j.place()) >= 0:
		j.passed()
	default:
		j.before()
	}
}

// without judges an event of a shard that has no lease. The KCL removes one at its end,
// once it has removed those before it and reads what came of it; and it begins at LATEST
// only with a shard that comes of none that it has a lease of.
//
// https://github.com/awslabs/amazon-kinesis-client/blob/master/amazon-kinesis-client/src/main/java/software/amazon/kinesis/leases/LeaseCleanupManager.java
// https://github.com/awslabs/amazon-kinesis-client/blob/master/amazon-kinesis-client/src/main/java/software/amazon/kinesis/leases/HierarchicalShardSyncer.java
func (j *judge) without() {
	before, waits := j.running(j.shard.Parents())
	after, later := j.descendant(j.ShardID)
	switch at := after.at.Sentinel; {
	case later && (waits || at == TrimHorizon || at == AtTimestamp):
		j.is(audience.Unknown, j.torn(after))
	case waits:
		j.is(audience.NotYet, j.awaited(before))
	case later && at == Latest:
		j.is(audience.Skipped, j.begunAfter(after.id))
	case later:
		j.is(audience.Finished, j.cleanedUp(after.id))
		j.notes = append(j.notes, uncertain(after.id))
	case !j.listed || !j.keys.whole():
		j.is(audience.Unknown, j.untold())
	default:
		j.is(audience.Unread, j.nobody())
		j.notes = append(j.notes, otherEpoch)
	}
}

// before judges an event that no checkpoint has passed.
func (j *judge) before() {
	switch j.own.Checkpoint.Sentinel {
	case Latest, AtTimestamp:
		j.is(audience.Undecided, j.begun())
	default:
		standing := audience.NotYet
		if j.own.Owner == "" {
			standing = audience.Unowned
		}
		j.is(standing, j.reached())
	}
	j.waiting()
	j.noteOwner()
	j.notePending()
}

// foreign tells that the lease is of another stream. The key of an application of one
// stream does not name it.
func (j *judge) foreign() string {
	if !j.there {
		return ""
	}
	sh := j.shard
	sh.ID, sh.Starting = j.ShardID, j.Number // which tells when the shard was created, as all its numbers do
	if !j.listed && j.own.Range != nil {
		sh.Range = *j.own.Range
	}
	return foreign(sh, j.own)
}
