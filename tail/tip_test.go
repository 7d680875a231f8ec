package tail

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/local"
	"kinspect/internal/position"
	"kinspect/internal/sim"
	"kinspect/internal/stream"
)

// However many shards are followed, at the tip a record is printed within a second
// of its being put, and each shard is asked within the read share: answers take
// 50 ms here.
func TestPrintedWithinASecond(t *testing.T) {
	for _, shards := range []int{1, 10, 100} {
		t.Run(fmt.Sprint(shards), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { followTip(t, shards) })
		})
	}
}

func followTip(t *testing.T, shards int) {
	const records, answers = 100, 50 * time.Millisecond
	var mu sync.Mutex
	reads := map[string]int{}
	server := local.New(local.Options{Clock: local.SystemClock(), Faults: func(c local.Call) local.Fault {
		if c.Operation == "GetRecords" {
			mu.Lock()
			reads[c.Shard]++
			mu.Unlock()
		}
		return local.Fault{}
	}})
	if err := server.CreateStream(sim.Stream, shards); err != nil {
		t.Fatal(err)
	}
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(answers)
		server.ServeHTTP(w, r)
	})
	w := &faulty{Client: stream.New(awsconf.InProcess(slow, "us-east-1"), sim.Stream, stream.RealTime{}), t: t}
	at := map[string]time.Time{}
	out := &printed{}
	out.took = func(lines int) {
		for _, data := range out.lines[len(at):lines] {
			at[data] = time.Now()
		}
	}
	f, starts := w.follower(Options{From: position.Position{Kind: position.Latest}, Out: out, Limit: records})
	put, random := map[string]time.Time{}, rand.New(rand.NewPCG(uint64(shards), 5))
	var putting sync.WaitGroup
	putting.Go(func() {
		time.Sleep(5 * time.Second)
		for range records {
			now := time.Now()
			put[w.put(random.IntN(16), time.Second, random)] = now
		}
	})
	began := time.Now()
	w.run(context.Background(), f, starts)
	took := time.Since(began)
	putting.Wait()
	if len(at) != records {
		t.Fatalf("%d of %d records printed", len(at), records)
	}
	for data, printed := range at {
		if late := printed.Sub(put[data]); late > time.Second {
			t.Errorf("%s was printed %s after it was put", data, late)
		}
	}
	for id, n := range reads {
		if most := float64(readShare) * 5 * took.Seconds(); float64(n) > most+1 {
			t.Errorf("%s was read %d times in %s", id, n, took)
		}
	}
}
