package tail

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"kinspect/internal/position"
	"kinspect/internal/reader"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/step"
	"kinspect/internal/stream"
)

// Resume says where a run goes on, and where it leaves its own positions.
type Resume struct {
	Path string
	// Last is what the file held; nil where there is none yet.
	Last *Checkpoint
	// Filters are the flags that choose records, as the file names them.
	Filters []string
}

// saveEvery is how often positions behind which nothing was printed are saved:
// what is read again because of them prints nothing twice.
const saveEvery = 10 * time.Second

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
	at     time.Time
	failed error
}

// newMarks goes on from the run's file, or begins one.
func newMarks(r *Resume, described stream.Summary) *marks {
	m := &marks{path: r.Path, last: map[string]Mark{}, now: map[string]*Mark{}, turn: make(chan struct{}, 1)}
	m.head = Checkpoint{Kind: checkpointKind, Stream: nameOf(described), CreatedAt: record.Timestamp{Time: described.CreatedAt}, Filters: r.Filters}
	if r.Last != nil {
		m.head.From, m.head.Descendants = r.Last.From, r.Last.Descendants
		for _, mark := range r.Last.Shards {
			m.last[mark.ShardID] = mark
			m.now[mark.ShardID] = &mark
		}
	}
	return m
}

// nameOf is what the file calls a stream.
func nameOf(described stream.Summary) string {
	return cmp.Or(described.ARN, "capture "+described.Name)
}

// since is the arrival time from which on the file leaves records to read.
func (c *Checkpoint) since(now time.Time) time.Time {
	since := now
	for _, m := range c.Shards {
		if !m.Ended && m.ReadUntil.Before(since) {
			since = m.ReadUntil.Time
		}
	}
	return since
}

// from is where the first run began, as this one judges shards and records by it.
func (c *Checkpoint) from() position.Position {
	if c.From == nil {
		return position.Position{Kind: position.TrimHorizon}
	}
	return position.At(c.From.Time)
}

// goOn picks the shards that the file has not done with, and those that came since.
func (f *follower) goOn() []reader.Start {
	if f.marks.head.Descendants {
		f.descends = map[string]bool{}
		for id := range f.marks.last {
			f.descends[id] = true
		}
	}
	var starts []reader.Start
	for _, s := range f.listed {
		mark, known := f.marks.last[s.ID]
		switch {
		case known && !mark.Ended:
			starts = append(starts, reader.Start{Shard: s, At: mark.position()})
		case !known && f.news(s):
			starts = append(starts, reader.Start{Shard: s, At: position.Position{Kind: position.TrimHorizon}})
		}
	}
	f.tellGone()
	return starts
}

// news tells whether a shard that the file does not know is read.
func (f *follower) news(s shard.Shard) bool {
	if f.descends != nil {
		return f.descendant(s)
	}
	return len(f.Shards) == 0 && f.named(s) && !f.opensLate(s) && !f.closedEarly(s)
}

// tellGone says which shards expired before they were read to their end.
func (f *follower) tellGone() {
	for _, id := range f.marks.ids() {
		if _, listed := f.listed.Find(id); !listed && !f.marks.now[id].Ended {
			f.marks.now[id].Ended = true
			f.fail(fmt.Sprintf("%s: it expired, and what arrived after %s may have expired before it could be read", id, f.marks.now[id].ReadUntil.Words()))
		}
	}
}

func (m Mark) position() position.Position {
	switch {
	case m.SubSequenceNumber != nil:
		return position.Position{Kind: position.AtSequenceNumber, SequenceNumber: m.SequenceNumber}
	case m.SequenceNumber != "":
		return position.After(m.SequenceNumber)
	case m.At != nil:
		return position.At(m.At.Time)
	}
	return position.Position{Kind: position.TrimHorizon}
}

// printed tells whether an earlier run has printed a user record, if it passed.
func (m Mark) printed(u record.UserRecord) bool {
	if m.SubSequenceNumber != nil && u.SequenceNumber == m.SequenceNumber && u.SubSequenceNumber <= *m.SubSequenceNumber {
		return true
	}
	return m.Through != "" && u.SequenceNumber.Compare(m.Through) <= 0 && !u.ArrivedAt.After(m.PrintedUntil.Time)
}

