package match

import (
	"bytes"
	"math/bits"

	"kinspect/internal/sweep"
)

// seeker tells whether one text stands in bytes. bytes.Contains goes by the first
// byte of a text, and many records have that of an ID everywhere.
type seeker struct {
	text []byte
	rare int           // the place in text of its rarest gram
	gram *sweep.Finder // nil: the text is a byte
	// known are the grams of a text that is long enough to be told by one gram every
	// stride bytes, wherever it stands (see sieve).
	known  [16]uint64
	stride int // 0: the text is too short
}

// common lists the bytes of JSON, of IDs and of logs, the more frequent ones last. All
// others come before them, but for those of which other scripts are made.
const common = "QZXKJYVWqBUGFHMPOzxjLNRDCSTAIE_kvwyb/+=5768943gfhmpuldc.2-0 1ionsratre:,\""

var commonness = func() (all [256]int) {
	for i := range len(common) {
		all[common[i]] = i + 1
	}
	for i := 0x80; i <= 0xFF; i++ {
		all[i] = len(common) / 2
	}
	return all
}()

func newSeeker(text []byte) *seeker {
	s := &seeker{text: text}
	if len(text) > 1 {
		s.rare = rarest(text)
		s.gram = sweep.Gram(s.sign())
	}
	if len(text) >= stretchMin {
		s.stride = min(len(text)-gramSize+1, strideMax)
		for at := range s.stride {
			place := knownAt(gramOf(text[at:]))
			s.known[place/64] |= 1 << (place % 64)
		}
	}
	return s
}

// sign is the rarest gram of the text, or empty where that is a byte.
func (s *seeker) sign() string {
	if len(s.text) < 2 {
		return ""
	}
	return string(s.text[s.rare:min(s.rare+sweep.GramMax, len(s.text))])
}

// rarest is the place of the rarest gram.
func rarest(text []byte) (at int) {
	size := min(sweep.GramMax, len(text))
	least := size * len(commonness)
	for i := range len(text) - size + 1 {
		common := 0
		for _, c := range text[i : i+size] {
			common += commonness[c]
		}
		if common < least {
			at, least = i, common
		}
	}
	return at
}

// knownAt is the place of a gram, one of 1,024, which some others share.
func knownAt(gram uint64) uint64 {
	high, _ := bits.Mul64(gram, 0x9E3779B97F4A7C15) // 2^64 by the golden ratio
	return high % 1024
}

// missesMax is how often the rarest gram may stand elsewhere than in the text, and
// once more every bytesPerMiss bytes, before it is looked for otherwise.
const missesMax, bytesPerMiss = 4, 128

func (s *seeker) standsIn(in []byte) bool {
	if s.gram == nil {
		return bytes.Contains(in, s.text)
	}
	misses := 0
	for at := s.rare; at < len(in); at++ {
		next := s.gram.Find(in[at:])
		if next < 0 {
			return false
		}
		at += next
		rest := in[at-s.rare:]
		if bytes.HasPrefix(rest, s.text) {
			return true
		}
		if misses++; misses > missesMax+at/bytesPerMiss {
			return s.standsInOdd(rest)
		}
	}
	return false
}

// standsInOdd is for bytes that have what should be rare.
func (s *seeker) standsInOdd(in []byte) bool {
	if s.stride == 0 {
		return bytes.Contains(in, s.text)
	}
	for at := s.stride - 1; at+gramSize <= len(in); at += s.stride {
		if place := knownAt(gramOf(in[at:])); s.known[place/64]>>(place%64)&1 == 0 {
			continue
		}
		if bytes.Contains(in[at-s.stride+1:min(at+len(s.text), len(in))], s.text) {
			return true
		}
	}
	return false
}
