//go:build unix

package bench

import (
	"fmt"
	"testing"
)

// The same 200 MB lie in one shard, and in thousands: what a trace takes, and what the
// calls alone take.
func BenchmarkShards(b *testing.B) {
	for _, stored := range []Stored{
		{Shards: 1, Pages: 20, Records: 10_000, Bytes: 1000},
		{Shards: 10, Pages: 2, Records: 10_000, Bytes: 1000},
		{Shards: 100, Pages: 1, Records: 2000, Bytes: 1000},
		{Shards: 1000, Pages: 1, Records: 200, Bytes: 1000},
		{Shards: 4000, Pages: 1, Records: 50, Bytes: 1000},
	} {
		s := serving(b, stored)
		b.Run(fmt.Sprintf("shards=%d/impl=kinspect", s.Shards), func(b *testing.B) {
			var u used
			for b.Loop() {
				u.run(b, s.trace(), absent)
			}
			u.report(b, s.records(), s.bytes())
		})
		b.Run(fmt.Sprintf("shards=%d/impl=discard", s.Shards), func(b *testing.B) {
			var u used
			for b.Loop() {
				u.run(b, s.client("discard"), done)
			}
			u.report(b, s.records(), s.bytes())
		})
	}
}
