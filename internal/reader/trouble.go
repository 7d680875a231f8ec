package reader

import (
	"time"

	"kinspect/internal/stream"
)

const (
	// stuckMax is how long a shard may go without progress, whatever the reasons,
	// and be refused for coming too fast.
	stuckMax = 10 * time.Minute
	// failingMax is how long a shard may fail in one and the same other way.
	failingMax = time.Minute
	// failuresMin is how often in a row it must have failed for that: time alone
	// passes also while the machine sleeps.
	failuresMin = 5
)

// trouble is how calls for a shard have failed since the last that brought something.
type trouble struct {
	stuck    time.Time // since when; zero: the last one brought something
	failures int       // of one kind, in a row
	problem  stream.Problem
	failing  time.Time // the first of them
}

// met counts a failure. One of another kind begins anew: a shard that was refused for
// minutes has an iterator that expired meanwhile, and no fault but that.
func (t *trouble) met(problem stream.Problem, asked time.Time) {
	if t.stuck.IsZero() {
		t.stuck = asked
	}
	if t.failures == 0 || problem != t.problem {
		t.failures, t.problem, t.failing = 0, problem, asked
	}
	t.failures++
}

// bears tells whether a shard that fails may be asked again.
func (t *trouble) bears(asked time.Time, most time.Duration) bool {
	return t.failures < failuresMin || asked.Sub(t.failing) < most && asked.Sub(t.stuck) < stuckMax
}
