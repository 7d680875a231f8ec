package tail

import (
	"sync"
	"time"

	"kinspect/internal/step"
	"kinspect/internal/tick"
)

// Glance is how a run stands at a moment.
type Glance struct {
	// Shards are those being read.
	Shards int
	// Behind is the furthest that one of them is from its tip, by its last answer.
	Behind time.Duration
	// LastAt is when the last record was read here, printed or not; zero: none was.
	LastAt time.Time
}

// glanceEvery is how often a glance is told.
const glanceEvery = time.Second

// gauge keeps what a glance tells.
type gauge struct {
	mu     sync.Mutex
	behind map[string]time.Duration // of each shard being read
	lastAt time.Time
}

func newGauge() *gauge { return &gauge{behind: map[string]time.Duration{}} }

func (g *gauge) open(shardID string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.behind[shardID] = 0
}

func (g *gauge) note(st step.Step, done bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if st.Kind == step.Page {
		g.behind[st.ShardID] = st.Behind
	}
	if len(st.Records) > 0 {
		g.lastAt = time.Now()
	}
	if done {
		delete(g.behind, st.ShardID)
	}
}

func (g *gauge) glance() Glance {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := Glance{Shards: len(g.behind), LastAt: g.lastAt}
	for _, behind := range g.behind {
		now.Behind = max(now.Behind, behind)
	}
	return now
}

// watch tells a glance each second in which nothing was printed, until end is
// called.
func (f *follower) watch() (end func()) {
	if f.Glance == nil {
		return func() {}
	}
	var before int64
	return tick.Every(glanceEvery, func() {
		var printed int64
		f.count(func(s *Summary) { printed = s.Printed })
		if printed == before {
			f.Glance(f.gauge.glance())
		}
		before = printed
	})
}
