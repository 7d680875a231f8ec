package tail

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"testing"
	"time"

	"kinspect/internal/jq"
	"kinspect/internal/match"
	"kinspect/internal/record"
	"kinspect/internal/render"
	"kinspect/internal/step"
	"kinspect/internal/term"
)

// BenchmarkPrintPage prints a page of 1,000 records of half a kilobyte, from their bytes
// to the output. Its bound is the writing of the same bytes.
func BenchmarkPrintPage(b *testing.B) {
	key := "user-88"
	st := step.Step{Kind: step.Page, ShardID: "shardId-000000000000"}
	size := 0
	for i := range 1_000 {
		data := fmt.Appendf(nil, `{"orderId":"4b36ccbc-9c87-466c-5373-81cba5a5%04d","userId":"user-%d","note":%q}`, i, i, bytes.Repeat([]byte("tea "), 100))
		size += len(data)
		st.Records = append(st.Records, record.Record{
			ShardID: st.ShardID, SequenceNumber: "49671234567890123456789012345678901234567890123456789012", PartitionKey: &key,
			ArrivedAt: time.UnixMilli(1763892902117), Data: data,
		})
	}
	st.Extent = record.ExtentOf(st.Records)
	run := func(name string, print func(b *testing.B)) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				print(b)
			}
		})
	}
	out := term.NewOutput(io.Discard, term.Never, func(string) string { return "" })
	for _, c := range []struct{ format, jq, expr string }{
		{"raw", "none", ""}, {"data", "none", ""}, {"json", "none", ""},
		{"json", "misses", `select(.orderId == "0f8fad5b-d9cb-469f-a165-70867728950e")`}, {"data", "all", ".orderId"},
	} {
		o := Options{Where: match.All(), Out: out}
		var err error
		if o.Renderer, err = render.New(c.format, out); err != nil {
			b.Fatal(err)
		}
		if c.expr != "" {
			if o.JQ, err = jq.Compile(c.expr); err != nil {
				b.Fatal(err)
			}
		}
		f := &follower{Options: o, stop: func() {}, silent: o.silence(), blind: o.printsAsPut()}
		run("impl=kinspect/format="+c.format+"/jq="+c.jq, func(b *testing.B) {
			f.print(st)
			if printed := f.summary.Printed > 0; printed == (c.jq == "misses") {
				b.Fatalf("%d printed", f.summary.Printed)
			}
		})
	}
	w := bufio.NewWriter(io.Discard)
	run("impl=bufio/format=raw/jq=none", func(*testing.B) {
		for _, r := range st.Records {
			_, _ = w.Write(r.Data)
		}
		_ = w.Flush()
	})
}
