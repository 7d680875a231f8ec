package sim

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
)

// worldsDefault is how many worlds a test draws where KINSPECT_WORLDS does not
// say. A race shows in any of them, so that with the detector on fewer will do.
func worldsDefault() uint64 {
	if Raced {
		return 100
	}
	return 300
}

// Worlds plays the stories of the seeds from 1 to KINSPECT_WORLDS, or of the one
// that KINSPECT_SEED names, each in a bubble of its own and as a test of its own,
// and checks at the end what kind of worlds they were.
func Worlds(t *testing.T, play func(*testing.T, *Story, *Tally)) {
	WorldsOf(t, worldsDefault(), play)
}

// WorldsOf is Worlds, with another number of them where KINSPECT_WORLDS does not say; with
// the race detector on no more than for any test.
func WorldsOf(t *testing.T, otherwise uint64, play func(*testing.T, *Story, *Tally)) {
	if Raced {
		otherwise = worldsDefault()
	}
	workers, first, last := uint64(runtime.GOMAXPROCS(0)), uint64(1), number(t, "KINSPECT_WORLDS", otherwise)
	if seed := number(t, "KINSPECT_SEED", 0); seed > 0 {
		workers, first, last = 1, seed, seed
	}
	var tally Tally
	t.Cleanup(func() { tally.check(t) }) // when the workers have ended
	for worker := range workers {
		t.Run(fmt.Sprint("worker", worker), func(t *testing.T) {
			t.Parallel()
			for seed := first + worker; seed <= last; seed += workers {
				t.Run(fmt.Sprint("seed", seed), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { play(t, Draw(seed), &tally) })
				})
			}
		})
	}
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

// check prints the counts. At least half of the worlds must be provable, and a
// fifth hide the event where a careless reader misses it.
func (t *Tally) check(tb testing.TB) {
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
