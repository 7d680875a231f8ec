package sweep

import (
	"bytes"
	"strings"

	"golang.org/x/sys/cpu"
)

const (
	// laneBytes is how many bytes are looked at together.
	laneBytes = 32
	// wideMin is the fewest bytes of which so many can be looked at, each of which may
	// begin a gram.
	wideMin = laneBytes + GramMax - 1
)

// wide tells whether the processor can.
var wide = cpu.X86.HasAVX2

// lanes are what all bytes are compared with: the bytes of a gram, the last of them for
// those that it lacks, and how far behind the first the third and the fourth are; and
// the bytes of three pairs. Zeros, which are no text, are none of either.
type lanes struct {
	gram          [GramMax][laneBytes]byte
	pairs         [2 * pairsMax][laneBytes]byte
	third, fourth int
}

func newLanes(gram string, pairs []string) (l lanes) {
	last := max(0, len(gram)-1)
	for i := range l.gram {
		if gram != "" {
			fill(&l.gram[i], gram[min(i, last)])
		}
	}
	for i, c := range []byte(strings.Join(pairs, "")) {
		fill(&l.pairs[i], c)
	}
	l.third, l.fourth = min(2, last), min(3, last)
	return l
}

func fill(lane *[laneBytes]byte, c byte) { copy(lane[:], bytes.Repeat([]byte{c}, laneBytes)) }

// findWide is find for wideMin bytes at the least.
func (f *Finder) findWide(in []byte) int {
	first := len(in) - max(1, len(f.gram)-1) // behind which the kernel does not look
	at := 0
	if f.text {
		at = findMark(&f.lanes, &in[0], first)
	} else {
		at = findGram(&f.lanes, &in[0], first)
	}
	if at < first {
		return at
	}
	if at = f.findInFew(in[first:]); at < 0 {
		return at
	}
	return first + at
}

// findMark returns the first of n bytes that is no text, or begins what is looked for,
// which may end behind them; or n. There are laneBytes at the least.
//
//go:noescape
func findMark(l *lanes, data *byte, n int) int

// findGram is findMark for the gram alone.
//
//go:noescape
func findGram(l *lanes, data *byte, n int) int

// decode decodes n times laneBytes of Base64 up to the first four of them that are not all
// of it, and returns how many bytes it has read. It writes a quarter of laneBytes behind
// what it decodes. Those fours that are less than laneBytes it may leave.
//
//go:noescape
func decode(into, text *byte, n int) int
