package scale

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/coverage"
	"kinspect/internal/local"
	"kinspect/internal/match"
	"kinspect/internal/reader"
	"kinspect/internal/sim"
	"kinspect/internal/stream"
	"kinspect/trace"
	"kinspect/trace/receipt"
)

const mib = 1 << 20

// Memory is bounded whatever the number of shards: a trace over 1,000 of them takes
// what it may for its pages, and not more for more shards. Beside that live a few
// MiB for goroutines and ledger. Without a budget it would be 5,000 MiB.
func TestWide(t *testing.T) {
	if sim.Raced || testing.Short() {
		t.Skip("gigabytes are made, read and tested, and memory is measured: without the race detector")
	}
	for _, c := range []struct {
		shards, records int
		memory          int64
		text            string
		verdict         receipt.Verdict
	}{
		{1000, 2400, reader.MemoryDefault, "ord-none", receipt.Absent},
		{1000, 600, 2 * reader.MemoryMin, "ord-last", receipt.Found},
		{12, 10_000, reader.MemoryMin, "ord-none", receipt.Absent}, // full pages
		{12, 10_000, reader.MemoryDefault, "ord-last", receipt.Found},
	} {
		var r receipt.Receipt
		began := time.Now()
		peak := peakOf(func() { r = traceWide(t, c.shards, c.records, c.memory, c.text) }).heap
		t.Logf("%s in %d x %d records, within %d MiB: %d MiB of heap at the most, %s",
			c.verdict, c.shards, c.records, c.memory/mib, peak/mib, time.Since(began).Round(time.Second/10))
		want(t, r, c.verdict)
		if n := r.Coverage.Records; n != int64(c.shards*c.records) || !r.Coverage.Complete || len(r.Coverage.Shards) != c.shards {
			t.Errorf("%d records in %d shards, complete %v", n, len(r.Coverage.Shards), r.Coverage.Complete)
		}
		if most := c.memory + 16*mib; peak > most {
			t.Errorf("%d MiB of heap, want %d at the most", peak/mib, most/mib)
		}
	}
}

// traceWide asks for a text that only the last record of the last shard can hold. It
// hears beforehand how long that can take, and meanwhile an estimate.
func traceWide(t testing.TB, shards, records int, memory int64, text string, change ...func(*trace.Options)) receipt.Receipt {
	clock := local.NewJumpClock(sim.Began)
	wide := &sim.Wide{Clock: clock, Shards: shards, Records: records, RecordBytes: 1024, Last: "ord-last"}
	client := stream.New(awsconf.InProcess(wide, "us-east-1"), sim.Stream, clock)
	described, err := client.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	content, err := match.Event(text)
	if err != nil {
		t.Fatal(err)
	}
	longest, estimated := time.Duration(0), false
	o := trace.Options{
		Event: receipt.Event{Text: text}, Content: content, All: true, Settle: 10 * time.Second, ReadShare: 0.6, Memory: memory,
		Planned: func(p trace.Plan) { longest = p.Longest() },
		Progress: func(p coverage.Progress) {
			_, known := p.Remaining(clock.Now())
			estimated = estimated || known && longest > 0 && p.ShardsDone < shards
		},
	}
	for _, c := range change {
		c(&o)
	}
	r, err := trace.Run(t.Context(), client, described, o)
	if err != nil {
		t.Fatal(err)
	}
	if longest.Round(time.Minute) != 151*time.Minute || shards == 1000 && !estimated { // 3 h and a pad, at 0.6 of twice the writes
		t.Errorf("%s at the longest, estimated %v", longest, estimated)
	}
	return r
}

// peak is the most that there is at once: bytes of heap that live, and goroutines.
type peak struct{ heap, goroutines int64 }

func present() peak {
	all := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/sched/goroutines:goroutines"}}
	metrics.Read(all)
	return peak{int64(all[0].Value.Uint64()), int64(all[1].Value.Uint64())}
}

// peakOf is that of what do does, beyond what there was before.
func peakOf(do func()) peak {
	runtime.GC()
	before := present()
	done, most := make(chan struct{}), make(chan peak)
	go func() {
		var all peak
		for {
			select {
			case <-done:
				most <- all
				return
			case <-time.After(5 * time.Millisecond):
				now := present()
				all.heap = max(all.heap, now.heap-before.heap)
				all.goroutines = max(all.goroutines, now.goroutines-before.goroutines)
			}
		}
	}()
	do()
	close(done)
	return <-most
}

// The same 200 MB lie in one shard, and in thousands. Time is simulated, and so none is
// waited for: what is left is our own.
func BenchmarkWide(b *testing.B) {
	const records = 200_000
	for _, shards := range []int{1, 10, 100, 1000, 4000} {
		b.Run(fmt.Sprintf("shards=%d", shards), func(b *testing.B) {
			var most peak
			b.SetBytes(records * 1024)
			for b.Loop() {
				p := peakOf(func() { traceWide(b, shards, records/shards, reader.MemoryDefault, "ord-none") })
				most = peak{max(most.heap, p.heap), max(most.goroutines, p.goroutines)}
			}
			b.ReportMetric(float64(most.heap)/mib, "heap-MiB")
			b.ReportMetric(float64(most.goroutines), "goroutines")
		})
	}
}
