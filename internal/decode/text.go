package decode

import (
	"unicode"
	"unicode/utf8"

	"kinspect/internal/sweep"
)

var odd = sweep.Text("")

// Readable tells whether data is UTF-8 without control characters but tab, CR
// and LF: neither those of ASCII nor DEL nor U+0080 to U+009F. Empty data is.
func Readable(data []byte) bool {
	for {
		next := odd.Find(data)
		if next < 0 {
			return true
		}
		data = data[next:]
		r, size := utf8.DecodeRune(data)
		switch {
		case r == '\t' || r == '\n' || r == '\r':
		case unicode.IsControl(r), r == utf8.RuneError && size == 1:
			return false
		}
		data = data[size:]
	}
}
