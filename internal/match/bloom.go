package match

import (
	"math/bits"
	"math/rand/v2"
)

// bloom is a set of hashes: it has all that were added, and by chance one in a
// hundred of the others. What it knows of one stands in a single word.
type bloom struct {
	words []uint64
	shift int // of a hash, so that it is the place of a word
}

// bloomBits are taken for each member, at the least.
const bloomBits = 12

// newBloom is an empty set that has room for so many.
func newBloom(members int) bloom {
	size := bits.Len(uint(max(members*bloomBits/64, 1) - 1))
	return bloom{make([]uint64, 1<<size), 64 - size}
}

func (b bloom) add(hash uint64) { b.words[hash>>b.shift] |= bloomed(hash) }

func (b bloom) has(hash uint64) bool {
	want := bloomed(hash)
	return b.words[hash>>b.shift]&want == want
}

// bloomed are three bits of a word.
func bloomed(hash uint64) uint64 {
	return 1<<(hash&63) | 1<<(hash>>6&63) | 1<<(hash>>12&63)
}

// mixer hashes eight bytes: by a number that no record knows, lest one be made to
// look like what is sought.
type mixer uint64

func newMixer() mixer { return mixer(rand.Uint64() | 1) }

func (m mixer) hash(gram uint64) uint64 {
	high, low := bits.Mul64(gram^uint64(m)>>1, uint64(m))
	return high ^ low
}
