package lease

import (
	"fmt"
	"strings"
	"time"
)

// Keys makes the keys under which applications keep leases of a stream's shards.
type Keys struct {
	Account, Stream string
	// CreatedAt is when the stream was; zero where nobody tells, which leaves the keys of
	// multi-stream applications unknown.
	CreatedAt time.Time
}

// Of are the values of leaseKey that a shard's lease may have: that of an application of
// many streams, which names the stream and so comes first, and that of one.
//
// https://github.com/awslabs/amazon-kinesis-client/blob/master/amazon-kinesis-client/src/main/java/software/amazon/kinesis/leases/MultiStreamLease.java
func (k Keys) Of(shardID string) []string {
	if !k.whole() {
		return []string{shardID}
	}
	return []string{fmt.Sprintf("%s:%s:%d:%s", k.Account, k.Stream, k.CreatedAt.Unix(), shardID), shardID}
}

// whole tells whether all the forms of a key are known.
func (k Keys) whole() bool { return k.Account != "" && k.Stream != "" && !k.CreatedAt.IsZero() }

// words names the keys that were looked for.
func (k Keys) words(shardID string) string {
	return `leaseKey "` + strings.Join(k.Of(shardID), `" or "`) + `"`
}
