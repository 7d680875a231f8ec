package tail

import (
	"fmt"
	"slices"
	"time"

	"kinspect/internal/position"
	"kinspect/internal/reader"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/step"
)

// Resume says where a run goes on, and where it leaves its own positions.
type Resume struct {
	Path string
	// Last is what the file held; nil where there is none yet.
	Last *Checkpoint
	// Filters are the flags that choose records, as the file names them.
	Filters []string
}

func (r *Resume) last() *Checkpoint {
	if r == nil {
		return nil
	}
	return r.Last
}

// knows tells whether the file has a mark of the shard.
func (c *Checkpoint) knows(id string) bool {
	return c != nil && slices.ContainsFunc(c.Shards, func(m Mark) bool { return m.ShardID == id })
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

// noteStarts notes the first positions, and which of the shards listed are not wanted.
func (f *follower) noteStarts(starts []reader.Start) {
	m := f.marks
	if len(m.last) == 0 && !f.asked.Open() {
		m.head.From = &record.Timestamp{Time: f.asked.From}
	}
	m.head.Descendants = f.descends != nil
	for _, start := range starts {
		f.note(start)
	}
	for _, s := range f.listed {
		if m.now[s.ID] == nil && len(f.Shards) == 0 && f.descends == nil && !f.opensLate(s) {
			m.now[s.ID] = &Mark{ShardID: s.ID, ReadUntil: record.Timestamp{Time: f.began}, Ended: true}
		}
		if mark := m.now[s.ID]; mark != nil {
			mark.Starting = s.Starting
		}
	}
}

// note enters a shard at its first position. One that begins at the latest record
// begins, if it is interrupted before it read any, at the time of its beginning.
func (f *follower) note(start reader.Start) {
	if f.marks.now[start.Shard.ID] != nil {
		return
	}
	mark := &Mark{ShardID: start.Shard.ID, Starting: start.Shard.Starting, ReadUntil: record.Timestamp{Time: f.from}}
	now := record.Timestamp{Time: f.client.Clock.Now()}
	switch start.At.Kind {
	case position.Latest:
		mark.At, mark.ReadUntil = &now, now
	case position.AtTimestamp:
		mark.At = &record.Timestamp{Time: start.At.Time}
	case position.AtSequenceNumber:
		mark.SequenceNumber, mark.Part = start.At.SequenceNumber, &Part{start.At.SequenceNumber, -1}
	}
	if opened, told := start.Shard.OpenedAt(); told && opened.After(mark.ReadUntil.Time) {
		mark.ReadUntil = record.Timestamp{Time: opened}
	}
	f.marks.now[start.Shard.ID] = mark
}

// passed moves a shard's position behind a step whose output was written.
func (f *follower) passed(st step.Step) {
	m := f.marks.now[st.ShardID]
	m.passed(st, f.window.Until, f.Settle)
	m.heirs = f.heirs(st)
}

// heirs are the shards that take over at an end and are to be read, now or by a later
// run.
func (f *follower) heirs(st step.Step) (ids []string) {
	for _, s := range st.Children {
		if f.named(s) && (f.descends != nil || len(f.Shards) == 0) {
			ids = append(ids, s.ID)
		}
	}
	return ids
}
