package putrec

import (
	"kinspect/internal/kpl"
	"kinspect/internal/stream"
)

// heldMax bounds the lines that a call's records were made of: compressed, they
// may be much longer than the call.
const heldMax = codedBytesKept

// outgoing is a record on its way, of one line or of many.
type outgoing struct {
	sources   []*source
	aggregate *kpl.Batch // while lines are added
	entry     stream.PutEntry
	// shard is the one that takes it, as far as is known.
	shard string
	// attempts is the number of calls that carried it.
	attempts int
	// inDoubt says that one of them went unanswered.
	inDoubt bool
	// err is why the last of them did not put it.
	err error
}

// plain is a record of a single line.
func plain(s *source) *outgoing {
	return &outgoing{sources: []*source{s}, entry: stream.PutEntry{Data: s.payload, PartitionKey: s.key, ExplicitHashKey: s.explicitKey}}
}

// bytes is what the record counts for in a call.
func (o *outgoing) bytes() int { return len(o.entry.Data) + len(o.entry.PartitionKey) }

// held is how long its lines are.
func (o *outgoing) held() (sum int) {
	for _, s := range o.sources {
		sum += len(s.data)
	}
	return sum
}

// bounds is what a call may carry.
type bounds struct {
	// bytes is of data and keys; an endpoint that takes less lowers it.
	bytes int
	// lines and shardBytes are a second's worth of what may be put; 0 is no bound.
	lines, shardBytes int
}

// batch gathers the records of one call.
type batch struct {
	records            []*outgoing
	bytes, lines, held int
	byShard            map[string]int // bytes
}

// has tells whether one more record goes into the call. A record on its own
// always does.
func (b *batch) has(o *outgoing, most bounds) bool {
	switch {
	case len(b.records) == 0:
		return true
	case len(b.records) == stream.PutRecordsMax, b.bytes+o.bytes() > most.bytes, b.held+o.held() > heldMax:
		return false
	case most.lines > 0 && b.lines+len(o.sources) > most.lines:
		return false
	}
	return most.shardBytes == 0 || o.shard == "" || b.byShard[o.shard]+o.bytes() <= most.shardBytes
}

func (b *batch) add(o *outgoing) {
	if b.byShard == nil {
		b.byShard = map[string]int{}
	}
	b.records = append(b.records, o)
	b.bytes += o.bytes()
	b.lines += len(o.sources)
	b.held += o.held()
	b.byShard[o.shard] += o.bytes()
}

func (b *batch) full(most bounds) bool {
	return len(b.records) == stream.PutRecordsMax || most.lines > 0 && b.lines >= most.lines
}

func bytesOf(records []*outgoing) int {
	sum := 0
	for _, o := range records {
		sum += o.bytes()
	}
	return sum
}
