package tail

import (
	"bytes"
	"container/heap"
	"slices"
	"time"

	"kinspect/internal/position"
	"kinspect/internal/reader"
	"kinspect/internal/record"
	"kinspect/internal/step"
)

const (
	// orderBound is how long a tail without an end holds a user record for shards
	// that are at their tip: each is asked once a second there.
	orderBound = 2 * time.Second
	// tipMax is how far behind the server's time, beyond settle, a shard may be that
	// is at its tip.
	tipMax = 20 * time.Second
	// failingMax is how long a shard that fails, or is throttled, is waited for.
	failingMax = time.Minute
	// itemBytes is what is kept of a user record, or of a record, beside its text.
	itemBytes = 200
)

// merger puts the user records of several shards in the order of arrival times. It
// holds each until no shard can come with an earlier one, as far as their answers
// tell. The order within a shard, and of parents before children, is never changed.
type merger struct {
	settle time.Duration
	bound  time.Duration // how long shards at their tip are waited for; 0: until they tell
	room   int64         // bytes held beyond which a shard that is ahead is not read on

	lanes   map[string]*lane
	open    []*lane // those being read
	heads   heads   // those that hold user records
	held    int64   // bytes
	pushed  int64
	newest  time.Time     // arrival time of what was printed
	changed chan struct{} // closed, and made anew, with each change
}

// lane is one shard's.
type lane struct {
	id      string
	parents []string
	closed  bool // when it was listed: then an empty page says nothing of what comes next
	left    bool // it is read no more
	tip     bool
	failing time.Time // since when there was no page; zero: the last answer was one
	key     time.Time // the latest arrival time of a user record that is printed
	seen    time.Time // what comes arrives from here on
	held    []item    // in order, of keys that never step back
	steps   []*pending
}

// item is a user record that waits.
type item struct {
	place
	key  time.Time // its arrival time, or that of an earlier one of its shard
	turn int64
	at   time.Time // when it came
	text []byte
	lane *lane
	step *pending
}

// pending is a step of which something waits.
type pending struct {
	step  step.Step // without the records' data
	left  int       // items
	bytes int64
}

func newMerger(settle, bound time.Duration, room int64) *merger {
	return &merger{settle: settle, bound: bound, room: room, lanes: map[string]*lane{}, changed: make(chan struct{})}
}

func (m *merger) opens(start reader.Start) {
	l := &lane{
		id: start.Shard.ID, parents: start.Shard.Parents(), closed: start.Shard.Closed(),
		tip: start.At.Kind == position.Latest,
	}
	for _, id := range l.parents {
		if parent := m.lanes[id]; parent != nil && parent.left {
			l.follow(parent)
		}
	}
	m.lanes[l.id] = l
	m.open = append(m.open, l)
}

// follow has a lane go on where a parent ended.
func (l *lane) follow(parent *lane) {
	l.key, l.seen = later(l.key, parent.key), later(l.seen, parent.key)
	l.tip = l.tip || parent.tip
}

// leaves no longer waits for a shard, but from where it ended for its children.
func (m *merger) leaves(id string) {
	l := m.lanes[id]
	l.left = true
	m.open = slices.DeleteFunc(m.open, func(o *lane) bool { return o == l })
	for _, child := range m.open {
		if slices.Contains(child.parents, id) {
			child.follow(l)
		}
	}
	m.change()
}

// fails notes a step that is no page.
func (m *merger) fails(st step.Step) {
	if l := m.lanes[st.ShardID]; l.failing.IsZero() {
		l.failing = st.AskedAt
	}
	m.change()
}

// push takes what is to be printed of a page, and what the page tells of those to
// come. The records are kept, without their data, if marks want them.
func (m *merger) push(p *page, st step.Step, now time.Time, marks bool) *lane {
	l := m.lanes[st.ShardID]
	l.failing = time.Time{}
	l.seen = later(l.seen, st.Newest)
	if st.Empty() && !st.Pushed && !l.closed {
		l.seen = later(l.seen, st.AskedAt.Add(-st.Behind-m.settle))
	}
	l.tip = m.atTip(l, st)
	waits := &pending{step: bare(st, marks), left: len(p.ends)}
	waits.bytes = int64(len(p.text)) + itemBytes*int64(len(p.ends)+len(waits.step.Records))
	m.held += waits.bytes
	l.steps = append(l.steps, waits)
	m.hold(l, waits, p, now)
	m.change()
	return l
}

// atTip tells whether others need not wait for what a shard has still to give. What was
// pushed tells no time by which nothing more can come, only how far behind it is.
func (m *merger) atTip(l *lane, st step.Step) bool {
	behind := st.AskedAt.Sub(l.seen)
	if st.Pushed {
		behind = st.Behind
	}
	return behind <= m.settle+tipMax
}

func (m *merger) hold(l *lane, waits *pending, p *page, now time.Time) {
	if len(p.ends) == 0 {
		return
	}
	idle, text, begin := len(l.held) == 0, bytes.Clone(p.text), 0
	for i, end := range p.ends {
		l.key = later(l.key, p.last[i].arrived)
		m.pushed++
		l.held = append(l.held, item{place: p.last[i], key: l.key, turn: m.pushed, at: now, text: text[begin:end], lane: l, step: waits})
		begin = end
	}
	if idle {
		heap.Push(&m.heads, l)
	}
}

// bare is a step without what waiting would keep in memory.
func bare(st step.Step, marks bool) step.Step {
	records := st.Records
	st.Records = nil
	if !marks {
		return st
	}
	for _, r := range records {
		st.Records = append(st.Records, record.Record{ShardID: r.ShardID, SequenceNumber: r.SequenceNumber, ArrivedAt: r.ArrivedAt})
	}
	return st
}

func (m *merger) change() {
	close(m.changed)
	m.changed = make(chan struct{})
}

// heads is a heap of lanes by what they hold first.
type heads []*lane

func (h heads) Len() int      { return len(h) }
func (h heads) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *heads) Push(l any)   { *h = append(*h, l.(*lane)) }
func (h heads) Less(i, j int) bool {
	a, b := h[i].held[0], h[j].held[0]
	if a.key.Equal(b.key) {
		return a.turn < b.turn
	}
	return a.key.Before(b.key)
}

func (h *heads) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
