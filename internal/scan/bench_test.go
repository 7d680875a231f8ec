package scan

import (
	"fmt"
	"testing"

	"kinspect/internal/decode"
	"kinspect/internal/match"
	"kinspect/internal/record"
)

// A page of JSON in which nothing is found, an event a record.
func BenchmarkMiss(b *testing.B) {
	content, err := match.Event("feedface-0000-4000-8000-00000000feed")
	if err != nil {
		b.Fatal(err)
	}
	for _, size := range []int{500, 1000} {
		key, records := "0123456789ab", make([]record.Record, 1000)
		for i := range records {
			data := fmt.Appendf(nil, `{"id":"%08x-5eed-4bad-8bad-c0ffee0ddba1","type":"OrderPlaced","at":"2026-11-23T10:41:51.471Z","user_id":%d,"detail":{"items":[{"sku":"SKU-%08x","quantity":2}],"note":"`, i*2654435761, i, i)
			for len(data) < size-4 {
				data = append(data, "abcdefghijklmnopqrstuvwxyz     "[(len(data)*7+i)%31])
			}
			records[i] = record.Record{SequenceNumber: "49", PartitionKey: &key, Data: append(data, `"}}`...)}
		}
		b.Run(fmt.Sprintf("bytes=%d", size), func(b *testing.B) {
			b.SetBytes(int64(len(records) * size))
			b.ReportAllocs()
			for b.Loop() {
				sieve := Sieve(decode.Auto, content.Signs(), content.Refuses)()
				for i := range records {
					if !sieve(&records[i]) {
						b.Fatal("not refused")
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(records)), "ns/record")
		})
	}
}
