package reader

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"math"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/record"
	"kinspect/internal/sim"
	"kinspect/internal/step"
	"kinspect/internal/stream"
)

const mib = 1 << 20

func TestWeight(t *testing.T) {
	for _, c := range []struct {
		size, record, bytes int64
		want                float64 // MiB
	}{
		{MemoryDefault, mib, pageBytesMax, 15}, // a full page
		{MemoryDefault, mib, mib, 4.2},         // one largest record
		{MemoryDefault, 10 * mib, 10 * mib, 24},
		{MemoryDefault, mib, littleBytes, 0.5},
		{MemoryDefault, mib, 0, 0.5},
		{MemoryMin, 10 * mib, 10 * mib, 24},
		{5 * mib, mib, pageBytesMax, 5}, // never more than there is
	} {
		if got := float64(newBudget(c.size, c.record).of(c.bytes)) / mib; math.Abs(got-c.want) > 0.001 {
			t.Errorf("%d MiB, records of %d, a page of %d: %g MiB, want %g", c.size/mib, c.record, c.bytes, got, c.want)
		}
	}
}

// handled holds each page in its handler until the gate opens, and returns how
// many are there when nothing moves any more. All of it ends with the context.
func handled(t *testing.T, memory int64, plan Plan, w *world) int64 {
	ctx, cancel := context.WithCancel(t.Context())
	var inside atomic.Int64
	plan.Handle = func(step.Step) bool {
		inside.Add(1)
		<-ctx.Done()
		return true
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		New(w.Client, 0.6, time.Second).Within(memory, mib).Read(ctx, plan)
	}()
	synctest.Wait()
	cancel()
	<-ended
	return inside.Load()
}

// Pages in flight are bounded by the budget alone, whatever the number of shards: by what
// each of them takes.
func TestPagesInFlight(t *testing.T) {
	for _, c := range []struct{ bytes, memory, want int64 }{
		{0, 20 * mib, 40},
		{4 * mib, 20 * mib, 3}, // 3.6 MiB, a largest record, and room
		{4 * mib, mib, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, 60)
			w.wire = func(_ string, in message, forward func(message) message) (message, string) {
				out := forward(in)
				out["Padding"] = strings.Repeat("x", int(c.bytes))
				return out, ""
			}
			if got := handled(t, c.memory, w.plan(whole), w); got != c.want {
				t.Errorf("answers of %d MiB, %d MiB: %d pages at once, want %d", c.bytes/mib, c.memory/mib, got, c.want)
			}
		})
	}
}

// What the last page took is reserved for the next one. What that takes less is given
// back; for more, all is, lest two that each hold a part wait for each other.
func TestReservesWhatTheLastTook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader := New(newWorld(t, 1).Client, 0.6, time.Second).Within(20*mib, mib)
		var one, two reading
		one.Reader, two.Reader = reader, reader
		one.expected, two.expected = 4*mib, 4*mib // 7.8 MiB each
		for _, r := range []*reading{&one, &two} {
			if err := r.reserve(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := one.admit(t.Context(), mib); err != nil || one.reserved != reader.budget.of(mib*3/4) {
			t.Errorf("%d bytes are kept of what was reserved, %v", one.reserved, err)
		}
		one.release()
		two.release()
		for _, r := range []*reading{&one, &two} {
			_ = r.reserve(t.Context())
		}
		admitted := make(chan error, 2)
		for _, r := range []*reading{&one, &two} {
			go func() {
				err := r.admit(t.Context(), 16*mib) // 18 MiB each
				r.release()
				admitted <- err
			}()
		}
		synctest.Wait()
		if len(admitted) != 2 {
			t.Errorf("%d of two were admitted", len(admitted))
		}
	})
}

// An answer that does not tell its size may be a full page.
func TestUntoldSize(t *testing.T) {
	w := newWorld(t, 1)
	r := newReading(New(w.Client, 0.6, time.Second), w.plan(whole).Starts[0], nil)
	if err := r.admit(t.Context(), -1); err != nil || r.reserved != r.budget.of(pageBytesMax) {
		t.Errorf("%d bytes, %v", r.reserved, err)
	}
	r.release()
	if !r.budget.pool.TryAcquire(MemoryDefault) {
		t.Error("not all was released")
	}
}

// page answers with so many records of a size, whose bytes stand ready.
type page []byte

func newPage(records, bytesEach int) page {
	data := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("x"), bytesEach))
	body := []byte(`{"MillisBehindLatest":0,"NextShardIterator":"A","Records":[`)
	for i := range records {
		body = fmt.Appendf(body, `{"ApproximateArrivalTimestamp":1795000000.123,"Data":"%s","PartitionKey":"","SequenceNumber":"4967850493430197694450368064558535522835631234%010d"},`, data, i)
	}
	return append(bytes.TrimSuffix(body, []byte(",")), "]}"...)
}

func (p page) Do(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, ContentLength: int64(len(p)), Body: io.NopCloser(io.MultiReader(bytes.NewReader(p))),
		Header: http.Header{"Date": {sim.Began.Format(http.TimeFormat)}},
	}, nil
}

// The weight is what a page takes, and of a large one not twice that, where no other has left its memory.
func TestWeightIsWhatAPageTakes(t *testing.T) {
	if sim.Raced {
		t.Skip("the race detector takes memory of its own")
	}
	for _, c := range []struct{ records, bytesEach, largest int }{
		{10_000, pageBytesMax / 10_000, mib}, {50, pageBytesMax / 50, mib}, {10, mib, mib}, {1, pageBytesMax, largestRecord},
		{1, mib, mib}, {1, littleBytes + 1, mib}, {1, littleBytes, mib}, {150, 80, mib},
	} {
		bytes := int64(c.records * c.bytesEach)
		full := newBudget(MemoryDefault, int64(c.largest)).of(bytes)
		taken := takes(t, c.records, c.bytesEach)
		t.Logf("%d records of %d: %.2f MiB, weighs %.2f", c.records, c.bytesEach, float64(taken)/mib, float64(full)/mib)
		if taken > full || bytes >= mib && taken < full/2 {
			t.Errorf("a page of %d records of %d bytes took %d bytes, and weighs %d", c.records, c.bytesEach, taken, full)
		}
	}
}

// takes is what is allocated for a page.
func takes(t *testing.T, records, bytesEach int) int64 {
	cfg := awsconf.InProcess(nil, "us-east-1")
	cfg.HTTPClient = newPage(records, bytesEach)
	client := stream.New(cfg, sim.Stream, stream.RealTime{})
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for range 3 {
		runtime.GC() // so that pools are empty
	}
	before := allocated()
	got, err := client.Records(t.Context(), sim.ID(0), "A", 0, nil, record.Take{})
	if err != nil || len(got.Records) != records {
		t.Fatalf("%d records, %v", len(got.Records), err)
	}
	return allocated() - before
}

func allocated() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.TotalAlloc)
}
