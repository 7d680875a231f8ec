package decode

import (
	"bytes"
	"strings"

	"kinspect/internal/sweep"
)

// Plain tells, without parsing them, that data would be read as text or JSON with
// nothing inside.
//
// For readable data are no magic number and no message of a registry. JSON that
// begins with a brace wraps others' documents only with one of the marks, with a
// bracket never, and what begins otherwise is base64 only if its first characters
// could be. JSON's limits are beyond so few bytes, or brackets. It is for schemas to
// say whether text is a message.
func (d *Decoder) Plain(data []byte) bool {
	head := data
	if len(head) > 0 && !startsJSON(head[0]) {
		head = bytes.TrimLeft(bytes.TrimPrefix(head, utf8BOM), " \t\r\n")
	}
	if len(head) < headBase64 || len(data) > MaxDocuments || len(d.schemas) > 0 {
		return false
	}
	switch head[0] {
	case '{':
		if isUnmarked(data, marks) { // as most objects are
			return !mayBeDeep(data)
		}
		if mayWrap(head) {
			return false
		}
	case '[':
	case '"':
		return false
	default:
		if mayBeginBase64(head[:headBase64]) {
			return false
		}
	}
	return Readable(data) && !mayBeDeep(data)
}

// wraps stand in the marks of the envelopes that are objects. Their first bytes are
// rare in JSON.
var wraps = [][]byte{[]byte("MESSAGE"), []byte("Keys")}

// marks finds all that has one of them, and what is no plain text.
var marks = sweep.Text("", "AG", "Ke")

// PlainWithout returns what tells of most objects in one pass that they are Plain, and
// that neither two to four bytes nor two others stand in them. Where it says no, one has to
// look: so where those have what isUnmarked passes over.
func (d *Decoder) PlainWithout(gram, pair string) func(data []byte) bool {
	marks := sweep.Text(gram, "AG", "Ke", pair)
	passable := !strings.ContainsAny(gram+pair, "\t\n\r")
	return func(data []byte) bool {
		return passable && len(data) >= headBase64 && data[0] == '{' && len(data) <= MaxDocuments && len(d.schemas) == 0 && isUnmarked(data, marks) && !mayBeDeep(data)
	}
}

// isUnmarked tells that data is ASCII text, and that no mark stands in it.
func isUnmarked(data []byte, marks *sweep.Finder) bool {
	for len(data) > 0 { // most end with a line feed, if there is one
		next := marks.Find(data)
		if next < 0 {
			return true
		}
		switch data[next] {
		case '\t', '\n', '\r':
			data = data[next+1:]
		default:
			return false
		}
	}
	return true
}

func mayWrap(object []byte) bool {
	for _, mark := range wraps {
		if bytes.Contains(object, mark) {
			return true
		}
	}
	return false
}

func mayBeginBase64(head []byte) bool {
	for _, c := range head {
		if !mayBeBase64(c) && c != '-' && c != '_' && c != '=' {
			return false
		}
	}
	return true
}
