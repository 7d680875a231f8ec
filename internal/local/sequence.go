package local

import (
	"encoding/binary"
	"math"
	"math/big"
	"strings"
)

// sequence is what a sequence number of AWS' second layout says. Its 186 bits
// are, from the top: the version 2, the shard's creation second (36 bits), the
// low four bits of the shard's index, a counter (64), a zero byte, the record's
// second (36), the shard's index (32), and 2 again.
type sequence struct {
	created int64  // the shard's creation, in seconds since 1970
	counter uint64 // grows with every record of the stream
	at      int64  // the record's arrival, in seconds since 1970
	shard   uint32 // the shard's index, as in its id
}

// closingCounter stands in the EndingSequenceNumber of a closed shard: no
// record of the shard can come after it.
const closingCounter = math.MaxInt64

const (
	sequenceVersion = 2
	sequenceBits    = 186
	low36           = 1<<36 - 1
)

// String is the number in decimal, 56 digits for any time of this century.
func (q sequence) String() string {
	var b [24]byte
	created, at, shard := uint64(q.created)&low36, uint64(q.at)&low36, uint64(q.shard)
	binary.BigEndian.PutUint64(b[0:], sequenceVersion<<56|created<<20|(shard&0xf)<<16|q.counter>>48)
	binary.BigEndian.PutUint64(b[8:], q.counter<<16|at>>28)
	binary.BigEndian.PutUint64(b[16:], at<<36|shard<<4|2)
	return new(big.Int).SetBytes(b[:]).String()
}

// parseSequence takes a sequence number apart; it reports false for one that
// has another layout, such as other endpoints give.
func parseSequence(s string) (sequence, bool) {
	n, ok := new(big.Int).SetString(s, 10)
	if !ok || n.Sign() <= 0 || n.BitLen() != sequenceBits {
		return sequence{}, false
	}
	var b [24]byte
	n.FillBytes(b[:])
	high, middle, low := binary.BigEndian.Uint64(b[0:]), binary.BigEndian.Uint64(b[8:]), binary.BigEndian.Uint64(b[16:])
	q := sequence{
		created: int64(high >> 20 & low36),
		counter: high<<48 | middle>>16,
		at:      int64(middle&0xff<<28 | low>>36),
		shard:   uint32(low >> 4),
	}
	return q, q.String() == s
}

// compareSequences compares two sequence numbers as the numbers they are;
// neither has leading zeros.
func compareSequences(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
