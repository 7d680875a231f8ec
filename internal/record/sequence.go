package record

import (
	"cmp"
	"math/big"
	"strings"
	"time"
)

// SequenceNumber is a decimal number of up to 129 digits that a stream gives to
// each record. Within a shard it grows with time; across shards it means
// nothing.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Record.html
type SequenceNumber string

// Compare orders two sequence numbers of one shard as numbers, never as text:
// negative when s comes before other. The empty number comes before all.
func (s SequenceNumber) Compare(other SequenceNumber) int {
	if c := cmp.Compare(len(s), len(other)); c != 0 {
		return c // the pattern 0|[1-9]\d* has no leading zeros
	}
	return strings.Compare(string(s), string(other))
}

// Valid tells whether s has the form that AWS documents: 0|([1-9]\d{0,128}).
func (s SequenceNumber) Valid() bool {
	if s == "0" {
		return true
	}
	if s == "" || len(s) > 129 || s[0] == '0' {
		return false
	}
	return strings.Trim(string(s), "0123456789") == ""
}

// Parts is what a sequence number of AWS' second layout carries. The layout is
// not a contract ("maybe changed at any time", says the KCL), so these are
// hints to choose and explain by, never proof on their own.
type Parts struct {
	// ShardCreatedAt is when the shard was created, in seconds.
	ShardCreatedAt time.Time
	// At is the record's arrival, or the shard's cut-over in an
	// EndingSequenceNumber, in seconds. The latter may lie in the future.
	At time.Time
	// ShardIndex is the number in the shard's ID, shardId-%012d.
	ShardIndex uint32
}

const (
	layoutBits    = 186 // a version-2 number: 47 hex digits, the first of them 2
	layoutVersion = 2
)

// Parts reads the number's fields, and whether it has AWS' second layout at
// all; endpoints other than AWS often use their own.
//
// Bits, from KCL's SequenceNumberValidator and observed numbers: version
// 184–187, shard creation 148–183, record time 36–71, shard index 4–35.
func (s SequenceNumber) Parts() (Parts, bool) {
	if !s.Valid() {
		return Parts{}, false
	}
	n, ok := new(big.Int).SetString(string(s), 10)
	if !ok || n.BitLen() != layoutBits || bits(n, 184, 4) != layoutVersion {
		return Parts{}, false
	}
	return Parts{
		ShardCreatedAt: time.Unix(int64(bits(n, 148, 36)), 0).UTC(),
		At:             time.Unix(int64(bits(n, 36, 36)), 0).UTC(),
		ShardIndex:     uint32(bits(n, 4, 32)),
	}, true
}

// bits returns width bits of n from bit position low.
func bits(n *big.Int, low, width uint) uint64 {
	mask := new(big.Int).SetUint64(1<<width - 1)
	return mask.And(mask, new(big.Int).Rsh(n, low)).Uint64()
}
