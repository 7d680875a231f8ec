package tail

import (
	"context"
	"maps"
	"slices"
	"time"

	"kinspect/internal/reader"
	"kinspect/internal/stream"
)

// saveEvery is how often positions behind which nothing was printed are saved:
// what is read again because of them prints nothing twice.
const saveEvery = 10 * time.Second

// After each save those who want the next one wait for others to join them: where
// many shards print all the time, the whole file would be written as fast as the disk
// can. With 1,000 shards one takes 4 ms and 250 kB. No shard is read again before
// 200 ms, unless our pacing is lifted, so that the wait holds up nothing.
const (
	restPerShard = 100 * time.Microsecond
	restMax      = 100 * time.Millisecond
)

// marks keeps the positions of all shards, and their file. What a shard has
// printed is saved before its next step is asked for, so that a kill repeats one
// step of it at the most; shards that wait at once share a file.
type marks struct {
	path string
	head Checkpoint // without its shards
	last map[string]Mark
	now  map[string]*Mark // guarded by the follower's mutex
	turn chan struct{}    // holds the token of who writes, and may touch what follows

	asked  int // pages that want saving; guarded by the follower's mutex
	served int // of those asked, in the file
	size   int // shards in the file
	at     time.Time
	failed error
}

// newMarks goes on from the run's file, or begins one.
func newMarks(r *Resume, described stream.Summary) *marks {
	m := &marks{path: r.Path, last: map[string]Mark{}, now: map[string]*Mark{}, turn: make(chan struct{}, 1)}
	m.head = Checkpoint{Kind: checkpointKind, Filters: r.Filters}
	m.identify(described, r.Last)
	if r.Last != nil {
		m.head.From, m.head.Descendants = r.Last.From, r.Last.Descendants
		for _, mark := range r.Last.Shards {
			m.last[mark.ShardID] = mark
			m.now[mark.ShardID] = &mark
		}
	}
	return m
}

// save has the file hold all that was marked until now, and more. What prints
// nothing can wait.
func (f *follower) save(urgent bool) error {
	m := f.marks
	f.mu.Lock()
	m.asked++
	mine := m.asked
	f.mu.Unlock()
	m.turn <- struct{}{}
	defer func() { <-m.turn }()
	if m.failed != nil || m.served >= mine || !urgent && time.Since(m.at) < saveEvery {
		return m.failed
	}
	rest := min(time.Duration(m.size)*restPerShard, restMax)
	_ = f.client.Wait(context.Background(), rest-time.Since(m.at))
	f.mu.Lock()
	all, checkpoint := m.asked, m.checkpoint()
	f.mu.Unlock()
	if err := checkpoint.write(m.path); err != nil {
		m.failed = unwritten(m.path, err)
	}
	m.served, m.size, m.at = all, len(checkpoint.Shards), time.Now()
	return m.failed
}

// saveStarts keeps the first positions before anything is read.
func (f *follower) saveStarts(starts []reader.Start) error {
	if f.marks == nil {
		return nil
	}
	f.noteStarts(starts)
	return f.save(true)
}

// saveAll keeps what could wait until the end.
func (f *follower) saveAll() error {
	if f.marks == nil {
		return nil
	}
	return f.save(true)
}

// done tells whether the file is through with a shard.
func (m *marks) done(id string) bool { return m.last[id].Ended }

func (m *marks) checkpoint() *Checkpoint {
	c := m.head
	for _, id := range m.ids() {
		mark := *m.now[id]
		mark.Ended = mark.Ended && !slices.ContainsFunc(mark.heirs, func(heir string) bool { return m.now[heir] == nil })
		c.Shards = append(c.Shards, mark)
	}
	return &c
}

func (m *marks) ids() []string {
	return slices.Sorted(maps.Keys(m.now))
}
