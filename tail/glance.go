package tail

import (
	"sync"
	"time"

	"kinspect/internal/step"
	"kinspect/internal/tick"
)

// Glance is how a run stands at a moment.
type Glance struct {
	// At is the moment, by the server's clock.
	At time.Time
	// Shards are those being read.
	Shards int
	// Behind is the furthest that one of them is from its tip, by its last answer.
	Behind time.Duration
	// Failing are those whose last answer was none, and FailingFor is for how long
	// that has been so of one of them at the most.
	Failing    int
	FailingFor time.Duration
	// LastAt is when the newest record arrived that was read, printed or not; zero:
	// none was.
	LastAt time.Time
}

// glanceEvery is how often a glance is told.
const glanceEvery = time.Second

// gauge keeps what a glance tells.
type gauge struct {
	mu     sync.Mutex
	shards map[string]state // being read
	lastAt time.Time
}

// state is how the reading of a shard stands.
type state struct {
	behind  time.Duration
	failing time.Time // since when; zero: the last answer was a page
}

func newGauge() *gauge { return &gauge{shards: map[string]state{}} }

func (g *gauge) open(shardID string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shards[shardID] = state{}
}

func (g *gauge) note(st step.Step, done bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.shards[st.ShardID]
	switch {
	case st.Kind == step.Page:
		now = state{behind: st.Behind}
	case now.failing.IsZero():
		now.failing = st.AskedAt
	}
	g.shards[st.ShardID] = now
	g.lastAt = later(g.lastAt, st.Newest)
	if done || st.Kind == step.Failed {
		delete(g.shards, st.ShardID)
	}
}

func (g *gauge) glance(at time.Time) Glance {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := Glance{At: at, Shards: len(g.shards), LastAt: g.lastAt}
	for _, s := range g.shards {
		now.Behind = max(now.Behind, s.behind)
		if !s.failing.IsZero() {
			now.Failing++
			now.FailingFor = max(now.FailingFor, at.Sub(s.failing))
		}
	}
	return now
}

// watch tells a glance each second in which nothing was printed, until end is
// called.
func (f *follower) watch(now func() time.Time) (end func()) {
	if f.Glance == nil {
		return func() {}
	}
	var before int64
	return tick.Every(glanceEvery, func() {
		var printed int64
		f.count(func(s *Summary) { printed = s.Printed })
		if printed == before {
			f.Glance(f.gauge.glance(now()))
		}
		before = printed
	})
}
