package match

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// unescape takes JSON's escapes out of text that need not be JSON, and tells
// whether there was any. Within a JSON string it does what JSON does, and half
// a surrogate pair becomes U+FFFD; a backslash that begins no escape stays, and
// so does invalid UTF-8. It returns text itself if there is no backslash.
func unescape(text []byte) (plain []byte, changed bool) {
	at := bytes.IndexByte(text, '\\')
	if at < 0 {
		return text, false
	}
	plain = make([]byte, 0, len(text)) // no escape is shorter than its character
	for ; at >= 0; at = bytes.IndexByte(text, '\\') {
		plain = append(plain, text[:at]...)
		text = text[at:]
		r, length := escape(text)
		if length == 0 {
			plain, text = append(plain, '\\'), text[1:]
			continue
		}
		plain, text, changed = utf8.AppendRune(plain, r), text[length:], true
	}
	return append(plain, text...), changed
}

// escape reads the escape that text begins with; length 0 means none.
func escape(text []byte) (r rune, length int) {
	if len(text) < 2 {
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
func codeUnit(text []byte) (unit rune, ok bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	value, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(value), err == nil
}
