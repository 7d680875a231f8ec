package wire

import (
	"bytes"
	"slices"
	"time"

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
// has nothing odd. Any other is left as it stands.
func (s *scanner) glance(r *record.Record, m *memory) bool {
	if !s.layout.whole {
		return false
	}
	var data, key, number, encryption []byte
	var arrived int64
	seen := s.window[s.at:s.end]
	i := 0
	for k, name := range s.layout.seen[:s.layout.n] {
		begin := spelled[name]
		if len(seen)-i < len(begin) || string(seen[i+1:i+len(begin)]) != begin[1:] || seen[i] != "{,,,,"[k] {
			return false
		}
		i += len(begin)
		n := 0
		switch name {
		case memberApproximateArrivalTimestamp:
			var exact bool
			if arrived, n, exact = millis(seen[i:]); !exact {
				return false
			}
			i += n
			continue
		case memberData:
			if n = bytes.IndexByte(seen[i:], '"'); n < 0 {
				return false
			}
			data = seen[i : i+n]
		default:
			if name == memberSequenceNumber {
				n = digitsOf(seen[i:])
			}
			if n += plain(seen[i+n:]); i+n == len(seen) || seen[i+n] != '"' {
				return false
			}
			switch text := seen[i : i+n]; name {
			case memberPartitionKey:
				key = text
			case memberSequenceNumber:
				number = text
			default:
				encryption = text
			}
		}
		i += n + len(`"`)
	}
	if i == 0 || i == len(seen) || seen[i] != '}' {
		return false
	}
	if data != nil {
		whole := false
		if r.Data, whole = m.decode(data); !whole {
			r.Data = nil
			return false
		}
	}
	if key != nil {
		r.PartitionKey = s.strings.pointer(s.strings.keep(key))
	}
	if arrived != 0 {
		r.ArrivedAt = time.UnixMilli(arrived).UTC()
	}
	r.SequenceNumber = record.SequenceNumber(s.strings.keep(number))
	r.EncryptionType = s.strings.keep(encryption)
	s.at += i + len("}")
	return true
}
