package match

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

// differentMisses are records of a kilobyte, none like another and more than a cache
// holds, each with as many IDs as front ends send, none of which is sought.
func differentMisses(escaped string) (all []Subject) {
	draw := rand.New(rand.NewPCG(3, 4))
	var page []byte
	var ends []int
	for range 8_000 {
		text := fmt.Appendf(nil, `{"orderId":%q,"userId":"user-%d","at":"2026-11-23T10:%02d:%02d.117Z","items":[`, uuid(draw), draw.IntN(1e6), draw.IntN(60), draw.IntN(60))
		for len(text) < 950 {
			text = fmt.Appendf(text, `{"sku":"sku-%04d","title":"Green tea %d%s","quantity":%d,"price":%d.90},`, draw.IntN(1e4), draw.IntN(100), escaped, draw.IntN(9), draw.IntN(500))
		}
		text = fmt.Appendf(text, `{}],"trace":%q}`, uuid(draw))
		page = append(page, text...)
		ends = append(ends, len(page))
	}
	begin := 0
	for _, end := range ends {
		s := keyed("user-88", string(page[begin:end]))
		s.User.UserData, s.Blob.Bytes[0] = page[begin:end], page[begin:end]
		all, begin = append(all, s), end
	}
	return all
}

// BenchmarkManyEvents looks for IDs in records without them. Its bound is the search
// for a single text.
func BenchmarkManyEvents(b *testing.B) {
	for _, kind := range []struct{ name, escaped string }{{"plain", ""}, {"escapes", `\u0431`}} {
		records := differentMisses(kind.escaped)
		run := func(name string, look func(Subject)) {
			b.Run(name+"/records="+kind.name, func(b *testing.B) {
				b.SetBytes(int64(len(records[0].User.UserData)))
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					look(records[i%len(records)])
				}
			})
		}
		for _, size := range []int{36, 16} {
			for _, n := range []int{10_000, 1_000_000} {
				e := events(b, manyIDs(n, size)...)
				run(fmt.Sprintf("impl=kinspect/ids=%d/size=%d", n, size), func(s Subject) {
					if found, _, err := e.Find(s); found != nil || err != nil {
						b.Fatal(found, err)
					}
				})
			}
		}
		one := []byte(manyIDs(1, 36)[0])
		run("impl=bytes.Index/ids=1/size=36", func(s Subject) {
			if bytes.Contains(s.User.UserData, one) {
				b.Fatal("found")
			}
		})
	}
}
