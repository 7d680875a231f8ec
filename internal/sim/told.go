package sim

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"time"

	"kinspect/internal/kpl"
	"kinspect/internal/local"
	"kinspect/internal/notice"
	"kinspect/internal/record"
)

// Told is a record that was put.
type Told struct {
	Place
	// Users is how many user records it holds.
	Users int
	// ArrivedAt is its approximate arrival time.
	ArrivedAt time.Time
	// PutAt is when it was put; its arrival time may be off.
	PutAt time.Time
	// Event tells that it holds the event.
	Event bool
	// Astray tells that an explicit hash key was put beside the event's partition key.
	Astray bool
	// IDs are those of its user records, as EventJQ compares them, if they can be
	// read.
	IDs []string
	// Hole is why nobody can tell what it holds, if nobody can.
	Hole notice.Code
}

// told is a record that will be put.
type told struct {
	event      bool
	hole       notice.Code
	form       int // of 10
	hash, salt uint64
}

// tell puts a record.
func (p *Play) tell(t told, arrival, late time.Duration) {
	p.next = local.Fault{Arrival: arrival, Late: late}
	data, ids := t.data()
	keyed, astray := t.event && p.Keyed, t.salt%4 == 0
	put := Message{"StreamName": Stream, "PartitionKey": fmt.Sprintf("k%d", t.salt%1000), "Data": data, "ExplicitHashKey": sixteenths(t.hash)}
	if keyed {
		put["PartitionKey"] = EventKey
	}
	if keyed && !astray {
		delete(put, "ExplicitHashKey")
	}
	out, done := p.call("PutRecord", put)
	if !done {
		return // as while the stream is gone
	}
	p.Told = append(p.Told, Told{
		Place: place(out), Users: t.users(), Event: t.event, Astray: keyed && astray, IDs: ids, Hole: t.hole,
		PutAt: time.Now(), ArrivedAt: time.Now().Add(arrival).Truncate(time.Millisecond),
	})
}

// sixteenths is a hash key somewhere within a sixteenth of the key space.
func sixteenths(n uint64) string { return Sixteenth(int(n % 16)) }

// data is a record's, and the IDs of its user records, if they can be read.
func (t told) data() (data []byte, ids []string) {
	id := fmt.Sprintf("r-%d", t.salt)
	if t.event {
		id = Event
	}
	plain := fmt.Appendf(nil, `{"id":"%s","n":%d}`, id, t.salt%100)
	if t.event {
		plain = []byte(EventData)
	}
	switch {
	case t.hole == notice.Opaque:
		return fmt.Appendf([]byte{0xff, 0xfe, 0x81, 0x00}, "\x00\x9f%d\xc3", t.salt), nil
	case t.hole == notice.Broken && t.form%2 == 0:
		zipped := zip(plain)
		return zipped[:len(zipped)-6], nil
	case t.hole == notice.Broken: // only where jq is asked, and the literal does not rule it out
		return fmt.Appendf(nil, `["%s","%s"]`, id, Event), nil
	case t.form == 0:
		return zip(plain), []string{id}
	case t.aggregated():
		a, b := "a", "b"
		if t.event {
			b = EventKey
		}
		return kpl.Aggregate([]record.UserRecord{
			{UserKey: &a, UserData: []byte(`{"id":"first"}`)}, {UserKey: &b, UserData: plain}, {UserKey: &a, UserData: []byte(`{"id":"last"}`)},
		}), []string{"first", id, "last"}
	}
	return plain, []string{id}
}

// aggregated tells that it holds three user records.
func (t told) aggregated() bool { return t.hole == "" && t.form == 1 }

func (t told) users() int {
	if t.aggregated() {
		return 3
	}
	return 1
}

func zip(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

// reshape splits, merges or scales the stream, whatever of it is open.
func (p *Play) reshape(how uint64) {
	open := p.open()
	if len(open) == 0 {
		return
	}
	shard := open[how>>8%uint64(len(open))]
	switch how % 4 {
	case 0, 1:
		p.call("SplitShard", Message{"StreamName": Stream, "ShardToSplit": shard.id, "NewStartingHashKey": middle(shard)})
	case 2:
		for _, other := range open {
			p.call("MergeShards", Message{"StreamName": Stream, "ShardToMerge": shard.id, "AdjacentShardToMerge": other.id})
		}
	case 3:
		p.call("UpdateShardCount", Message{"StreamName": Stream, "TargetShardCount": len(open) + 1 - 2*int(how>>7&1), "ScalingType": "UNIFORM_SCALING"})
	}
}
