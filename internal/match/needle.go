package match

import (
	"bytes"
	"regexp"
	"unicode"
	"unicode/utf8"
)

// needle is the text sought, and what counts as an occurrence of it.
type needle struct {
	text []byte
	// word asks for no letter, digit or underscore directly before and after.
	word bool
	// entire asks for nothing but blanks before and after.
	entire bool
	// pattern finds text in any case, or is itself what is sought, and text empty;
	// nil where text is sought as it is.
	pattern *regexp.Regexp
	// seeker looks for text, or for a literal that stands in all that a regular
	// expression matches; nil if none is known, and where case is ignored.
	seeker *seeker
	// veil must stand in bytes for JSON's escapes to hide what the seeker looks for
	// in them.
	veil []byte
}

// span is a stretch of bytes, from start up to and without end.
type span struct{ start, end int }

// mayHold is the quick test: if it says no, then the text stands neither in
// these bytes nor in what any number of unescapings makes of them.
//
// For an escape other than \uXXXX stands for one of " \ / and five control
// characters. If none of these is in the text, then each character of an
// occurrence was either spelled as itself or as \uXXXX. In bytes without \u it
// was spelled as itself, next to its neighbours, as an escape between them
// would have left its character there. Nor can unescaping make a \u where none
// was: the u would have been spelled as itself, and before it would stand a
// backslash, be it alone or the second of a pair. If any of these is in the
// text, then the veil is the backslash, without which there is no escape.
//
// Of a regular expression the literal stands for the text; without one, it may
// match in anything, as "^a\nb$" does in what an unescaping makes.
func (n *needle) mayHold(in []byte) bool {
	var stands bool
	switch {
	case n.seeker != nil && len(in) < len(n.seeker.text): // and no unescaping makes it longer
		return false
	case n.seeker != nil:
		stands = n.seeker.standsIn(in)
	case len(n.text) > 0:
		_, stands = n.index(in, 0)
	default:
		return true
	}
	return stands || bytes.Contains(in, n.veil)
}

// mayStandIn is mayHold of a key, most of which are too short to be looked at.
func (n *needle) mayStandIn(key string) bool {
	return (n.seeker == nil || len(key) >= len(n.seeker.text)) && n.mayHold([]byte(key))
}

// find returns the first occurrence that begins at from or after. InWord tells
// that it passed over one inside a longer word.
func (n *needle) find(in []byte, from int) (at span, ok, inWord bool) {
	for {
		at, ok = n.index(in, from)
		if !ok || !n.word || isWord(in, at) {
			return at, ok, inWord
		}
		from, inWord = at.start+1, true
	}
}

// index is find without the rule about words.
func (n *needle) index(in []byte, from int) (span, bool) {
	if from > len(in) {
		return span{}, false
	}
	if n.pattern != nil {
		at := n.pattern.FindIndex(in[from:])
		if at == nil {
			return span{}, false
		}
		return span{from + at[0], from + at[1]}, true
	}
	at := bytes.Index(in[from:], n.text)
	if at < 0 {
		return span{}, false
	}
	return span{from + at, from + at + len(n.text)}, true
}

// isWhole tells whether what stands at is the entire text, but for blanks where
// an entire value was asked for: a text record ends in a line feed as often as
// not.
func (n *needle) isWhole(in []byte, at span) bool {
	before, after := in[:at.start], in[at.end:]
	if n.entire {
		before, after = bytes.TrimSpace(before), bytes.TrimSpace(after)
	}
	return len(before)+len(after) == 0
}

// isWord tells whether what stands at is bounded on both sides. Invalid UTF-8
// is no letter.
func isWord(in []byte, at span) bool {
	before, _ := utf8.DecodeLastRune(in[:at.start])
	after, _ := utf8.DecodeRune(in[at.end:])
	return !ofWord(before) && !ofWord(after)
}

func ofWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
}
