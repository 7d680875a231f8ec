package match

import (
	"encoding/binary"
	"hash/maphash"
	"math"
)

// sieve tells where in a text one of many windows may stand: stretches, all of
// one size, of what is sought.
//
// It looks at a text only every stride bytes, at the gram that begins there. A
// window is so long that, wherever it stands, such a gram lies in it; and the grams
// at any place of a window are known. Where one is met, each window of the text
// around it is looked up.
type sieve struct {
	size, stride   int // of a window; between the grams of a text
	mix            mixer
	seed           maphash.Seed
	pairs          pairs
	grams, windows bloom
}

// pairs are the pairs of bytes that stand in grams. Of what is sought few characters
// are made, as hex digits and hyphens, so that most grams of a record need not be
// looked up among a million, far from the processor.
type pairs [1 << 16 / 64]uint64

func (p *pairs) add(pair uint16) {
	if bit := uint64(1) << (pair % 64); p[pair/64]&bit == 0 {
		p[pair/64] |= bit
	}
}

// has tells whether the first and the last pair of a gram stand in any, both at once
// because the processor could not guess the one.
func (p *pairs) has(gram uint64) bool {
	first, last := uint16(gram), uint16(gram>>48)
	return p[first/64]>>(first%64)&(p[last/64]>>(last%64))&1 != 0
}

const (
	gramSize = 8
	// stretchMin is the shortest stretch that is worth a window: of a shorter one
	// too many grams of a text would be looked at.
	stretchMin = 16
	// strideMax and gramsMax bound the grams that are known, each of which takes two
	// bytes, for a window has as many as its stride is wide.
	strideMax = 32
	gramsMax  = 1 << 23
)

// newSieve is an empty one, for so many windows out of stretches of so many bytes
// at the least.
func newSieve(windows, shortest int) *sieve {
	stride := min(shortest-gramSize+1, strideMax, max(gramsMax/max(windows, 1), stretchMin-gramSize+1))
	return &sieve{
		size: stride + gramSize - 1, stride: stride, mix: newMixer(), seed: maphash.MakeSeed(),
		grams: newBloom(windows * stride), windows: newBloom(windows),
	}
}

func (s *sieve) add(window []byte) {
	for at := range s.stride {
		s.grams.add(s.mix.hash(gramOf(window[at:])))
	}
	for at := range s.size - 1 {
		s.pairs.add(binary.LittleEndian.Uint16(window[at:]))
	}
	s.windows.add(maphash.Bytes(s.seed, window))
}

// gramOf is the gram that text begins with.
func gramOf(text []byte) uint64 { return binary.LittleEndian.Uint64(text) }

func (s *sieve) has(gram uint64) bool {
	return s.pairs.has(gram) && s.grams.has(s.mix.hash(gram))
}

// each hands on every window in text that may have been added, as a view. It asks for a
// gram as has does, which the compiler would call.
func (s *sieve) each(text []byte, found func(window []byte)) {
	for at := 0; at+gramSize <= len(text); at += s.stride {
		if gram := gramOf(text[at:]); s.pairs.has(gram) && s.grams.has(s.mix.hash(gram)) && s.goesOn(text, at) {
			s.around(text, at, found)
		}
	}
}

// goesOn tells whether a window may go on around its gram at a place of text: to one
// side by half its own grams at the least.
func (s *sieve) goesOn(text []byte, at int) bool {
	before, behind := at-(s.stride-1)/2, at+(s.stride-1)/2
	return before >= 0 && s.has(gramOf(text[before:])) ||
		behind+gramSize <= len(text) && s.has(gramOf(text[behind:]))
}

// around hands on the windows that have the gram at a place of text.
func (s *sieve) around(text []byte, at int, found func(window []byte)) {
	for start := max(0, at-s.stride+1); start <= at && start+s.size <= len(text); start++ {
		if window := text[start : start+s.size]; s.windows.has(maphash.Bytes(s.seed, window)) {
			found(window)
		}
	}
}

// rarest is the window of a stretch whose grams the fewest others have: what all
// begin with would be met in every record.
func (s *sieve) rarest(stretch []byte, h holders) []byte {
	var sum, least int64 = 0, math.MaxInt64
	best := 0
	for at := 0; at+gramSize <= len(stretch); at++ {
		sum += int64(*h.of(s.mix.hash(gramOf(stretch[at:]))))
		start := at - s.stride + 1
		if start < 0 {
			continue
		}
		if sum < least {
			least, best = sum, start
		}
		sum -= int64(*h.of(s.mix.hash(gramOf(stretch[start:]))))
	}
	return stretch[best : best+s.size]
}
