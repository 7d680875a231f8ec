// Package sweep goes over bytes 32 at a time, where the processor can: it finds where
// they cease to be plain text or where a few that are looked for begin, in one pass, and
// decodes Base64 up to what is none. By that most records are told from those that have
// to be parsed; no function of a library does either at once.
package sweep

import (
	"bytes"
	"encoding/binary"
)

// Finder finds the first of what it was made for. It is safe for concurrent use.
type Finder struct {
	text  bool
	gram  []byte   // empty: none
	pairs [][]byte // pairsMax at the most
	lanes lanes
}

// GramMax is the most bytes of a gram.
const GramMax = 4

const pairsMax = 3

// Text returns what finds bytes that are not from ' ' to '~', and among those that are a
// gram of two to GramMax, or none where that is empty, and three pairs at the most.
func Text(gram string, pairs ...string) *Finder {
	f := &Finder{text: true, gram: []byte(gram), lanes: newLanes(gram, pairs)}
	for _, pair := range pairs {
		f.pairs = append(f.pairs, []byte(pair))
	}
	return f
}

// Gram returns what finds two to GramMax bytes, whatever else there is.
func Gram(gram string) *Finder { return &Finder{gram: []byte(gram), lanes: newLanes(gram, nil)} }

// Find returns the place of the first, or -1.
func (f *Finder) Find(in []byte) int {
	if wide && len(in) >= wideMin {
		return f.findWide(in)
	}
	return f.find(in)
}

// find looks for one thing after the other.
func (f *Finder) find(in []byte) int {
	n := len(in)
	if f.text {
		n = printable(in)
	}
	if len(f.gram) > 0 {
		n = before(n, in, f.gram)
	}
	for _, pair := range f.pairs {
		n = before(n, in, pair)
	}
	if n == len(in) {
		return -1
	}
	return n
}

// before returns where what begins in the first n bytes, or n.
func before(n int, in, what []byte) int {
	if at := bytes.Index(in[:min(n+len(what)-1, len(in))], what); at >= 0 {
		return at
	}
	return n
}

// findInFew is find of so few bytes that it is faster to look at each.
func (f *Finder) findInFew(in []byte) int {
	for i, c := range in {
		if f.text && (c < ' ' || c > '~') || len(f.gram) > 0 && bytes.HasPrefix(in[i:], f.gram) {
			return i
		}
		for _, pair := range f.pairs {
			if len(in) > i+1 && c == pair[0] && in[i+1] == pair[1] {
				return i
			}
		}
	}
	return -1
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
