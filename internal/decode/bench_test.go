package decode

import (
	"fmt"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
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

// BenchmarkDecompress opens compressed JSON. The bound is the copying of what comes out.
func BenchmarkDecompress(b *testing.B) {
	for _, events := range []int{1, 10, 100} {
		text := []byte(strings.Repeat(kilobyte()+"\n", events))
		for i := range text { // lest one event be a copy of the one before
			if text[i] == '7' {
				text[i] = byte('0' + i*i%10)
			}
		}
		gzipped, zstandard := []byte(zipped(string(text))), zstdOf(b, text)
		out := make([]byte, len(text))
		for name, peel := range map[string]func() error{
			"impl=kinspect/gzip":      func() (err error) { _, err = gunzip(gzipped, MaxDecoded); return err },
			"impl=compress-gzip/gzip": func() (err error) { _, err = gunzipBy(&standardReaders, gzipped, MaxDecoded); return err },
			"impl=kinspect/zstd":      func() (err error) { _, err = unzstd(zstandard, MaxDecoded); return err },
			"impl=copy/none":          func() error { copy(out, text); return nil },
		} {
			b.Run(fmt.Sprintf("%s/events=%d", name, events), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				for b.Loop() {
					if err := peel(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func zstdOf(b *testing.B, data []byte) []byte {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		b.Fatal(err)
	}
	return w.EncodeAll(data, nil)
}
