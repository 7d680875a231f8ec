package receipt

import (
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"

	"kinspect/internal/term"
)

// PartsMax bounds into how many parts a trace is divided: as many as AWS Batch runs of
// one array job.
//
// https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html
const PartsMax = 10_000

// Part is which of a stream's shards are read: those whose IDs hash to it, so that
// listings that were asked for at different times agree whose a shard is. The zero Part
// is all of them.
type Part struct {
	// Index counts from 1 to Of.
	Index int `json:"index"`
	Of    int `json:"of"`
}

// ErrPartFromZero is a part that was counted from 0, as schedulers do.
var ErrPartFromZero = errors.New("parts count from 1")

// ParsePart reads I/N. The one part of one is all, the zero Part.
func ParsePart(text string) (Part, error) {
	index, of, parted := strings.Cut(text, "/")
	i, err1 := strconv.ParseUint(index, 10, 32)
	n, err2 := strconv.ParseUint(of, 10, 32)
	switch {
	case !parted || err1 != nil || err2 != nil:
		return Part{}, errors.New("a part is I/N, such as 2/4")
	case n > PartsMax:
		return Part{}, fmt.Errorf("a trace has %s parts at the most", term.Number(PartsMax))
	case i == 0 || n == 0:
		return Part{}, ErrPartFromZero
	case i > n:
		return Part{}, fmt.Errorf("there is no part %d of %d", i, n)
	case n == 1:
		return Part{}, nil
	}
	return Part{int(i), int(n)}, nil
}

// Whole tells that it is all shards.
func (p Part) Whole() bool { return p.Of <= 1 }

// Reads tells whether a shard is one of the part's.
func (p Part) Reads(shardID string) bool { return p.Whole() || Owner(shardID, p.Of) == p.Index }

// String is as --part takes it.
func (p Part) String() string { return fmt.Sprintf("%d/%d", max(1, p.Index), max(1, p.Of)) }

// Words is "part 2 of 4".
func (p Part) Words() string { return fmt.Sprintf("part %d of %d", max(1, p.Index), max(1, p.Of)) }

// Owner is the index of the part, of so many, whose a shard is: the FNV-1a hash of its
// ID, of 64 bits, modulo parts, plus 1.
func Owner(shardID string, parts int) int {
	h := fnv.New64a()
	_, _ = h.Write([]byte(shardID))
	return int(h.Sum64()%uint64(parts)) + 1
}
