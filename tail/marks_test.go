package tail

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/record"
	"kinspect/internal/sim"
	"kinspect/internal/stream"
)

// keeping is a follower that keeps the positions of so many shards.
func keeping(tb testing.TB, shards int) *follower {
	m := &marks{path: filepath.Join(tb.TempDir(), "at"), now: map[string]*Mark{}, turn: make(chan struct{}, 1)}
	m.head = Checkpoint{Kind: checkpointKind, Stream: "arn:aws:kinesis:us-east-1:123456789012:stream/orders", Filters: []string{}}
	for i := range shards {
		number := record.SequenceNumber(fmt.Sprintf("49680649158568817969334636913604677525177861371957%06d", i))
		m.now[sim.ID(i)] = &Mark{ShardID: sim.ID(i), Starting: number, SequenceNumber: number, ReadUntil: record.Timestamp{Time: sim.Began}}
	}
	cfg := awsconf.InProcess(http.NotFoundHandler(), "us-east-1")
	return &follower{marks: m, client: stream.New(cfg, sim.Stream, stream.RealTime{})}
}

// BenchmarkSave is what it takes to replace the file, with an fsync.
func BenchmarkSave(b *testing.B) {
	for _, shards := range []int{1, 100, 1000} {
		b.Run(fmt.Sprint(shards, " shards"), func(b *testing.B) {
			f := keeping(b, shards)
			for b.Loop() {
				if err := f.marks.checkpoint().write(f.marks.path); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSaveSteps is how long a step waits for its save where those of all shards
// come at once.
func BenchmarkSaveSteps(b *testing.B) {
	for _, shards := range []int{1, 100, 1000} {
		b.Run(fmt.Sprint(shards, " shards"), func(b *testing.B) {
			f := keeping(b, shards)
			for b.Loop() {
				var working sync.WaitGroup
				for range shards {
					working.Go(func() { _ = f.save(true) })
				}
				working.Wait()
			}
		})
	}
}

// Where the steps of many shards come one behind the other, several share a save. None
// goes on before the file tells of it, nor much later.
func TestStepsShareASave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const shards, steps = 200, 5
		f, began := keeping(t, shards), time.Now()
		files, random := map[string]bool{}, rand.New(rand.NewPCG(1, 1))
		var working sync.WaitGroup
		for i := range shards {
			pauses := [steps]time.Duration{}
			for n := range pauses {
				pauses[n] = time.Duration(random.IntN(1000)) * time.Millisecond
			}
			working.Go(func() {
				for n, pause := range pauses {
					time.Sleep(pause)
					number, asked := record.SequenceNumber(fmt.Sprintf("%d%06d", n+1, i)), time.Now()
					f.count(func(*Summary) { f.marks.now[sim.ID(i)].SequenceNumber = number })
					if err := f.save(true); err != nil {
						t.Error(err)
					}
					if waited := time.Since(asked); waited > 2*shards*restPerShard {
						t.Errorf("waited %s", waited)
					}
					file, err := os.ReadFile(f.marks.path)
					if err != nil || !bytes.Contains(file, []byte(`"sequenceNumber":"`+number+`"`)) {
						t.Errorf("%s is not in the file: %v", number, err)
					}
					f.count(func(*Summary) { files[string(file)] = true })
				}
			})
		}
		working.Wait()
		if most := int(time.Since(began)/(shards*restPerShard)) + 2; len(files) > most {
			t.Errorf("%d files for %d steps, want at most %d", len(files), shards*steps, most)
		}
	})
}
