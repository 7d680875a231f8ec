package tail

import (
	"bytes"
	"container/heap"
	"slices"
	"sort"
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
	for _, r := range st.Records {
		l.seen = later(l.seen, r.ArrivedAt)
	}
	if st.Empty() && !l.closed {
		l.seen = later(l.seen, st.AskedAt.Add(-st.Behind-m.settle))
	}
	l.tip = st.AskedAt.Sub(l.seen) <= m.settle+tipMax
	waits := &pending{step: bare(st, marks), left: len(p.ends)}
	waits.bytes = int64(len(p.text)) + itemBytes*int64(len(p.ends)+len(waits.step.Records))
	m.held += waits.bytes
	l.steps = append(l.steps, waits)
	m.hold(l, waits, p, now)
	m.change()
	return l
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
	st.Records, st.Repeated = nil, st.Repeated+len(records)
	if !marks {
		return st
	}
	st.Repeated -= len(records)
	for _, r := range records {
		st.Records = append(st.Records, record.Record{ShardID: r.ShardID, SequenceNumber: r.SequenceNumber, ArrivedAt: r.ArrivedAt})
	}
	return st
}

// gate tells up to which keys user records may pass.
type gate struct {
	told    time.Time // no shard comes with an earlier one
	history time.Time // none does that is not at its tip
	overdue time.Time // the latest that waited for the bound
}

func (g gate) lets(key time.Time) bool {
	return !key.After(g.told) || !key.After(g.overdue) && !key.After(g.history)
}

// never is later than any arrival time.
var never = time.Unix(1<<40, 0)

func (m *merger) gate(now time.Time) gate {
	g := gate{told: never, history: never}
	for _, l := range m.open {
		m.narrow(&g, l, now)
	}
	for _, l := range m.heads {
		due := sort.Search(len(l.held), func(i int) bool { return l.held[i].at.After(now.Add(-m.bound)) })
		if m.bound > 0 && due > 0 {
			g.overdue = later(g.overdue, l.held[due-1].key)
		}
	}
	return g
}

// narrow has the gate wait for a shard that is being read, holds nothing, waits for
// no parents, and does not fail for too long.
func (m *merger) narrow(g *gate, l *lane, now time.Time) {
	if l.left || len(l.held) > 0 || m.waits(l) || !l.failing.IsZero() && now.Sub(l.failing) > failingMax {
		return
	}
	g.told = earlier(g.told, l.seen)
	if !l.tip {
		g.history = earlier(g.history, l.seen)
	}
}

// waits tells whether a parent is still being read.
func (m *merger) waits(l *lane) bool {
	return slices.ContainsFunc(l.parents, func(id string) bool {
		parent := m.lanes[id]
		return parent != nil && !parent.left
	})
}

// take hands out what may pass, in order: so many at the most, and no more once
// they have so many bytes.
func (m *merger) take(now time.Time, most, size int) (items []item) {
	for g := m.gate(now); len(m.heads) > 0 && len(items) < most && size > 0; {
		l := m.heads[0]
		if !g.lets(l.held[0].key) {
			break
		}
		items = append(items, l.held[0])
		size -= len(l.held[0].text)
		l.held[0] = item{}
		if l.held = l.held[1:]; len(l.held) > 0 {
			heap.Fix(&m.heads, 0)
			continue
		}
		heap.Pop(&m.heads)
		m.narrow(&g, l, now)
	}
	return items
}

// due is when the next user record has waited for the bound; ok is false where
// there is none, or others than shards at their tip are waited for.
func (m *merger) due(now time.Time) (at time.Time, ok bool) {
	at = never
	g := m.gate(now)
	for _, l := range m.heads {
		if m.bound > 0 && !l.held[0].key.After(g.history) {
			at = earlier(at, l.held[0].at.Add(m.bound))
		}
	}
	return at, at != never
}

// pauses tells whether a shard is not to be read on: much is held, and others come
// before it. The shard that all wait for is always read.
func (m *merger) pauses(id string, now time.Time) bool {
	if m.held <= m.room || len(m.heads) == 0 {
		return false
	}
	l, g := m.lanes[id], m.gate(now)
	return len(l.held) > 0 || l.seen.After(g.told)
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

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
