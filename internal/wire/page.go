// Package wire reads what Kinesis answers with, a page of records, straight from the
// connection: the text is seen through a window that moves on, and what it holds is
// decoded into memory that the next page takes again. It agrees with the SDK's decoder in
// what it takes and what it refuses, and knows nothing else of AWS.
package wire

import (
	"io"

	"kinspect/internal/record"
)

// Shape is which members an answer has.
type Shape int

const (
	// GetRecords is the answer to a poll.
	//
	// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
	GetRecords Shape = iota
	// Event is what a subscription pushes.
	//
	// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShardEvent.html
	Event
)

// textMax bounds a page, in bytes of JSON. 10 MiB of data and keys are 14 MiB of Base64;
// 10,000 keys of 256 characters, all of them escaped, 15 MiB. Tests lower it.
var textMax int64 = 64 << 20

const (
	// recordsMax bounds the records of a page, of which AWS sends 10,000.
	recordsMax = 100_000
	// childrenMax bounds the shards that take over, and the parents of each: AWS has two.
	childrenMax = 1000
)

// Page is what an answer holds.
type Page struct {
	// Extent is that of all records that come after those which were handed out before.
	record.Extent
	// Records are those of them that were not passed over. Their data are views into
	// memory that Release gives back, and so is the list itself; strings may be kept.
	Records []record.Record
	// Repeated counts those that were handed out before.
	Repeated int
	// Bytes is the data and partition keys of all records.
	Bytes int64
	// Next is the iterator behind the page, or empty.
	Next string
	// Continuation is the number behind an event, or empty.
	Continuation string
	// Behind is MillisBehindLatest, nil where it is not told.
	Behind *int64
	// Children take over from a shard at its end.
	Children []Child

	memory memory
}

// Child is a shard that takes over.
type Child struct {
	ID      string
	Parents []string
	Range   *Range // nil where it is not told
}

// Range is a range of hash keys, as they are spelled.
type Range struct{ Starting, Ending string }

// Read reads an answer for a shard to the end of its body. A poll's may be empty, and is
// then an empty page, as for the SDK. Whatever is no whole answer is an error, and holds
// no memory.
func Read(body io.Reader, shape Shape, shardID string, take record.Take) (*Page, error) {
	s := scanners.Get().(*scanner)
	defer s.put()
	s.begin(body)
	p := &Page{}
	if shape == Event || s.fill() {
		s.page(p, shape, shardID, take)
	}
	if err := s.close(); err != nil {
		p.Release()
		return nil, err
	}
	return p, nil
}

// Release gives back what the page holds: its records are not to be used any more.
func (p *Page) Release() {
	records := p.Records
	p.Records = nil
	p.memory.release(records)
}

func (s *scanner) page(p *Page, shape Shape, shardID string, take record.Take) {
	behind, next := memberNextShardIterator, &p.Next
	if shape == Event {
		behind, next = memberContinuationSequenceNumber, &p.Continuation
	}
	for first := true; ; first = false {
		switch s.member(first) {
		case memberRecords:
			s.records(p, shardID, take)
		case memberMillisBehindLatest:
			p.Behind = new(int64)
			*p.Behind = s.integer()
		case behind:
			*next = s.string()
		case memberChildShards:
			p.Children = s.children()
		case memberNone:
			return
		default:
			s.skip()
		}
	}
}

func (s *scanner) record(r *record.Record, m *memory) {
	s.layout = layout{}
	for first := true; ; first = false {
		at := s.member(first)
		s.layout.add(at)
		switch at {
		case memberData:
			r.Data = s.data(m)
		case memberPartitionKey:
			r.PartitionKey = s.strings.pointer(s.string())
		case memberSequenceNumber:
			r.SequenceNumber = record.SequenceNumber(s.string())
		case memberApproximateArrivalTimestamp:
			r.ArrivedAt = s.timestamp()
		case memberEncryptionType:
			r.EncryptionType = s.string()
		case memberNone:
			return
		default:
			s.skip()
		}
	}
}

func (s *scanner) children() []Child {
	var all []Child
	for first := true; s.element(first); first = false {
		if len(all) == childrenMax {
			s.fail("more than %d child shards", childrenMax)
			return nil
		}
		var c Child
		if !s.null() {
			s.child(&c)
		}
		all = append(all, c)
	}
	return all
}

func (s *scanner) child(c *Child) {
	for first := true; ; first = false {
		switch s.member(first) {
		case memberShardID:
			c.ID = s.string()
		case memberParentShards:
			c.Parents = s.list()
		case memberHashKeyRange:
			c.Range = s.hashKeys()
		case memberNone:
			return
		default:
			s.skip()
		}
	}
}

func (s *scanner) list() []string {
	var all []string
	for first := true; s.element(first); first = false {
		if len(all) == childrenMax {
			s.fail("more than %d parent shards", childrenMax)
			return nil
		}
		var text string
		if !s.null() {
			text = s.string()
		}
		all = append(all, text)
	}
	return all
}

func (s *scanner) hashKeys() *Range {
	r := &Range{}
	for first := true; ; first = false {
		switch s.member(first) {
		case memberStartingHashKey:
			r.Starting = s.string()
		case memberEndingHashKey:
			r.Ending = s.string()
		case memberNone:
			return r
		default:
			s.skip()
		}
	}
}
