package decode

import (
	"encoding/binary"
	"unicode"
	"unicode/utf8"
)

// Readable tells whether data is UTF-8 without control characters but tab, CR
// and LF: neither those of ASCII nor DEL nor U+0080 to U+009F. Empty data is.
func Readable(data []byte) bool {
	for {
		data = data[printable(data):]
		if len(data) == 0 {
			return true
		}
		r, size := utf8.DecodeRune(data)
		switch {
		case r == '\t' || r == '\n' || r == '\r':
		case unicode.IsControl(r), r == utf8.RuneError && size == 1:
			return false
		}
		data = data[size:]
	}
}

// The bytes of a word, one by one.
const (
	wordSize = 8
	ones     = 0x0101010101010101
	highs    = 0x80 * ones
)

// printable is how many bytes data begins with that are from ' ' to '~'.
func printable(data []byte) (n int) {
	for ; n+4*wordSize <= len(data); n += 4 * wordSize {
		four := data[n : n+4*wordSize]
		if arePrintable(four)&arePrintable(four[wordSize:])&arePrintable(four[2*wordSize:])&arePrintable(four[3*wordSize:])&highs != highs {
			break
		}
	}
	for n < len(data) && ' ' <= data[n] && data[n] <= '~' {
		n++
	}
	return n
}

// arePrintable has the high bit of each of eight bytes set if all are printable. One
// that is not may spoil its neighbours' bits, for its own is not set.
func arePrintable(data []byte) uint64 {
	word := binary.LittleEndian.Uint64(data)
	return (word + (0x80-' ')*ones) &^ (word + (0x7F-'~')*ones) &^ word
}
