package wire

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"testing"
)

// answer is a page of so many records, as AWS spells one.
func answer(records, bytesEach int) []byte {
	data := make([]byte, bytesEach)
	for i := range data {
		data[i] = byte(i * 7)
	}
	text := base64.StdEncoding.EncodeToString(data)
	body := []byte(`{"MillisBehindLatest":0,"NextShardIterator":"AAAAAAAAAAE","Records":[`)
	for i := range records {
		body = fmt.Appendf(body, `{"ApproximateArrivalTimestamp":1.763923200%03dE9,"Data":"%s","PartitionKey":"user-%06d","SequenceNumber":"4967850493430197694450368064558535522835631234%010d"},`, i%1000, text, i, i)
	}
	return append(bytes.TrimSuffix(body, []byte(",")), "]}"...)
}

func BenchmarkRead(b *testing.B) {
	Poisoned = false
	for _, c := range []struct{ records, bytes int }{{10_000, 1000}, {5000, 200}, {100, 100_000}} {
		b.Run(fmt.Sprintf("%dx%d", c.records, c.bytes), func(b *testing.B) {
			body := answer(c.records, c.bytes)
			b.SetBytes(int64(c.records * c.bytes))
			b.ReportAllocs()
			for b.Loop() {
				p, err := Read(bytes.NewReader(body), GetRecords, shardID)
				if err != nil || len(p.Records) != c.records {
					b.Fatal(err)
				}
				p.Release()
			}
		})
	}
}
