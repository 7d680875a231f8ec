package render

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"kinspect/internal/decode"
	"kinspect/internal/record"
	"kinspect/internal/term"
)

// BenchmarkPrint prints user records of a kilobyte that are opened already. The bound is
// a copy of their bytes.
func BenchmarkPrint(b *testing.B) {
	key := "user-88"
	var lines []string
	for i := range 12 {
		lines = append(lines, fmt.Sprintf(`{"sku":"sku-%04d","title":"Thé glacé %d","quantity":%d,"price":%d.90}`, i*37, i, i%3+1, i*7+3))
	}
	data := []byte(`{"orderId":"ord-9","userId":"user-88","at":"2026-11-23T10:15:02.117Z","items":[` + strings.Join(lines, ",") + `],"total":431.80}`)
	user := record.Plain(record.Record{
		ShardID: "shardId-000000000003", SequenceNumber: "49671234567890123456789012345678901234567890123456789012",
		PartitionKey: &key, ArrivedAt: time.UnixMilli(1763892902117), EncryptionType: "KMS", Data: data,
	})
	blob := decode.Open(data)
	out := term.NewOutput(io.Discard, term.Never, func(string) string { return "" })
	var dst []byte
	var items []Item
	run := func(name string, print func(dst []byte) []byte) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				dst = print(dst[:0])
			}
		})
	}
	for _, format := range []string{"raw", "data", "json", "pretty"} {
		r, err := New(format, out)
		if err != nil {
			b.Fatal(err)
		}
		run("impl=kinspect/format="+format, func(dst []byte) []byte {
			items = AppendItems(items[:0], user, blob)
			for _, it := range items {
				dst, err = r.Append(dst, it)
			}
			return dst
		})
	}
	run("impl=copy/format=raw", func(dst []byte) []byte { return append(dst, data...) })
}
