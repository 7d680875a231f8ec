package decode

import (
	"unicode"
	"unicode/utf8"
)

// readable tells whether data is UTF-8 without control characters but tab, CR
// and LF: neither those of ASCII nor DEL nor U+0080 to U+009F. Empty data is.
func readable(data []byte) bool {
	for len(data) > 0 {
		if c := data[0]; ' ' <= c && c <= '~' {
			data = data[1:]
			continue
		}
		r, size := utf8.DecodeRune(data)
		switch {
		case r == '\t' || r == '\n' || r == '\r':
		case unicode.IsControl(r), r == utf8.RuneError && size == 1:
			return false
		}
		data = data[size:]
	}
	return true
}
