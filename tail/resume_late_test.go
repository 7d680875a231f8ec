package tail

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kinspect/internal/position"
	"kinspect/internal/sim"
)

// again is one of several runs with the same file.
type again struct {
	*sim.World
	t    *testing.T
	path string
	Options
	shards int // that the last run read
}

func newAgain(t *testing.T, w *sim.World, o Options) *again {
	o.NoFollow = true
	return &again{World: w, t: t, path: filepath.Join(t.TempDir(), "at.json"), Options: o}
}

// run wants these lines, and one of these words if any in what is said to be lost.
func (a *again) run(lost string, lines ...string) {
	a.t.Helper()
	var said []string
	a.Resume, a.Notice = resumable(a.t, a.path), func(text string) { said = append(said, text) }
	got, s := run(a.t, context.Background(), a.World, a.Options)
	wantLines(a.t, got, lines...)
	a.shards = s.Shards
	if all := strings.Join(said, "\n"); s.Incomplete != (lost != "") || (all == "") != (lost == "") || !strings.Contains(all, lost) {
		a.t.Errorf("incomplete %v, said %q, want %q", s.Incomplete, said, lost)
	}
}

// What a tail has missed is said once, and in each of the ways in which it can be
// missed; what it had read is not missed when it expires.
func TestResumeLongAfterwards(t *testing.T) {
	const lost = "lost"
	t.Run("a shard that was read to its end", func(t *testing.T) {
		a := newAgain(t, sim.New(t, 1), Options{From: trimHorizon})
		a.PutAt(0, "1")
		a.Split(0, 8)
		a.run("", "1")
		for range 3 {
			a.Pass(20 * time.Hour)
			a.PutAt(0, "more")
			a.run("", "more")
		}
	})
	t.Run("a shard that is not listed any more", func(t *testing.T) {
		a := newAgain(t, sim.New(t, 2), Options{From: trimHorizon})
		a.PutAt(0, "1")
		a.run("", "1")
		a.PutAt(0, lost)
		a.Split(0, 4)
		a.Pass(30 * time.Hour)
		a.PutAt(0, "2")
		a.Pass(time.Second)
		a.PutAt(8, "3")
		a.ByArrival = true
		a.run(sim.ID(0)+": it expired, and what arrived after 2026-11-23 10:00:", "2", "3")
		a.run("")
	})
	t.Run("the only shard asked for is not listed any more", func(t *testing.T) {
		for _, ended := range []bool{false, true} {
			a := newAgain(t, sim.New(t, 2), Options{From: trimHorizon, Shards: []string{sim.ID(0)}})
			a.PutAt(0, "1")
			want := sim.ID(0) + ": it expired"
			if ended {
				a.Split(0, 4)
				want = ""
			}
			a.run("", "1")
			if !ended {
				a.PutAt(0, lost)
				a.Split(0, 4)
			}
			a.Pass(30 * time.Hour)
			a.run(want)
			a.run("")
		}
	})
	t.Run("a position before the trim horizon", func(t *testing.T) {
		a := newAgain(t, sim.New(t, 2), Options{From: trimHorizon})
		a.PutAt(0, "1")
		a.run("", "1")
		a.PutAt(0, lost)
		a.Pass(25 * time.Hour)
		a.PutAt(0, "2")
		a.run("the stream holds nothing from before 2026-11-23 11:00", "2")
		a.run("")
	})
	t.Run("a shard that a tail alone at its tip had told empty, behind latest by a little", func(t *testing.T) {
		w := sim.New(t, 2, sim.Rewrite("GetRecords", func(out sim.Message) { out["MillisBehindLatest"] = 2000 }))
		a := newAgain(t, w, Options{From: trimHorizon})
		a.PutAt(0, "1")
		a.run("", "1")
		for range 3 {
			a.Pass(20 * time.Hour)
			a.PutAt(8, "other")
			a.run("", "other")
		}
	})
}

// killed takes the file before the nth call of an operation, as a kill leaves it
// there, and puts it back.
type killed struct {
	path string
	file []byte
}

func (k *killed) before(operation string, n int) sim.Wire {
	return sim.Before(operation, n, func() { k.file, _ = os.ReadFile(k.path) })
}

func (k *killed) restore(t *testing.T) {
	t.Helper()
	if err := os.WriteFile(k.path, k.file, 0o600); err != nil || k.file == nil {
		t.Fatalf("%v, restoring %q", err, k.file)
	}
}

// endsWithRecords has the end of a shard come with its last records.
func endsWithRecords(in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
	out := forward(in)
	if records, _ := out["Records"].([]any); len(records) > 0 {
		if end := forward(sim.Message{"ShardIterator": out["NextShardIterator"]}); end["ChildShards"] != nil {
			end["Records"] = records
			return end
		}
	}
	return out
}

// A kill between the end of a shard and the beginning of those that take over leaves
// a file that knows from when on they are to be read.
func TestKilledBetweenAShardAndItsChildren(t *testing.T) {
	for _, byArrival := range []bool{false, true} {
		for away, lost := range map[time.Duration]string{time.Hour: "", 30 * time.Hour: "the stream holds nothing from before"} {
			k := &killed{}
			var w *sim.World
			w = sim.New(t, 1, sim.Answer("GetRecords", func(n int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
				if n == 1 {
					w.Split(0, 8)
					w.Pass(time.Minute)
				}
				return endsWithRecords(in, forward)
			}), k.before("ListShards", 2)) // the first is before all reading
			a := newAgain(t, w, Options{From: trimHorizon, ByArrival: byArrival})
			k.path = a.path
			a.PutAt(0, "1")
			a.run("", "1")
			k.restore(t)
			a.PutAt(0, "2")
			a.Pass(away)
			a.PutAt(0, "3")
			if lost == "" {
				a.run(lost, "2", "3")
			} else {
				a.run(lost, "3")
			}
		}
	}
}

// A tail from a sequence number that is killed before it read anything begins there
// again; what expired behind the number is said.
func TestResumesFromASequenceNumber(t *testing.T) {
	for away, lost := range map[time.Duration]string{time.Hour: "", 23 * time.Hour: "the stream holds nothing from before"} {
		k := &killed{}
		w := sim.New(t, 1, k.before("GetRecords", 1))
		w.PutAt(0, "before")
		number := w.PutAt(0, "1").SequenceNumber
		w.Pass(2 * time.Hour)
		w.PutAt(0, "2")
		from := position.Position{Kind: position.AtSequenceNumber, SequenceNumber: number}
		a := newAgain(t, w, Options{From: from})
		k.path = a.path
		a.run("", "1", "2")
		k.restore(t)
		a.Pass(away)
		if lost == "" {
			a.run(lost, "1", "2")
		} else {
			a.run(lost, "2")
		}
		a.run("")
		if lost != "" { // also where there is no file
			newAgain(t, w, Options{From: from}).run(lost, "2")
		}
	}
}
