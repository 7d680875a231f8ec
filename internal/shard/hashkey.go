package shard

import (
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"math/big"
	"math/bits"
	"slices"
	"strings"
)

// HashKey is a place in the key space, an unsigned integer of 128 bits.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_HashKeyRange.html
type HashKey struct{ Hi, Lo uint64 }

// MaxHashKey is the last place of the key space, 2^128 − 1.
var MaxHashKey = HashKey{Hi: ^uint64(0), Lo: ^uint64(0)}

// HashOf returns where a partition key falls unless the producer set an
// explicit hash key: the MD5 of its UTF-8 bytes, read big-endian.
func HashOf(partitionKey string) HashKey {
	return fromBytes(md5.Sum([]byte(partitionKey)))
}

func fromBytes(b [16]byte) HashKey {
	return HashKey{Hi: binary.BigEndian.Uint64(b[:8]), Lo: binary.BigEndian.Uint64(b[8:])}
}

// hashKeyDigitsMax is the length of 2^128 − 1.
const hashKeyDigitsMax = 39

// ParseHashKey reads the decimal form that AWS uses, 0|([1-9]\d{0,38}), and
// nothing else: no sign, no leading zero, no place above 2^128 − 1.
func ParseHashKey(text string) (HashKey, error) {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return HashKey{}, fmt.Errorf("hash key %q is not a decimal number", text)
	}
	if text[0] == '0' && text != "0" {
		return HashKey{}, fmt.Errorf("hash key %q has a leading zero", text)
	}
	n := new(big.Int)
	if len(text) <= hashKeyDigitsMax { // also keeps a long text from costing time
		n.SetString(text, 10)
	}
	if len(text) > hashKeyDigitsMax || n.BitLen() > 128 {
		return HashKey{}, fmt.Errorf("hash key %s is outside 0 to 2^128-1", text)
	}
	var b [16]byte
	n.FillBytes(b[:])
	return fromBytes(b), nil
}

// MarshalText writes the decimal form.
func (h HashKey) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads the decimal form.
func (h *HashKey) UnmarshalText(text []byte) (err error) {
	*h, err = ParseHashKey(string(text))
	return err
}

// String returns the decimal form.
func (h HashKey) String() string { return h.big().String() }

func (h HashKey) big() *big.Int {
	n := new(big.Int).SetUint64(h.Hi)
	return n.Add(n.Lsh(n, 64), new(big.Int).SetUint64(h.Lo))
}

// Compare orders hash keys.
func (h HashKey) Compare(other HashKey) int {
	switch {
	case h.Hi < other.Hi, h.Hi == other.Hi && h.Lo < other.Lo:
		return -1
	case h == other:
		return 0
	}
	return 1
}

// Next returns the place after h; ok is false when h is the last one.
func (h HashKey) Next() (next HashKey, ok bool) {
	lo, carry := bits.Add64(h.Lo, 1, 0)
	hi, overflow := bits.Add64(h.Hi, 0, carry)
	return HashKey{Hi: hi, Lo: lo}, overflow == 0
}

// Range is a stretch of the key space, both ends inclusive. Its JSON is AWS' own.
type Range struct {
	Start HashKey `json:"startingHashKey"`
	End   HashKey `json:"endingHashKey"`
}

// Contains tells whether the range holds h.
func (r Range) Contains(h HashKey) bool {
	return r.Start.Compare(h) <= 0 && h.Compare(r.End) <= 0
}

// Share returns the part of the key space that the range takes, from 0 to 1.
// A range whose end comes before its start takes none.
func (r Range) Share() float64 {
	if r.End.Compare(r.Start) < 0 {
		return 0
	}
	width := new(big.Int).Sub(r.End.big(), r.Start.big())
	width.Add(width, big.NewInt(1))
	share, _ := new(big.Rat).SetFrac(width, new(big.Int).Lsh(big.NewInt(1), 128)).Float64()
	return share
}

// Covers tells whether the ranges together leave no place of the key space
// out. Overlaps are allowed: kinesalite and a reshard under way make them.
func Covers(ranges []Range) bool {
	_, uncovered := firstUncovered(ranges)
	return !uncovered
}

// firstUncovered returns the first place that no range holds.
func firstUncovered(ranges []Range) (place HashKey, uncovered bool) {
	sorted := slices.SortedFunc(slices.Values(ranges), func(a, b Range) int { return a.Start.Compare(b.Start) })
	for _, r := range sorted {
		if !r.Contains(place) {
			continue // it ends before, or leaves a gap that later ones cannot close
		}
		next, more := r.End.Next()
		if !more {
			return HashKey{}, false
		}
		place = next
	}
	return place, true
}
