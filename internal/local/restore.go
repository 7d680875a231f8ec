package local

import (
	"bytes"
	"maps"
	"slices"
	"time"

	"kinspect/internal/kpl"
	"kinspect/internal/record"
)

// restore makes a stream of a capture's records. Its retention is so long that
// none of them is trimmed for a day.
func (s *Server) restore(name string, read map[string][]captured, now time.Time) {
	t := s.newStream(name, now)
	t.captured = true
	for _, id := range slices.Sorted(maps.Keys(read)) {
		d := t.addShard(hashRange{firstHashKey, lastHashKey}, 0)
		d.id = id
		t.fill(d, read[id])
	}
	if len(t.shards) == 0 {
		t.addShard(hashRange{firstHashKey, lastHashKey}, now.Unix())
	}
	age := now.Sub(t.created)
	t.retention = retentionHoursMin + int(max(0, age)/time.Hour) + 1
}

// fill puts the user records of a shard that is in order.
func (t *stream) fill(d *shard, users []captured) {
	d.begin(users[0])
	t.created = earlier(t.created, time.Unix(d.createdSecond, 0).UTC())
	for len(users) > 0 {
		n := 1
		for n < len(users) && users[n].SequenceNumber == users[0].SequenceNumber {
			n++
		}
		r := restored(users[:n])
		if q, ok := parseSequence(r.sequence); ok {
			t.counter = max(t.counter, q.counter)
		}
		t.created = earlier(t.created, time.UnixMilli(r.arrived).UTC())
		d.add(r)
		users = users[n:]
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// begin takes the shard's beginning from its first record's sequence number,
// or, if that does not tell, makes it begin with the record.
func (d *shard) begin(first captured) {
	d.createdSecond = first.ApproximateArrivalTimestamp.Unix()
	d.starting = string(first.SequenceNumber)
	if q, ok := parseSequence(d.starting); ok {
		d.createdSecond, d.number = q.created, q.shard
		d.starting = sequence{created: q.created, at: q.created, shard: q.shard}.String()
	}
}

// restored is the record that held these user records: the one that is no part
// of an aggregate, if a line shows that, since it is the whole record.
func restored(users []captured) storedRecord {
	first := users[0]
	r := storedRecord{
		sequence:   string(first.SequenceNumber),
		data:       bytes.Join(first.documents, []byte("\n")),
		arrived:    first.ApproximateArrivalTimestamp.UnixMilli(),
		encryption: first.EncryptionType,
	}
	if first.PartitionKey != nil {
		r.key = *first.PartitionKey
	}
	if first.aggregate {
		r.key, r.data = "a", aggregateOf(users)
	}
	return r
}

func aggregateOf(users []captured) []byte {
	all := make([]record.UserRecord, len(users))
	for i, u := range users {
		all[i] = record.UserRecord{UserKey: u.PartitionKey, UserData: bytes.Join(u.documents, []byte("\n"))}
	}
	return kpl.Aggregate(all)
}
