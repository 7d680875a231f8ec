//go:build unix

package bench

import (
	"bytes"
	"fmt"
	"os/exec"
	"testing"
)

// Exit codes.
const (
	done        = 0
	absent      = 1 // proved
	interrupted = 130
)

// million is a million records of 500 bytes, as many in each of eight shards.
var million = Stored{Shards: 8, Pages: 25, Records: 5000, Bytes: 500}

// trace looks for what is in no record.
func (s served) trace() *exec.Cmd {
	return s.kinspect("trace", "orders", "feedface-0000-4000-8000-00000000feed", "--read-share=off", "--until=10m")
}

// full is 960,000 records of a kilobyte, in the largest pages that AWS sends.
var full = Stored{Shards: 8, Pages: 12, Records: 10_000, Bytes: 1000}

// A literal is looked for in all records, to the end of all shards.
func BenchmarkTrace(b *testing.B) {
	for _, stored := range []Stored{full, million} {
		s := serving(b, stored)
		for _, way := range []struct {
			name string
			run  func(u *used)
		}{
			{"kinspect", func(u *used) { u.run(b, s.trace(), absent) }},
			{"discard", func(u *used) { u.run(b, s.client("discard"), done) }},
		} {
			b.Run(fmt.Sprintf("bytes=%d/impl=%s", s.Bytes, way.name), func(b *testing.B) {
				var u used
				for b.Loop() {
					way.run(&u)
				}
				u.report(b, s.records(), s.bytes())
			})
		}
	}
}

// A tail selects one in a million by jq, and prints it.
func BenchmarkTailJQ(b *testing.B) {
	s := serving(b, million)
	const program = `select(.id=="` + needle + `")`
	for _, way := range []struct {
		name string
		run  func(u *used) []byte
	}{
		{"impl=kinspect", func(u *used) []byte {
			return u.run(b, s.kinspect("tail", "orders", "--from=trim-horizon", "--limit=8", "--read-share=off", "--jq", program, "--output=data"), done)
		}},
		{"impl=naive", func(u *used) []byte { return u.run(b, s.client("naive", "KINSPECT_JQ="+program), done) }},
		{"impl=discard", func(u *used) []byte {
			u.run(b, s.client("discard"), done)
			return nil
		}},
	} {
		b.Run(way.name, func(b *testing.B) {
			var u used
			for b.Loop() {
				if out := way.run(&u); out != nil && bytes.Count(out, []byte(needle)) != s.Shards {
					b.Fatalf("%d bytes printed", len(out))
				}
			}
			u.report(b, s.records(), s.bytes())
		})
	}
}
