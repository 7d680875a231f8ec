package putrec

import "kinspect/internal/stream"

// outgoing is a record on its way.
type outgoing struct {
	line  int
	entry stream.PutEntry
	// attempts is the number of calls that carried it.
	attempts int
	// inDoubt says that one of them went unanswered.
	inDoubt bool
	// err is why the last of them did not put it.
	err error
}

// bytes is what the record counts for in a call.
func (o *outgoing) bytes() int { return len(o.entry.Data) + len(o.entry.PartitionKey) }

// batch gathers the records of one call.
type batch struct {
	records []*outgoing
	bytes   int
}

// has tells whether one more record of the size goes into the call. A record on
// its own always does.
func (b *batch) has(room, bytesMax int) bool {
	return len(b.records) == 0 || len(b.records) < stream.PutRecordsMax && b.bytes+room <= bytesMax
}

func (b *batch) add(o *outgoing) {
	b.records = append(b.records, o)
	b.bytes += o.bytes()
}

func (b *batch) full() bool { return len(b.records) == stream.PutRecordsMax }

func bytesOf(records []*outgoing) int {
	sum := 0
	for _, o := range records {
		sum += o.bytes()
	}
	return sum
}
