package decode

import (
	"fmt"
	"strings"
	"testing"
)

// kilobyte is an order event of about 1 KiB.
func kilobyte() string {
	var items []string
	for i := range 12 {
		items = append(items, fmt.Sprintf(`{"sku":"sku-%04d","title":"Thé glacé %d","quantity":%d,"price":%d.90}`, i*37, i, i%3+1, i*7+3))
	}
	return `{"orderId":"ord-9","userId":"user-88","at":"2026-11-23T10:15:02.117Z","items":[` + strings.Join(items, ",") + `],"total":431.80}`
}

func BenchmarkOpen(b *testing.B) {
	event := kilobyte()
	for _, blob := range []struct{ name, data string }{
		{"json", event},
		{"gzip", zipped(event)},
		{"text", strings.Repeat("2026-11-23 10:15:02 GET /orders/ord-9 200 117ms\n", 21)},
		{"binary", "\x00" + event},
	} {
		b.Run(blob.name, func(b *testing.B) {
			data := []byte(blob.data)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				Open(data)
			}
		})
	}
}
