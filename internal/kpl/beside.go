package kpl

import "google.golang.org/protobuf/encoding/protowire"

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

// tagged returns the fields of a user record's tag, which has nothing but a key
// and a value; or else the field itself.
func (f field) tagged() []field {
	if f.number != fieldTags || f.kind != protowire.BytesType {
		return []field{f}
	}
	var parts []field
	err := eachField(f.bytes, func(part field) error {
		if part.number != fieldTagKey && part.number != fieldTagValue || part.kind != protowire.BytesType {
			return &BrokenError{"its tag has more than a key and a value"}
		}
		parts = append(parts, part)
		return nil
	})
	if err != nil {
		return []field{f}
	}
	return parts
}
