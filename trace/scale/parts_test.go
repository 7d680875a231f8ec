package scale

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"kinspect/internal/reader"
	"kinspect/internal/sim"
	"kinspect/trace"
	"kinspect/trace/receipt"
)

// Merging takes one receipt after another: those of 16 parts of a stream of 10,000 shards
// take little more memory than the merged one.
func TestParts(t *testing.T) {
	if sim.Raced || testing.Short() {
		t.Skip("memory is measured: without the race detector")
	}
	const shards, of = 10_000, 16
	files := make([]bytes.Buffer, of)
	bytes := 0
	for i := range files {
		part := func(o *trace.Options) { o.Part = receipt.Part{Index: i + 1, Of: of} }
		r := traceWide(t, shards, 1, reader.MemoryDefault, "ord-none", part)
		want(t, r, receipt.Inconclusive)
		if err := r.Write(&files[i]); err != nil {
			t.Fatal(err)
		}
		bytes += files[i].Len()
	}
	var r receipt.Receipt
	began := time.Now()
	most := peakOf(func() {
		merger := trace.NewMerger()
		for i := range files {
			part, err := receipt.Read(&files[i])
			if err != nil {
				t.Fatal(err)
			}
			if err := merger.Add(fmt.Sprint(i), part); err != nil {
				t.Fatal(err)
			}
		}
		var err error
		if r, err = merger.Receipt("test"); err != nil {
			t.Fatal(err)
		}
	}).heap
	t.Logf("%d receipts of %d MiB in all: %d MiB of heap at the most, %s", of, bytes/mib, most/mib, time.Since(began).Round(time.Second/10))
	want(t, r, receipt.Absent)
	if len(r.Coverage.Shards) != shards || r.Coverage.Records != shards {
		t.Errorf("%d records in %d shards", r.Coverage.Records, len(r.Coverage.Shards))
	}
	if most > 32*mib {
		t.Errorf("%d MiB of heap", most/mib)
	}
}
