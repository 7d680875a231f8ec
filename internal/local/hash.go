package local

import (
	"bytes"
	"crypto/md5"
	"math/big"
)

// hashKey is an unsigned 128-bit number, most significant byte first.
type hashKey [16]byte

var (
	firstHashKey hashKey
	lastHashKey  = hashKey(bytes.Repeat([]byte{0xff}, 16))
	hashKeys     = new(big.Int).Lsh(big.NewInt(1), 128) // how many there are
)

// hashOf is the hash key of a partition key: its MD5.
func hashOf(partitionKey string) hashKey { return md5.Sum([]byte(partitionKey)) }

// parseHashKey reads a decimal number; it reports false if that is outside
// [0, 2^128-1].
func parseHashKey(s string) (hashKey, bool) {
	n, ok := new(big.Int).SetString(s, 10)
	if !ok || n.Sign() < 0 || n.BitLen() > 128 {
		return hashKey{}, false
	}
	return hashKeyOf(n), true
}

func hashKeyOf(n *big.Int) (h hashKey) {
	n.FillBytes(h[:])
	return h
}

func (h hashKey) big() *big.Int { return new(big.Int).SetBytes(h[:]) }

// plus is h moved by n; the caller sees to it that this stays in range.
func (h hashKey) plus(n int64) hashKey {
	return hashKeyOf(new(big.Int).Add(h.big(), big.NewInt(n)))
}

// String is the key in decimal, as it goes over the wire.
func (h hashKey) String() string { return h.big().String() }

func (h hashKey) compare(other hashKey) int { return bytes.Compare(h[:], other[:]) }

// hashRange is a range of hash keys, both ends inclusive.
type hashRange struct{ start, end hashKey }

func (r hashRange) contains(h hashKey) bool {
	return r.start.compare(h) <= 0 && h.compare(r.end) <= 0
}

// uniform cuts the key space into n ranges as CreateStream does: each takes
// floor(2^128/n) keys, and the last one what remains.
func uniform(n int) []hashRange {
	size := new(big.Int).Div(hashKeys, big.NewInt(int64(n)))
	ranges := make([]hashRange, n)
	for i := range ranges {
		start := new(big.Int).Mul(size, big.NewInt(int64(i)))
		ranges[i] = hashRange{hashKeyOf(start), lastHashKey}
		if i > 0 {
			ranges[i-1].end = ranges[i].start.plus(-1)
		}
	}
	return ranges
}
