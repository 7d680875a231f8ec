package kpl

import (
	"cmp"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"kinspect/internal/record"
)

// maxEntries bounds the user records of an aggregate, and each of its tables. A
// record of 10 MiB reaches it only with fewer than 20 bytes to each; a hostile
// one spends 6 bytes on a user record where we spend 160.
const maxEntries = 1 << 19

// Field numbers of AggregatedRecord and of Record, from the KPL's messages.proto.
const (
	fieldKeyTable  = 1
	fieldHashTable = 2
	fieldRecords   = 3

	fieldKeyIndex  = 1
	fieldHashIndex = 2
	fieldData      = 3
	fieldTags      = 4

	fieldTagKey = 1
)

// tables are what user records refer to by index, and what stands beside them.
type tables struct {
	keys, hashKeys []string
	records        int
	beside         []byte
}

// parseTables reads the message once for its tables and the number of its
// records; these may refer to entries that come after them.
func parseTables(body []byte) (tables, error) {
	var t tables
	err := eachField(body, func(f field) error {
		switch f.number {
		case fieldKeyTable:
			t.keys = append(t.keys, string(f.bytes))
		case fieldHashTable:
			t.hashKeys = append(t.hashKeys, string(f.bytes))
		case fieldRecords:
			t.records++
		default:
			t.beside = appendBeside(t.beside, f)
			return nil
		}
		if f.kind != protowire.BytesType {
			return &BrokenError{fmt.Sprintf("its field %d is of the wrong type", f.number)}
		}
		if max(len(t.keys), len(t.hashKeys), t.records) > maxEntries {
			return &BrokenError{fmt.Sprintf("it holds more than %d entries, our limit", maxEntries)}
		}
		return nil
	})
	return t, err
}

// userRecords reads the message a second time, for its records.
func (t tables) userRecords(r record.Record, body []byte) ([]record.UserRecord, error) {
	users := make([]record.UserRecord, 0, t.records)
	err := eachField(body, func(f field) error {
		if f.number != fieldRecords {
			return nil
		}
		user := record.UserRecord{Record: r, Aggregated: true, SubSequenceNumber: len(users)}
		if reason := t.fill(&user, f.bytes); reason != "" {
			return &BrokenError{fmt.Sprintf("its user record %d %s", len(users), reason)}
		}
		users = append(users, user)
		return nil
	})
	if err == nil {
		users[0].Beside = appendBeside(users[0].Beside, field{bytes: t.beside})
	}
	return users, err
}

// fill sets a user record's keys and data from its message, or says what is
// wrong with that. A field given twice is wrong: protobuf would keep the last,
// and the bytes of the first would go untested.
func (t tables) fill(user *record.UserRecord, message []byte) (reason string) {
	var seen [fieldData + 1]bool
	err := eachField(message, func(f field) error {
		if f.number > fieldData {
			reason = cmp.Or(reason, keepBeside(user, f))
			return nil
		}
		if seen[f.number] {
			reason = fmt.Sprintf("has field %d twice", f.number)
		}
		seen[f.number] = true
		if wrong := t.set(user, f); wrong != "" {
			reason = wrong
		}
		return nil
	})
	switch {
	case err != nil:
		return "is no valid protobuf"
	case reason != "":
		return reason
	case !seen[fieldKeyIndex]:
		return "has no partition key"
	case !seen[fieldData]:
		return "has no data"
	}
	return ""
}

// set takes over one field of a user record, or says what is wrong with it.
func (t tables) set(user *record.UserRecord, f field) (reason string) {
	kind := protowire.VarintType
	if f.number == fieldData {
		kind = protowire.BytesType
	}
	switch {
	case f.kind != kind:
		return fmt.Sprintf("has field %d of the wrong type", f.number)
	case f.number == fieldData:
		user.UserData = f.bytes
	case f.number == fieldKeyIndex:
		user.UserKey = at(t.keys, f.varint)
		if user.UserKey == nil {
			return "has a partition key index out of range"
		}
	case f.number == fieldHashIndex:
		user.ExplicitHashKey = at(t.hashKeys, f.varint)
		if user.ExplicitHashKey == nil {
			return "has an explicit hash key index out of range"
		}
	}
	return ""
}

// at points to a table's entry, or is nil when the index is out of range.
func at(table []string, index uint64) *string {
	if index >= uint64(len(table)) {
		return nil
	}
	return &table[index]
}

// field is one field of a protobuf message; bytes, of a string or a group, is a
// view into it.
type field struct {
	number protowire.Number
	kind   protowire.Type
	varint uint64
	bytes  []byte
}

// eachField calls visit for every field of a message to its end, or until an
// error.
func eachField(message []byte, visit func(field) error) error {
	for len(message) > 0 {
		f, n := consumeField(message)
		if n < 0 {
			return &BrokenError{"its body is no valid protobuf"}
		}
		if err := visit(f); err != nil {
			return err
		}
		message = message[n:]
	}
	return nil
}

// consumeField reads one field and its length, negative when it is malformed.
func consumeField(message []byte) (field, int) {
	number, kind, tag := protowire.ConsumeTag(message)
	if tag < 0 || number > protowire.MaxValidNumber { // parsers refuse what ConsumeTag takes
		return field{}, -1
	}
	f := field{number: number, kind: kind}
	n := 0
	switch kind {
	case protowire.VarintType:
		f.varint, n = protowire.ConsumeVarint(message[tag:])
	case protowire.BytesType:
		f.bytes, n = protowire.ConsumeBytes(message[tag:])
	default: // of these only a group has bytes
		n = protowire.ConsumeFieldValue(number, kind, message[tag:])
		if kind == protowire.StartGroupType && n > 0 {
			f.bytes = message[tag : tag+n]
		}
	}
	if n < 0 {
		return field{}, n
	}
	return f, tag + n
}
