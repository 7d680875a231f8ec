package tail

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kinspect/internal/record"
	"kinspect/internal/sim"
)

// TestWorldsResumed tails the worlds of TestWorlds with a file of positions, every
// other one in the order of arrival times, and stops or kills each tail several times.
// All that one without an end would print is printed. A kill repeats no more than the
// last step of each shard, or by arrival time what was written last: once for each
// shard, and once for what was overdue. What ends well repeats nothing.
func TestWorldsResumed(t *testing.T) { sim.Worlds(t, resume) }

// lives is one tail that is stopped or killed, and begun again.
type lives struct {
	check
	random  *rand.Rand
	path    string
	counts  map[user]int
	allowed map[user]int // how often more than once a user record may be printed
}

// user names a user record.
type user struct {
	number record.SequenceNumber
	sub    int
}

func userOf(m record.Meta) user {
	if m.SubSequenceNumber == nil {
		return user{m.SequenceNumber, 0}
	}
	return user{m.SequenceNumber, *m.SubSequenceNumber}
}

func resume(t *testing.T, story *sim.Story, tally *sim.Tally) {
	p := story.Begin()
	l := &lives{
		check:  check{t: t, Play: p, live: live(story), byArrival: story.Seed%2 == 0, began: time.Now()},
		random: rand.New(rand.NewPCG(story.Seed, 11)), path: filepath.Join(t.TempDir(), "at"),
		counts: map[user]int{}, allowed: map[user]int{},
	}
	p.Read(func(ctx context.Context) { l.lead(context.WithoutCancel(ctx)) })
	tally.Add(story, p.Hidden())
	l.judge()
	if t.Failed() {
		t.Logf("%s: live %t, failed %v, notices %q", story, l.live, l.failed, l.notices)
	}
}

// lead lets the tail die young some times, and at last not.
func (l *lives) lead(ctx context.Context) {
	for range 1 + l.random.IntN(5) {
		l.die(ctx)
		time.Sleep(time.Second + time.Duration(l.random.IntN(9000))*time.Millisecond)
	}
	ctx, end := l.watched(ctx)
	defer end()
	l.one(ctx, &mortal{})
}

// die is a life that a limit, Ctrl-C or a kill ends, at a write or in between.
func (l *lives) die(ctx context.Context) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	out, end := &mortal{stop: stop, path: l.path}, stop
	if out.kills = l.random.IntN(3) > 0; out.kills {
		end = out.kill
	}
	if l.random.IntN(3) > 0 {
		out.last, out.quarters = 1+l.random.IntN(4), l.random.IntN(5)
	}
	defer time.AfterFunc(time.Duration(l.random.IntN(20_000))*time.Millisecond, end).Stop()
	l.one(ctx, out)
}

// one is a life of the tail.
func (l *lives) one(ctx context.Context, out *mortal) {
	o := l.options(out)
	o.Resume = resumable(l.t, l.path)
	o.Notice = func(text string) {
		if !out.isDead() {
			l.notices = append(l.notices, text)
		}
	}
	if out.stop != nil && !out.kills && out.last > 0 {
		o.Limit = out.last
	}
	if err := l.tail(ctx, o); err != nil && ctx.Err() == nil {
		l.failed = err
	}
	out.restore(l.t)
	l.remember(out)
}

// remember counts what was printed, and what may be again.
func (l *lives) remember(out *mortal) {
	l.printed = nil
	unsaved := map[string][]record.Meta{} // the last write, by shard
	for _, lines := range out.writes {
		metas := l.metas(lines)
		for _, m := range metas {
			l.counts[userOf(m)]++
		}
		if len(metas) > 0 {
			unsaved[metas[0].ShardID] = metas
		}
		l.printed = append(l.printed, metas...)
	}
	l.order()
	l.family()
	switch {
	case !out.dead:
	case l.byArrival:
		shards := len(l.Parents())
		for _, lines := range out.writes[max(0, len(out.writes)-shards-1):] {
			l.allow(l.metas(lines))
		}
	default:
		for _, metas := range unsaved {
			l.allow(metas)
		}
	}
}

func (l *lives) allow(metas []record.Meta) {
	for _, m := range metas {
		l.allowed[userOf(m)]++
	}
}

func (l *lives) judge() {
	said := l.failed != nil || len(l.notices) > 0
	if expiring := l.From < 0 && l.Now() > 23*time.Hour; l.Provable && !expiring && said {
		l.t.Errorf("check provable: %v %v", l.failed, l.notices)
	}
	for u, n := range l.counts {
		if n > 1+l.allowed[u] {
			l.t.Errorf("check repeated: %s/%d was printed %d times, and %d may be", u.number, u.sub, n, 1+l.allowed[u])
		}
	}
	for _, told := range l.Told {
		for sub := range told.Users {
			if !said && !l.reborn && l.wanted(told) && l.counts[user{told.SequenceNumber, sub}] == 0 {
				l.t.Errorf("check lost: %s/%d arrived %s, and was not printed", told.Place, sub, told.ArrivedAt)
			}
		}
	}
}

// mortal is the output of a tail that may be killed: from then on it takes nothing,
// and the file of positions is what it was at that moment.
type mortal struct {
	kills    bool
	last     int // the write at which it is killed; 0: at none
	quarters int // of that write get out
	stop     func()
	path     string

	mu     sync.Mutex
	n      int
	writes [][]string
	dead   bool
	file   []byte
}

func (m *mortal) Write(text []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dead {
		return len(text), nil
	}
	m.n++
	whole := string(text)
	dies := m.kills && m.n == m.last
	if dies {
		whole = whole[:len(whole)*m.quarters/4]
		whole = whole[:1+strings.LastIndexByte(whole, '\n')] // the reader drops half a line
	}
	if whole != "" {
		m.writes = append(m.writes, strings.Split(strings.TrimSuffix(whole, "\n"), "\n"))
	}
	if dies {
		m.end()
	}
	return len(text), nil
}

func (m *mortal) kill() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.end()
}

func (m *mortal) end() {
	if m.dead {
		return
	}
	m.dead = true
	m.file, _ = os.ReadFile(m.path)
	m.stop()
}

func (m *mortal) isDead() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.dead
}

// restore has the file be what the kill left.
func (m *mortal) restore(t *testing.T) {
	t.Helper()
	if !m.dead {
		return
	}
	var err error
	if m.file == nil {
		_ = os.Remove(m.path)
	} else {
		err = os.WriteFile(m.path, m.file, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
