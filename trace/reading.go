package trace

import (
	"context"
	"fmt"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/notice"
	"kinspect/internal/position"
	"kinspect/internal/reader"
	"kinspect/internal/shard"
	"kinspect/internal/term"
	"kinspect/internal/tick"
)

// read has every shard of the window read and tested, and returns what makes
// the reading as a whole unsound.
func (s *search) read(ctx, timed context.Context, listed shard.Lineage) []notice.Notice {
	reading, stop := context.WithCancel(timed)
	defer stop()
	s.stop = stop
	defer s.report()()
	last, err := s.shards.Cover(reading, reader.Plan{
		Starts: s.starts(listed), Wants: s.wants, First: s.first(), Limit: s.limit(), ListAfter: s.window.SettledAt(),
		Sieve: s.sieve(), Opened: s.opened, Handle: s.handle,
	})
	if reading.Err() != nil && timed.Err() == nil {
		s.stopped = true // at the first match: nothing more is needed
		return nil
	}
	var reasons []notice.Notice
	if err != nil {
		s.stopped = s.matched()
		reasons = append(reasons, failed("the shards could not be listed again at the end", err))
	} else {
		s.last = last
		s.ledger.Listed(last)
		reasons = append(s.audit(timed, listed, last), s.lapsed(timed)...)
	}
	switch {
	case len(reasons) == 0: // it was through before anything could end it
	case ctx.Err() != nil:
		return []notice.Notice{{Code: notice.Interrupted, Text: "the scan was interrupted"}}
	case timed.Err() != nil:
		return []notice.Notice{s.overtime()}
	}
	return reasons
}

// overtime ends the reading since its time was over.
func (s *search) overtime() notice.Notice {
	s.ledger.Stop(notice.Time)
	read := term.Count(s.ledger.Progress().Records, "record")
	return notice.Notice{Code: notice.Time, Text: fmt.Sprintf("the time given to the scan, %s, was over with %s read", position.Spell(s.Timeout), read)}
}

// starts picks the shards that may hold records of the window.
func (s *search) starts(listed shard.Lineage) []reader.Start {
	var starts []reader.Start
	for _, sh := range listed {
		if s.wants(sh) {
			starts = append(starts, s.begin(sh))
		}
	}
	return starts
}

// wants tells whether a shard is read: if it may hold the event, is one of ours, and
// was not read whole before.
func (s *search) wants(sh shard.Shard) bool {
	return s.Part.Reads(sh.ID) && s.mayHold(sh) && !s.past.proved(sh)
}

// mayHold tells whether a shard may hold the event: unless narrowed down, each whose
// life overlaps the window and its pad, as far as its sequence numbers tell.
func (s *search) mayHold(sh shard.Shard) bool {
	if s.Narrow && !s.likely(sh) {
		return false
	}
	if opened, told := sh.OpenedAt(); told && opened.After(s.window.Until.Add(coverage.Pad)) {
		return false
	}
	closed, told := sh.ClosedAt()
	return !told || s.window.Open() || !closed.Before(s.window.From.Add(-coverage.Pad))
}

// begin is where a shard is read from. What was read of it earlier is not read again;
// and where one sequence number is asked for, nothing before it.
func (s *search) begin(sh shard.Shard) reader.Start {
	from := s.beginning(sh)
	switch gaps, number := s.past.gaps(sh), s.Event.SequenceNumber; {
	case len(gaps) > 0 && gaps[0].AfterSequenceNumber != "":
		from = position.After(gaps[0].AfterSequenceNumber)
	case number != "" && !s.before.Capture: // which may hold the numbers of several streams
		return reader.Start{Shard: sh, At: position.Position{Kind: position.AtSequenceNumber, SequenceNumber: number}, Else: from}
	}
	if slices := s.past.slices(sh); len(slices) > 0 {
		return reader.Start{Shard: sh, At: from, Slices: slices}
	}
	return reader.Start{Shard: sh, At: from, Slices: s.cut(sh)}
}

// beginning is the trim horizon, unless the window begins later and the shard opened
// before.
func (s *search) beginning(sh shard.Shard) position.Position {
	start := s.window.From.Add(-coverage.Pad)
	if opened, told := sh.OpenedAt(); s.window.Open() || told && !opened.Before(start) {
		return position.Position{Kind: position.TrimHorizon}
	}
	return position.At(start)
}

// started is the arrival time from which on a shard is read; zero: its trim horizon.
// What stands before a number that is asked for counts as read.
func started(start reader.Start) time.Time {
	if start.Else.Kind != "" {
		return start.Else.Time
	}
	return start.At.Time
}

func (s *search) opened(start reader.Start) {
	s.mu.Lock()
	s.ranges[start.Shard.ID] = start.Shard.Range
	s.mu.Unlock()
	s.ledger.Open(start.Shard, started(start), s.client.Clock.NowAtMost())
	for _, slice := range start.Slices {
		if slice.First == nil { // else the ledger knows it
			s.ledger.Cut(start.Shard.ID, slice.At.Time)
		}
	}
}

// report tells the progress until the returned function is called.
func (s *search) report() (end func()) {
	if s.Progress == nil {
		return func() {}
	}
	return tick.Every(200*time.Millisecond, func() { s.Progress(s.ledger.Progress()) })
}
