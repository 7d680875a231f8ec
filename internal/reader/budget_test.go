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
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/position"
	"kinspect/internal/sim"
	"kinspect/internal/step"
	"kinspect/internal/stream"
)

const mib = 1 << 20

func TestWeight(t *testing.T) {
	for _, c := range []struct {
		size, record int64
		filled       time.Duration
		want         float64 // MiB
	}{
		{MemoryDefault, mib, math.MaxInt64, 15}, // a full page
		{MemoryDefault, mib, 0, 4.2},            // one largest record
		{MemoryDefault, mib, time.Second, 5.4},
		{MemoryDefault, mib, 1250 * time.Millisecond, 5.7},
		{MemoryDefault, mib, 9 * time.Second, 15},
		{MemoryDefault, 10 * mib, 0, 24}, // that may have 10 MiB
		{MemoryDefault, 1000, 0, 0.5},
		{MemoryMin, 10 * mib, math.MaxInt64, 24},
		{5 * mib, mib, math.MaxInt64, 5}, // never more than there is
	} {
		if got := float64(newBudget(c.size, c.record).weight(c.filled)) / mib; math.Abs(got-c.want) > 0.001 {
			t.Errorf("%d MiB, records of %d, filled for %s: %g MiB, want %g", c.size/mib, c.record, c.filled, got, c.want)
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

// Pages in flight are bounded by the budget alone, whatever the number of shards:
// by what a full page may take, or a page as it can be at the tip.
func TestPagesInFlight(t *testing.T) {
	for _, c := range []struct {
		memory int64
		at     position.Position
		want   int64
	}{
		{MemoryDefault, whole, 17}, {30*mib + 1, whole, 2}, {MemoryMin, whole, 1}, {mib, whole, 1},
		{MemoryDefault / 4, latest, 14}, {MemoryMin, latest, 5}, // a record, and what comes in 250 ms: 4.5 MiB
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, 40)
			if got := handled(t, c.memory, w.plan(c.at), w); got != c.want {
				t.Errorf("%d MiB from %s: %d pages at once, want %d", c.memory/mib, c.at.Kind, got, c.want)
			}
		})
	}
}

// What a page may take is reserved anew for each: little at the tip, little more
// after a while there, all of it once records came.
func TestReserves(t *testing.T) {
	w := newWorld(t, 1)
	r := newReading(New(w.Client, 0.6, time.Second), w.plan(whole).Starts[0])
	want := func(least, most float64) { t.Helper(); r.wantReserved(t, least, most) }
	want(15, 15)
	want(5, 6) // three quarters of a second at the tip
	w.Pass(2 * time.Second)
	want(6.5, 8)
	w.PutAt(0, "a")
	want(5, 6)
	want(15, 15) // there may be any number behind a record
	want(5, 6)
	w.Pass(time.Hour)
	want(15, 15)
}

func (r *reading) wantReserved(t *testing.T, least, most float64) {
	t.Helper()
	if _, ok := r.next(t.Context()); !ok {
		t.Fatal("no step")
	}
	if got := float64(r.reserved) / mib; got < least || got > most {
		t.Errorf("reserved %g MiB, want %g to %g", got, least, most)
	}
	r.release()
}

// A reading that begins at the latest record is at the tip before its first page,
// and while that fails to come.
func TestReservesLittleAtTheLatest(t *testing.T) {
	w := newWorld(t, 1)
	r := newReading(New(w.Client, 0.6, time.Second), w.plan(latest).Starts[0])
	w.wire = sim.Refuse("GetRecords", "InternalFailure", func(n int, _ message) bool { return n < 3 })
	r.wantReserved(t, 4.5, 4.5)
	r.wantReserved(t, 4.6, 5.3) // a quarter of a second later
	r.wantReserved(t, 5.3, 7)
}

// A shard at its tip fills while it waits for its place: then it needs more.
func TestReservesMoreAfterAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1)
		reader := New(w.Client, 0.6, time.Second).Within(MemoryMin, mib)
		r := newReading(reader, w.plan(whole).Starts[0])
		if _, ok := r.next(t.Context()); !ok {
			t.Fatal("no step")
		}
		r.release()
		if err := reader.budget.pool.Acquire(t.Context(), MemoryMin); err != nil {
			t.Fatal(err)
		}
		go func() {
			synctest.Wait()
			time.Sleep(5 * time.Second)
			reader.budget.pool.Release(MemoryMin)
		}()
		if err := r.reserve(t.Context()); err != nil {
			t.Fatal(err)
		}
		if least := reader.budget.weight(5 * time.Second); r.reserved < least {
			t.Errorf("reserved %d bytes, want %d at the least", r.reserved, least)
		}
		r.release()
		if !reader.budget.pool.TryAcquire(MemoryMin) {
			t.Error("not all was released")
		}
	})
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
		{1, mib, mib}, {1, littleBytes + 1, mib}, {1, littleBytes, mib}, {600, 80, mib},
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
	got, err := client.Records(t.Context(), sim.ID(0), "A", 0)
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
