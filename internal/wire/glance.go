package wire

import (
	"slices"
	"time"
	"unsafe"

	"kinspect/internal/record"
)

// layout is which members the last record had, in order, without spaces between, where
// each came once: the next record mostly has the same, and is then read at a glance.
type layout struct {
	seen       [5]member
	n          int
	odd, whole bool
}

// spelled is how a member of a record begins that is not its first.
var spelled = [...]string{
	memberApproximateArrivalTimestamp: `,"ApproximateArrivalTimestamp":`,
	memberData:                        `,"Data":"`,
	memberEncryptionType:              `,"EncryptionType":"`,
	memberPartitionKey:                `,"PartitionKey":"`,
	memberSequenceNumber:              `,"SequenceNumber":"`,
	memberStartingHashKey:             "",
}

func (l *layout) add(name member) {
	switch {
	case name == memberNone:
		l.whole = !l.odd
	case spelled[name] == "" || slices.Contains(l.seen[:l.n], name):
		l.odd = true
	default:
		l.seen[l.n] = name
		l.n++
	}
}

// glance reads a record that has the layout of the last one, is all in the window, and
// has nothing odd. Any other is left as it stands. Its texts are views into the window.
func (s *scanner) glance(r *record.Record, m *memory) bool {
	if !s.layout.whole {
		return false
	}
	n := s.glanced(r, m)
	if n == 0 {
		m.drop(r.Data)
		*r = record.Record{ShardID: r.ShardID}
		return false
	}
	s.at += n
	return true
}

// glanced returns how long the record is; 0 where it is none that is read so.
func (s *scanner) glanced(r *record.Record, m *memory) (i int) {
	seen := s.window[s.at:s.end]
	for k, name := range s.layout.seen[:s.layout.n] {
		begin := spelled[name]
		if len(seen)-i < len(begin) || string(seen[i+1:i+len(begin)]) != begin[1:] || seen[i] != "{,,,,"[k] {
			return 0
		}
		i += len(begin)
		n := 0
		switch name {
		case memberApproximateArrivalTimestamp:
			ms, n, exact := millis(seen[i:])
			if !exact {
				return 0
			}
			r.ArrivedAt = time.UnixMilli(ms).UTC()
			i += n
			continue
		case memberData:
			var whole bool
			if r.Data, n, whole = m.decodeQuoted(seen[i:]); !whole {
				return 0
			}
		default:
			if name == memberSequenceNumber {
				n = digitsOf(seen[i:])
			}
			if n += plain(seen[i+n:]); i+n == len(seen) || seen[i+n] != '"' {
				return 0
			}
			switch text := view(seen[i : i+n]); name {
			case memberPartitionKey:
				s.key = text
				r.PartitionKey = &s.key
			case memberSequenceNumber:
				r.SequenceNumber = record.SequenceNumber(text)
			default:
				r.EncryptionType = text
			}
		}
		i += n + len(`"`)
	}
	if i == 0 || i == len(seen) || seen[i] != '}' {
		return 0
	}
	return i + len("}")
}

// view is the text of what may be overwritten: keep copies it.
func view(text []byte) string { return unsafe.String(unsafe.SliceData(text), len(text)) }

// keep has the texts of a record outlive the window.
func (s *scanner) keep(r *record.Record) {
	r.SequenceNumber = record.SequenceNumber(s.strings.keep(string(r.SequenceNumber)))
	if r.PartitionKey != nil {
		r.PartitionKey = s.strings.pointer(s.strings.keep(*r.PartitionKey))
	}
	if r.EncryptionType != s.encryption { // few differ
		s.encryption = s.strings.keep(r.EncryptionType)
	}
	r.EncryptionType = s.encryption
}
