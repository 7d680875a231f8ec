// Package coverage keeps the ledger of a scan: for each shard what has been
// read, what has not, and what proves it. It takes steps and asks nobody; the
// verdict is drawn from it elsewhere.
package coverage

import (
	"slices"
	"strings"
	"sync"
	"time"

	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/step"
)

// Pad is how far arrival times may be out of order: the window is read with
// this much before and after it.
const Pad = 60 * time.Second

// Window is the stretch of arrival times that a scan must cover, both ends
// inclusive.
type Window struct {
	// From is where it begins; zero means with what the stream still holds.
	From time.Time
	// Until is where it ends; zero means never, and nothing is ever proved.
	Until time.Time
	// Settle is how long a record may take to become readable.
	Settle time.Duration
	// Retention is the stream's; zero means that nothing is ever trimmed.
	Retention time.Duration
	// CreatedAt is the stream's; nothing entered it before.
	CreatedAt time.Time
	// Number is the only sequence number that is asked for; empty asks for all.
	Number record.SequenceNumber
}

// Open tells whether the window begins with what the stream still holds.
func (w Window) Open() bool { return w.From.IsZero() }

// SettledAt is when all that arrived within the window is readable.
func (w Window) SettledAt() time.Time { return w.Until.Add(w.Settle) }

// Holds tells whether an arrival time lies within the window. What does not tell
// when it arrived may.
func (w Window) Holds(t time.Time) bool {
	return t.IsZero() || !t.Before(w.From) && (w.Until.IsZero() || !t.After(w.Until))
}

// Ledger is the account of a scan, safe for concurrent use.
type Ledger struct {
	mu       sync.Mutex
	window   Window
	kept     time.Time // nothing from here on had expired when the reading began
	accounts map[string]*account
	carried  Coverage // without its shards
}

// New returns an empty ledger for the window.
func New(window Window) *Ledger {
	return &Ledger{window: window, accounts: map[string]*account{}}
}

// Begin notes at which server time, at the most, the reading begins. Opening the first
// shard does so too, but there may be none.
func (l *Ledger) Begin(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begin(now)
}

func (l *Ledger) begin(now time.Time) {
	if l.kept.IsZero() {
		l.kept = l.window.kept(now)
	}
}

// Open begins a shard's account. The reading starts at the position of start,
// or at the trim horizon where start is zero, at the server time now, at the most.
// An account that was carried over goes on.
func (l *Ledger) Open(s shard.Shard, start, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begin(now)
	if a, carried := l.accounts[s.ID]; carried {
		a.list(s)
		return
	}
	l.accounts[s.ID] = newAccount(l.window, s, start, now)
}

// Cut tells that a further slice of a shard that was opened is read, behind all others
// and from the time on.
func (l *Ledger) Cut(shardID string, start time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.accounts[shardID].cut(start)
}

// Listed takes over from a later listing what it tells of shards that a page named as
// children, which had no sequence numbers yet.
func (l *Ledger) Listed(shards []shard.Shard) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range shards {
		if a := l.accounts[s.ID]; a != nil && a.SequenceNumberRange.Starting == "" {
			a.list(s)
		}
	}
}

// Book enters a step and returns whether the slice of the shard needs no more reading:
// it is proved to the window's end, it ended, it is joined to the next, or it failed.
func (l *Ledger) Book(st step.Step) (done bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.accounts[st.ShardID].slices[st.Slice].book(l.window, st)
}

// EmptySteps counts the empty pages of a shard so far.
func (l *Ledger) EmptySteps(shardID string) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := int64(0)
	for _, s := range l.accounts[shardID].slices {
		n += s.emptySteps
	}
	return n
}

// Tally is what was found inside a step's records.
type Tally struct{ UserRecords, Broken, Opaque int64 }

// Tested enters what a step's records held.
func (l *Ledger) Tested(st step.Step, t Tally) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.accounts[st.ShardID].slices[st.Slice]
	s.userRecords += t.UserRecords
	s.broken += t.Broken
	s.opaque += t.Opaque
}

// Coverage closes the books: what was read of each shard, and whether that
// covers the window.
func (l *Ledger) Coverage() Coverage {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := Coverage{Shards: []Account{}, Broken: l.carried.Broken, Opaque: l.carried.Opaque, OldestRecordAt: l.carried.OldestRecordAt}
	c.From = stamp(wholeMillis(l.listed()))
	c.Complete = l.window.Open() || !l.window.From.Before(l.earliest())
	for _, a := range l.accounts {
		if a.expired() {
			continue // it holds nothing of the window
		}
		closed, read := a.result(l.window), a.read()
		c.Records += closed.Records
		c.UserRecords += closed.UserRecords
		c.Bytes += closed.Bytes
		c.Broken += read.broken
		c.Opaque += read.opaque
		for _, s := range a.slices {
			c.oldest(s.Oldest)
		}
		c.Complete = c.Complete && closed.Proof != nil && len(closed.Gaps) == 0
		c.Shards = append(c.Shards, closed)
	}
	slices.SortFunc(c.Shards, func(a, b Account) int { return strings.Compare(a.ShardID, b.ShardID) })
	return c
}

// From is where the window begins; an open one with what can be proved.
func (l *Ledger) From() time.Time {
	if l.window.Open() {
		return wholeMillis(l.Earliest())
	}
	return l.window.From
}

// Earliest is the arrival time from which on everything was there to be read: the
// latest beginning of a shard's records, and nothing that had expired, with its
// shard perhaps, when the reading began.
func (l *Ledger) Earliest() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.earliest()
}

func (l *Ledger) earliest() time.Time {
	from := l.listed()
	for _, a := range l.accounts {
		from = later(from, a.from())
	}
	return from
}

// listed is the arrival time from which on no shard had expired before it could
// be listed and read.
func (l *Ledger) listed() time.Time {
	from := l.window.CreatedAt
	if l.window.Retention > 0 {
		from = later(from, l.kept)
	}
	for _, a := range l.accounts {
		if a.expired() {
			from = later(from, a.from())
		}
	}
	return from
}

func (c *Coverage) oldest(t time.Time) {
	if !t.IsZero() && (c.OldestRecordAt == nil || t.Before(c.OldestRecordAt.Time)) {
		c.OldestRecordAt = &record.Timestamp{Time: t}
	}
}
