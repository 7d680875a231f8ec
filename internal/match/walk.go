package match

import (
	"bytes"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// anyJSON lets pass what readers of JSON let pass: duplicate names, all of which
// are searched, and invalid UTF-8, which is searched as the bytes it is.
var anyJSON = []jsontext.Options{
	jsontext.AllowDuplicateNames(true),
	jsontext.AllowInvalidUTF8(true),
}

// walk searches a row of JSON values, whose strings are at depth. What stands
// not within one string is noted at outside, the rest at the path that inside
// makes of its own. It tells whether it came to the end, or needs not to.
func (s *search) walk(text []byte, depth int, outside place, inside func(path string) string) bool {
	tokens := jsontext.NewDecoder(bytes.NewBuffer(text), anyJSON...)
	where := func() string { return inside(pathOf(tokens)) }
	raw := s.outside(text)
	for !s.done() {
		kind := tokens.PeekKind()
		if kind != jsontext.KindString && !isBare(kind) {
			if _, err := tokens.ReadToken(); err == io.EOF {
				break
			} else if err != nil {
				return false
			}
			continue
		}
		token, err := tokens.ReadValue()
		if err != nil {
			return false
		}
		if kind != jsontext.KindString {
			s.noteIn(where, token)
			continue
		}
		end := int(tokens.InputOffset())
		raw.leave(span{end - len(token) + 1, end - 1})
		s.quoted(where, token[1:len(token)-1], isName(tokens), depth)
	}
	if raw.ok {
		s.note(outside, text, raw.at, s.isWhole(text, raw.at))
	}
	return true
}

// isBare tells whether values of a kind stand without quotes and brackets.
func isBare(kind jsontext.Kind) bool {
	switch kind {
	case jsontext.KindNumber, jsontext.KindTrue, jsontext.KindFalse, jsontext.KindNull:
		return true
	}
	return false
}

// quoted searches what stands between the quotes of a name or a string value.
// JSON in a name is searched as text: no path leads into it.
func (s *search) quoted(where place, spelled []byte, name bool, depth int) {
	if !s.mayHold(spelled) {
		return
	}
	text, _ := unescape(spelled)
	if name {
		s.plain(where, text)
		return
	}
	s.value(where, text, depth)
}

// isName tells whether the token just read is an object's name.
func isName(tokens *jsontext.Decoder) bool {
	kind, length := tokens.StackIndex(tokens.StackDepth())
	return kind == jsontext.KindBeginObject && length%2 == 1
}

// outside is the first occurrence in a JSON text that no string's value answers
// for.
type outside struct {
	*needle
	text []byte
	at   span
	ok   bool
}

func (n *needle) outside(text []byte) *outside {
	o := &outside{needle: n, text: text}
	o.at, o.ok, _ = n.find(text, 0)
	return o
}

// leave passes over the occurrences between the quotes of a string, strings
// coming in order. Those spelled with a backslash stay, since a value does not
// keep the spelling, and where no word is asked for so do all.
func (o *outside) leave(quoted span) {
	if !o.word || bytes.IndexByte(o.needle.text, '\\') >= 0 {
		return
	}
	for o.ok && quoted.start <= o.at.start && o.at.end <= quoted.end {
		o.at, o.ok, _ = o.find(o.text, o.at.start+1)
	}
}
