package match

import (
	"bytes"
	"unicode/utf8"

	"kinspect/internal/jq"
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
		r, length := jq.Escape(text)
		if length == 0 {
			plain, text = append(plain, '\\'), text[1:]
			continue
		}
		plain, text, changed = utf8.AppendRune(plain, r), text[length:], true
	}
	return append(plain, text...), changed
}
