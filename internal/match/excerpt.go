package match

import (
	"strings"
	"unicode/utf8"
)

// excerptMax is how many characters of a value a hit shows.
const excerptMax = 200

// excerpt returns text, or of a long one excerptMax characters with what stands
// at in their middle and an ellipsis wherever it was cut. A longer match is
// shown from its start. Invalid UTF-8 becomes U+FFFD.
func excerpt(text []byte, at span) string {
	if utf8.RuneCount(text) <= excerptMax {
		return strings.ToValidUTF8(string(text), "\ufffd")
	}
	const room = excerptMax - 2 // an ellipsis on either side
	start := back(text, at.start, (room-utf8.RuneCount(text[at.start:at.end]))/2)
	end := ahead(text, start, room)
	cut := string([]rune(string(text[start:end]))) // each invalid byte a character
	if start > 0 {
		cut = "…" + cut
	}
	if end < len(text) {
		cut += "…"
	}
	return cut
}

// back returns the offset that lies runes before at, 0 at the least.
func back(text []byte, at, runes int) int {
	for ; runes > 0 && at > 0; runes-- {
		_, size := utf8.DecodeLastRune(text[:at])
		at -= size
	}
	return at
}

// ahead returns the offset that lies runes behind at, the text's end at the most.
func ahead(text []byte, at, runes int) int {
	for ; runes > 0 && at < len(text); runes-- {
		_, size := utf8.DecodeRune(text[at:])
		at += size
	}
	return at
}