// noteStarts notes the first positions, and which of the shards listed are not wanted.
func (f *follower) noteStarts(starts []reader.Start) {
	m := f.marks
	if m.head.From == nil && f.From.Kind != position.TrimHorizon && len(m.last) == 0 && !f.window.Open() {
		m.head.From = &record.Timestamp{Time: f.window.From}
	}
	m.head.Descendants = f.descends != nil
	for _, start := range starts {
		f.note(start)
	}
	for _, s := range f.listed {
		if m.now[s.ID] == nil && len(f.Shards) == 0 && f.descends == nil && !f.opensLate(s) {
			m.now[s.ID] = &Mark{ShardID: s.ID, ReadUntil: record.Timestamp{Time: f.began}, Ended: true}
		}
	}
}

// note enters a shard at its first position. One that begins at the latest record
// begins, if it is interrupted before it read any, at the time of its beginning.
func (f *follower) note(start reader.Start) {
	if f.marks.now[start.Shard.ID] != nil {
		return
	}
	mark := &Mark{ShardID: start.Shard.ID, ReadUntil: record.Timestamp{Time: f.from}}
	now := record.Timestamp{Time: f.client.Clock.Now()}
	switch start.At.Kind {
	case position.Latest:
		mark.At, mark.ReadUntil = &now, now
	case position.AtTimestamp:
		mark.At = &record.Timestamp{Time: start.At.Time}
	case position.AtSequenceNumber:
		mark.SequenceNumber, mark.SubSequenceNumber = start.At.SequenceNumber, new(-1)
	}
	if opened, told := start.Shard.OpenedAt(); told && opened.After(mark.ReadUntil.Time) {
		mark.ReadUntil = record.Timestamp{Time: opened}
	}
	f.marks.now[start.Shard.ID] = mark
}

// passed moves a shard's position behind a step whose output was written.
func (m *Mark) passed(st step.Step, until time.Time, settle time.Duration) {
	for _, r := range st.Records {
		m.behind(r, until)
	}
	if st.Empty() && st.Behind == 0 {
		m.read(st.AskedAt.Add(-settle))
	}
	m.Ended = m.Ended || st.End && m.Through == ""
}

// behind moves the position behind a record, unless the window ends before it:
// then the position stays in front, for a later window.
func (m *Mark) behind(r record.Record, until time.Time) {
	beyond := !until.IsZero() && r.ArrivedAt.After(until)
	waits := m.PrintedUntil != nil && !until.IsZero() && m.PrintedUntil.Equal(until.Truncate(time.Millisecond))
	switch {
	case beyond && !waits && (m.Through == "" || m.Through.Compare(r.SequenceNumber) <= 0):
		m.Through, m.PrintedUntil = r.SequenceNumber, &record.Timestamp{Time: until}
	case waits:
		m.Through = maxNumber(m.Through, r.SequenceNumber)
	case beyond: // an earlier window reached further; its word stands
	default:
		m.SequenceNumber, m.SubSequenceNumber, m.At = r.SequenceNumber, nil, nil
		m.read(r.ArrivedAt)
		if m.Through != "" && m.Through.Compare(r.SequenceNumber) <= 0 {
			m.Through, m.PrintedUntil = "", nil
		}
	}
}

func (m *Mark) read(until time.Time) {
	if until.After(m.ReadUntil.Time) {
		m.ReadUntil = record.Timestamp{Time: until}
	}
}

// within moves the position to the last user record that a limit let through.
func (m *Mark) within(st step.Step, last place, until time.Time) {
	for _, r := range st.Records {
		if r.SequenceNumber == last.number && last.sub != nil {
			if m.Through == "" {
				m.SequenceNumber, m.SubSequenceNumber, m.At = last.number, last.sub, nil
			}
			return
		}
		m.behind(r, until)
		if r.SequenceNumber == last.number {
			return
		}
	}
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
	f.mu.Lock()
	all, checkpoint := m.asked, m.checkpoint()
	f.mu.Unlock()
	m.served, m.at = all, time.Now()
	if err := checkpoint.write(m.path); err != nil {
		m.failed = fmt.Errorf("writing the checkpoint: %w", err)
	}
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
		c.Shards = append(c.Shards, *m.now[id])
	}
	return &c
}

func (m *marks) ids() []string {
	return slices.Sorted(maps.Keys(m.now))
}

func maxNumber(a, b record.SequenceNumber) record.SequenceNumber {
	if a.Compare(b) >= 0 {
		return a
	}
	return b
}
