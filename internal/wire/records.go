package wire

import (
	"strings"

	"kinspect/internal/record"
)

// records reads the list of records, anew where it comes twice, as the SDK does.
func (s *scanner) records(p *Page, shardID string, take record.Take) {
	clear(p.Records)
	p.Records, p.Extent, p.Repeated, p.Bytes = p.Records[:0], record.Extent{}, 0, 0
	for first := true; s.element(first); first = false {
		if p.Repeated+p.Count == recordsMax {
			s.fail("a page of more than %d records", recordsMax)
			return
		}
		r := p.room()
		r.ShardID = shardID
		glanced := s.glance(r, &p.memory)
		if !glanced && !s.null() {
			s.record(r, &p.memory)
		}
		if s.err != nil {
			return
		}
		if p.wants(r, take, &s.last) { // while its data is in the processor's cache
			if glanced {
				s.keep(r)
			}
		} else {
			p.pass()
		}
	}
	if p.Count > 0 {
		p.Last.SequenceNumber = record.SequenceNumber(s.last)
	}
}

// room has a place for one more record.
func (p *Page) room() *record.Record {
	n := len(p.Records)
	if n == cap(p.Records) {
		p.Records = longer(p.Records)
	}
	p.Records = p.Records[:n+1]
	return &p.Records[n] // nothing stands there: lists are given back empty
}

// pass takes the place of the last record for the next.
func (p *Page) pass() {
	last := &p.Records[len(p.Records)-1]
	p.memory.drop(last.Data)
	*last = record.Record{}
	p.Records = p.Records[:len(p.Records)-1]
}

// wants counts a record, and tells whether it is to be handed out. What it has of the
// number of the last one it puts into last.
func (p *Page) wants(r *record.Record, take record.Take, last *[]byte) bool {
	p.Bytes += int64(len(r.Data))
	if r.PartitionKey != nil {
		p.Bytes += int64(len(*r.PartitionKey))
	}
	if p.Count == 0 {
		if take.After != "" && r.SequenceNumber.Compare(take.After) <= 0 {
			p.Repeated++
			return false
		}
		p.First = record.Point{SequenceNumber: record.SequenceNumber(strings.Clone(string(r.SequenceNumber))), ArrivedAt: r.ArrivedAt}
	}
	p.Count++
	p.Arrived(r.ArrivedAt)
	p.Last.ArrivedAt = r.ArrivedAt
	*last = append((*last)[:0], r.SequenceNumber...)
	return take.Sieve == nil || !take.Sieve(r)
}
