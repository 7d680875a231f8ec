package trace

import (
	"errors"
	"fmt"
	"strings"

	"kinspect/internal/kpl"
	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// fate is what the KCL makes of an aggregate, the zero fate that it delivers all.
//
// https://github.com/awslabs/amazon-kinesis-client/blob/master/amazon-kinesis-client/src/main/java/software/amazon/kinesis/retrieval/AggregatorUtil.java
type fate struct {
	sequence record.SequenceNumber
	// lost tells that user records are not delivered, from the place first on.
	lost   bool
	first  int
	reason string
}

// deliverable tells whether KCL consumers are given a user record, and if not,
// why. It is nil where nobody can tell: in an aggregate that was not taken apart, or
// in one of a shard whose hash key range is unknown, as a capture's is.
func (s *search) deliverable(user record.UserRecord, damage error) (deliverable *bool, reason string) {
	told := true
	switch {
	case errors.Is(damage, kpl.ErrEmpty):
		if told = len(user.Data) <= kpl.Overhead; !told {
			reason = "its aggregate holds no user records, and KCL consumers are given nothing of it"
		}
	case kpl.Sealed(damage):
		return nil, ""
	case user.Aggregated:
		f, known := s.fate(user)
		if !known {
			return nil, ""
		}
		if f.lost && user.SubSequenceNumber >= f.first {
			told, reason = false, f.reason
		}
	}
	return &told, reason
}

// fate judges an aggregate once for all its user records that match, which come
// one after another.
func (s *search) fate(user record.UserRecord) (f fate, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	owned, known := s.ranges[user.ShardID]
	if !known || s.before.Capture {
		return fate{}, false
	}
	f, judged := s.fates[user.ShardID]
	if !judged || f.sequence != user.SequenceNumber {
		f = judgeAggregate(user.Record, owned)
		s.fates[user.ShardID] = f
	}
	return f, true
}

// judgeAggregate goes through the user records as the KCL does. It drops an
// aggregate whole when one hashes outside the shard, and gives up at an explicit
// hash key that it cannot read.
func judgeAggregate(r record.Record, owned shard.Range) fate {
	users, _ := kpl.Deaggregate(r) // it is sound, or its user records would not be here
	for i, user := range users {
		hash, err := effectiveHash(user)
		switch {
		case errors.Is(err, errNoNumber):
			return fate{r.SequenceNumber, true, i, fmt.Sprintf("KCL consumers get its aggregate only up to user record %d, whose explicit hash key is no number", i)}
		case err != nil:
			return dropped(r, i, "hashes outside all shards")
		case !owned.Contains(hash):
			return dropped(r, i, fmt.Sprintf("hashes to %s, outside its shard", hash))
		}
	}
	return fate{sequence: r.SequenceNumber}
}

func dropped(r record.Record, i int, where string) fate {
	return fate{r.SequenceNumber, true, 0, fmt.Sprintf("KCL consumers drop its whole aggregate: user record %d in it %s", i, where)}
}

var errNoNumber = errors.New("no number")

// effectiveHash is where a user record of an aggregate belongs. The KCL reads an
// explicit hash key as Java's BigInteger does, so that it may have a sign and
// leading zeros; an error other than errNoNumber is a number outside 128 bits.
func effectiveHash(user record.UserRecord) (shard.HashKey, error) {
	if user.ExplicitHashKey == nil {
		return shard.HashOf(*user.UserKey), nil
	}
	sign, digits := cutSign(*user.ExplicitHashKey)
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return shard.HashKey{}, errNoNumber
	}
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		return shard.HashKey{}, nil
	}
	return shard.ParseHashKey(strings.TrimPrefix(sign, "+") + digits)
}

func cutSign(text string) (sign, digits string) {
	if strings.HasPrefix(text, "-") || strings.HasPrefix(text, "+") {
		return text[:1], text[1:]
	}
	return "", text
}
