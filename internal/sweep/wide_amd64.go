package sweep

import (
	"bytes"
	"strings"

	"golang.org/x/sys/cpu"
)

// laneBytes is how many bytes are looked at together.
const laneBytes = 32

// wide tells whether the processor can.
var wide = cpu.X86.HasAVX2

// lanes are what all bytes are compared with: the least and the greatest that are
// passed over, as signed numbers, and the two bytes of each of two pairs. A pair of
// zeros, which are no text, is none.
type lanes [6][laneBytes]byte

func newLanes(least, greatest int8, pairs []string) (l lanes) {
	for i, c := range append([]byte{byte(least), byte(greatest)}, strings.Join(pairs, "")...) {
		copy(l[i][:], bytes.Repeat([]byte{c}, laneBytes))
	}
	return l
}

// findWide is find for more than laneBytes.
func (f *Finder) findWide(in []byte) int {
	last := len(in) - 1
	at := find(&f.lanes, &in[0], last)
	if at == last && !(f.text && (in[last] < ' ' || in[last] > '~')) {
		return -1 // no pair begins with the last byte
	}
	return at
}

// find returns the first of n bytes that is out of bounds, or begins a pair, which may
// end behind them; or n. There are laneBytes at the least.
//
//go:noescape
func find(l *lanes, data *byte, n int) int
