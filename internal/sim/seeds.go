package sim

import (
	"iter"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"
)

// worldsDefault is how many worlds a test draws where KINSPECT_WORLDS does not
// say.
const worldsDefault = 500

// Seeds are the worlds that a test draws.
type Seeds struct {
	// Workers is how many draw side by side.
	Workers     int
	first, last uint64
}

// NewSeeds returns the seeds from 1 to KINSPECT_WORLDS, or the one that
// KINSPECT_SEED names.
func NewSeeds(t testing.TB) Seeds {
	t.Helper()
	s := Seeds{Workers: runtime.GOMAXPROCS(0), first: 1, last: number(t, "KINSPECT_WORLDS", worldsDefault)}
	if seed := number(t, "KINSPECT_SEED", 0); seed > 0 {
		s.Workers, s.first, s.last = 1, seed, seed
	}
	return s
}

func number(t testing.TB, variable string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// Of are a worker's seeds.
func (s Seeds) Of(worker int) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for seed := s.first + uint64(worker); seed <= s.last; seed += uint64(s.Workers) {
			if !yield(seed) {
				return
			}
		}
	}
}

// Tally counts what kind of worlds were drawn. It is safe for concurrent use.
type Tally struct {
	mu                       sync.Mutex
	worlds, provable, hidden int
	hideouts                 map[string]int
}

// Add counts a world in which the event hides at a place, or at none.
func (t *Tally) Add(s *Story, hideout string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.worlds++
	if s.Provable {
		t.provable++
	}
	if hideout != "" {
		if t.hidden++; t.hideouts == nil {
			t.hideouts = map[string]int{}
		}
		t.hideouts[hideout]++
	}
}

// Check prints the counts. At least half of the worlds must be provable, and a
// fifth hide the event where a careless reader misses it.
func (t *Tally) Check(tb testing.TB) {
	tb.Helper()
	tb.Logf("%d worlds, %d provable, %d with the event in a hiding place: %v", t.worlds, t.provable, t.hidden, t.hideouts)
	if t.worlds < 100 {
		return // too few to tell
	}
	if t.provable*2 < t.worlds {
		tb.Error("fewer than half of the worlds are provable")
	}
	if t.hidden*5 < t.worlds {
		tb.Error("fewer than a fifth of the worlds hide the event")
	}
}
