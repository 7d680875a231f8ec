// Package sweep finds where bytes cease to be plain text, or where a pair of bytes that
// is looked for begins, in one pass. By that most records are told from those that have
// to be parsed; no function of a library does so at once.
package sweep

import (
	"bytes"
	"encoding/binary"
)

// Finder finds the first of what it was made for. It is safe for concurrent use.
type Finder struct {
	text  bool
	pairs [][]byte
	lanes lanes
}

// Text returns what finds bytes that are not from ' ' to '~', and two pairs of such at
// the most.
func Text(pairs ...string) *Finder {
	f := &Finder{text: true, lanes: newLanes(' ', '~', pairs)}
	for _, pair := range pairs {
		f.pairs = append(f.pairs, []byte(pair))
	}
	return f
}

// Pair returns what finds a pair.
func Pair(pair string) *Finder {
	return &Finder{pairs: [][]byte{[]byte(pair)}, lanes: newLanes(-128, 127, []string{pair, pair})}
}

// Find returns the place of the first, or -1.
func (f *Finder) Find(in []byte) int {
	if len(in) > laneBytes && wide {
		return f.findWide(in)
	}
	return f.find(in)
}

// find looks for one after the other.
func (f *Finder) find(in []byte) (first int) {
	first = -1
	if f.text {
		if n := printable(in); n < len(in) {
			in, first = in[:n], n
		}
	}
	for _, pair := range f.pairs {
		if at := bytes.Index(in, pair); at >= 0 {
			in, first = in[:at+1], at
		}
	}
	return first
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
