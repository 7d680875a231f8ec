package tail

import (
	"container/heap"
	"slices"
	"sort"
	"time"
)

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
	if len(m.heads) == 0 {
		return nil
	}
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
	if m.bound == 0 || len(m.heads) == 0 {
		return never, false
	}
	at = never
	g := m.gate(now)
	for _, l := range m.heads {
		if !l.held[0].key.After(g.history) {
			at = earlier(at, l.held[0].at.Add(m.bound))
		}
	}
	return at, !at.Equal(never)
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
