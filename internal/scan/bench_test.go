package scan

import (
	"bytes"
	"fmt"
	"testing"

	"kinspect/internal/decode"
	"kinspect/internal/jq"
	"kinspect/internal/match"
	"kinspect/internal/record"
)

// page is one of 1,000 order events of a kilobyte, as views into one buffer.
func page(encode func([]byte) []byte) (records []record.Record, size int) {
	key := "user-88"
	for i := range 1_000 {
		text := fmt.Appendf(nil, `{"orderId":"4b36ccbc-9c87-466c-5373-81cba5a5%04d","userId":"user-%d","at":"2026-11-23T10:15:%02d.117Z","items":[`, i, i*77, i%60)
		for n := 0; len(text) < 1000; n++ {
			text = fmt.Appendf(text, `{"sku":"sku-%04d","title":"Green tea %d","quantity":%d,"price":%d.90},`, i*37%9973, n, n%9, i%500)
		}
		text = append(text, "{}]}"...)
		size += len(text)
		records = append(records, record.Record{PartitionKey: &key, Data: encode(text)})
	}
	return records, size / len(records)
}

// BenchmarkMiss opens a page's records and looks for what is not there. Its bound is the
// search of their bytes alone.
func BenchmarkMiss(b *testing.B) {
	const id = "0f8fad5b-d9cb-469f-a165-70867728950e"
	text, err := match.Event(id)
	if err != nil {
		b.Fatal(err)
	}
	program, err := jq.Compile(`select(.orderId == "` + id + `")`)
	if err != nil {
		b.Fatal(err)
	}
	records, size := page(bytes.Clone)
	run := func(name string, visitPage func()) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				if n%len(records) == 0 { // an operation is a record
					visitPage()
				}
			}
		})
	}
	for name, m := range map[string]match.Matcher{"event": text, "jq": match.JQ(program)} {
		run("impl=kinspect/by="+name, func() {
			Records(records, decode.Auto, m.Refuses, func(s match.Subject) bool {
				if _, ok, err := m.Match(s); ok || err != nil {
					b.Fatal(ok, err)
				}
				return true
			})
		})
	}
	run("bound=bytes.Contains/by=event", func() {
		for _, r := range records {
			if bytes.Contains(r.Data, []byte(id)) {
				b.Fatal("found")
			}
		}
	})
}
