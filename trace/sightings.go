package trace

import (
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"kinspect/internal/record"
	"kinspect/trace/receipt"
)

// sightings are matches in little memory, for a million of them: what many have in
// common is kept once.
type sightings struct {
	kept   []sighting
	looks  []look
	lookOf map[look]int32
	data   map[int32]data // by place, of those that have some
}

// sighting is what a match has of its own.
type sighting struct {
	// names are the sequence number and the partition key, if there is one.
	names   string
	arrived int64 // in milliseconds
	sha256  [32]byte
	number  int32 // bytes of names
	look    int32
	sub     int32 // -1: none
	next    int32 // of the same event, from 1 on; 0: none
}

// look is what many matches have in common.
type look struct {
	shardID, encryption, decoded, decodeError, path, reason string
	keyed, whole, told, deliverable                         bool
}

type data struct {
	text   json.RawMessage
	binary []byte
}

// add keeps a match, and returns its place from 1 on.
func (s *sightings) add(m receipt.Match) int32 {
	l := look{
		shardID: m.ShardID, encryption: m.EncryptionType, decoded: strings.Join(m.Decoded, ","), decodeError: m.DecodeError,
		path: m.Path, reason: m.DeliverableReason, keyed: m.PartitionKey != nil, whole: m.Whole, told: m.Deliverable != nil,
	}
	kept := sighting{names: string(m.SequenceNumber), arrived: m.ApproximateArrivalTimestamp.UnixMilli(), number: int32(len(m.SequenceNumber)), sub: -1}
	if l.keyed {
		kept.names += *m.PartitionKey
	}
	if l.told {
		l.deliverable = *m.Deliverable
	}
	if m.SubSequenceNumber != nil {
		kept.sub = int32(*m.SubSequenceNumber)
	}
	_, _ = hex.Decode(kept.sha256[:], []byte(m.SHA256))
	kept.look = s.indexOf(l)
	s.kept = append(s.kept, kept)
	at := int32(len(s.kept))
	if m.Data != nil || m.DataBase64 != nil {
		if s.data == nil {
			s.data = map[int32]data{}
		}
		s.data[at] = data{m.Data, m.DataBase64}
	}
	return at
}

func (s *sightings) indexOf(l look) int32 {
	i, known := s.lookOf[l]
	if !known {
		if s.lookOf == nil {
			s.lookOf = map[look]int32{}
		}
		i = int32(len(s.looks))
		s.lookOf[l] = i
		s.looks = append(s.looks, l)
	}
	return i
}

// list is the matches of a row, by arrival.
func (s *sightings) list(of row) []receipt.Match {
	var all []receipt.Match
	for at := of.first; at != 0; at = s.kept[at-1].next {
		m := s.match(s.kept[at-1])
		m.Data, m.DataBase64 = s.data[at].text, s.data[at].binary
		all = append(all, m)
	}
	if len(all) < 2 {
		return all
	}
	return inOrder(all)
}

func (s *sightings) match(kept sighting) receipt.Match {
	l := s.looks[kept.look]
	m := receipt.Match{
		Meta: record.Meta{
			ShardID: l.shardID, SequenceNumber: record.SequenceNumber(kept.names[:kept.number]), EncryptionType: l.encryption,
			ApproximateArrivalTimestamp: record.Timestamp{Time: time.UnixMilli(kept.arrived).UTC()},
		},
		DecodeError: l.decodeError, SHA256: hex.EncodeToString(kept.sha256[:]), Path: l.path, Whole: l.whole, DeliverableReason: l.reason,
	}
	if l.decoded != "" {
		m.Decoded = strings.Split(l.decoded, ",")
	}
	if l.keyed {
		key := kept.names[kept.number:]
		m.PartitionKey = &key
	}
	if l.told {
		m.Deliverable = &l.deliverable
	}
	if kept.sub >= 0 {
		sub := int(kept.sub)
		m.SubSequenceNumber = &sub
	}
	return m
}
