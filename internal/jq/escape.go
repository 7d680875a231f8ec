package jq

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Escape reads the escape of JSON that text begins with: its character, and how many
// bytes spell it; 0 where it is none. Half of a surrogate pair is U+FFFD.
func Escape[Text string | []byte](text Text) (r rune, length int) {
	if len(text) < len(`\n`) || text[0] != '\\' {
		return 0, 0
	}
	switch text[1] {
	case '"', '\\', '/':
		return rune(text[1]), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	}
	high, ok := codeUnit(text)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(high) {
		return high, 6
	}
	low, _ := codeUnit(text[6:])
	if r := utf16.DecodeRune(high, low); r != utf8.RuneError {
		return r, 12
	}
	return utf8.RuneError, 6
}

// codeUnit reads \uXXXX.
func codeUnit[Text string | []byte](text Text) (unit rune, ok bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	value, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(value), err == nil
}
