package kpl

import (
	"google.golang.org/protobuf/encoding/protowire"

	"kinspect/internal/record"
)

// appendBeside adds the bytes of fields that hold no user data, each on a line
// of its own, so that a search misses none. Numbers hold no text and are left
// out.
func appendBeside(beside []byte, fields ...field) []byte {
	for _, f := range fields {
		if len(f.bytes) == 0 {
			continue
		}
		if len(beside) > 0 {
			beside = append(beside, '\n')
		}
		beside = append(beside, f.bytes...)
	}
	return beside
}

// keepBeside keeps what a user record has in a field without user data, or says
// what is wrong with it.
func keepBeside(user *record.UserRecord, f field) (reason string) {
	parts := []field{f}
	if f.number == fieldTags && f.kind == protowire.BytesType {
		var ok bool
		if parts, ok = f.tag(); !ok {
			return "has a tag that is none"
		}
	}
	user.Beside = appendBeside(user.Beside, parts...)
	return ""
}

// tag returns the fields of a tag, which must have a key; it is not ok if a
// protobuf parser would refuse it, and the whole record with it.
func (f field) tag() (parts []field, ok bool) {
	err := eachField(f.bytes, func(part field) error {
		parts = append(parts, part)
		ok = ok || part.number == fieldTagKey && part.kind == protowire.BytesType
		return nil
	})
	return parts, ok && err == nil
}
