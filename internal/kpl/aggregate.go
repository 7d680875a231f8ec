package kpl

import (
	"crypto/md5"

	"google.golang.org/protobuf/encoding/protowire"

	"kinspect/internal/record"
)

// Aggregate returns the data of an aggregated record that holds users, in their
// order, byte for byte as the KPL writes it: UserKey, ExplicitHashKey and
// UserData of each, every key in its table once. A user record without UserKey
// gets the empty one, since the format demands a key. There must be at least
// one user record, or nobody can read the result.
func Aggregate(users []record.UserRecord) []byte {
	var keys, hashKeys table
	var messages []byte
	for _, user := range users {
		message := appendIndex(nil, fieldKeyIndex, keys.index(keyOf(user)))
		if user.ExplicitHashKey != nil {
			message = appendIndex(message, fieldHashIndex, hashKeys.index(*user.ExplicitHashKey))
		}
		message = appendBytes(message, fieldData, user.UserData)
		messages = appendBytes(messages, fieldRecords, message)
	}
	out := append([]byte(nil), magic...)
	out = keys.append(out, fieldKeyTable)
	out = hashKeys.append(out, fieldHashTable)
	out = append(out, messages...)
	sum := md5.Sum(out[len(magic):])
	return append(out, sum[:]...)
}

func keyOf(user record.UserRecord) string {
	if user.UserKey == nil {
		return ""
	}
	return *user.UserKey
}

// table numbers strings in the order in which they first come.
type table struct {
	entries []string
	places  map[string]uint64
}

func (t *table) index(entry string) uint64 {
	if place, ok := t.places[entry]; ok {
		return place
	}
	if t.places == nil {
		t.places = map[string]uint64{}
	}
	place := uint64(len(t.entries))
	t.entries = append(t.entries, entry)
	t.places[entry] = place
	return place
}

func (t *table) append(out []byte, number protowire.Number) []byte {
	for _, entry := range t.entries {
		out = appendBytes(out, number, []byte(entry))
	}
	return out
}

func appendIndex(out []byte, number protowire.Number, index uint64) []byte {
	out = protowire.AppendTag(out, number, protowire.VarintType)
	return protowire.AppendVarint(out, index)
}

func appendBytes(out []byte, number protowire.Number, value []byte) []byte {
	out = protowire.AppendTag(out, number, protowire.BytesType)
	return protowire.AppendBytes(out, value)
}
