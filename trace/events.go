package trace

import (
	"fmt"
	"slices"
	"sync/atomic"

	"kinspect/internal/kpl"
	"kinspect/internal/match"
	"kinspect/internal/notice"
	"kinspect/internal/term"
	"kinspect/trace/list"
	"kinspect/trace/receipt"
)

// Events are many events, each of which is asked by itself. Of a record that is
// looked into for all of them at once, what keeps it from being read keeps every
// one of them open.
type Events struct {
	List *list.List
	// Finder knows the list's events by their indexes.
	Finder match.Finder
}

// copiesMax is how many copies of one event are listed with --all, as far as
// matchesMax leaves room for more than the first; the others are counted.
const copiesMax = 10

// many is what was seen of many events.
type many struct {
	*Events
	inside, outside []row // by event
	left            int   // that were not seen in the window
	seen            sightings
	taken           *dataTaken
	further         int // sightings behind the first of an event
	// without counts user records in the window of which jq made no ID; compared tells
	// that it made one of another, past that earlier scans had nothing but such.
	without, undeliverable int
	compared               atomic.Bool
	past                   bool
}

// row is the copies of an event.
type row struct {
	copies      int32
	first, last int32 // of the sightings, from 1 on; 0: none
}

func newMany(e *Events, taken *dataTaken) *many {
	n := len(e.List.Events)
	return &many{Events: e, taken: taken, inside: make([]row, n), outside: make([]row, n), left: n}
}

// testMany looks for all events in a user record that nothing else rules out, and
// notes those it holds, and a hole where there is no telling of the others.
func (s *search) testMany(subject match.Subject) {
	inside := s.window.Holds(subject.User.ArrivedAt)
	found, err := s.findMany(subject, inside)
	if len(found) > 0 {
		s.foundMany(subject, found, inside)
	}
	if inside && s.asksJQ() && subject.Blob.Unwrapped() {
		s.mu.Lock()
		s.unwrapped++
		s.mu.Unlock()
	}
	s.unsure(subject, err, inside)
}

// findMany: what the events are asked together with has to hold too, and if it
// cannot be told to, nothing can.
func (s *search) findMany(subject match.Subject, inside bool) ([]match.Found, error) {
	if s.Content != nil {
		if _, held, err := s.Content.Match(subject); !held || err != nil {
			return nil, err
		}
	}
	found, has, err := s.Events.Finder.Find(subject)
	if inside {
		s.countIDs(has, err)
	}
	if s.asksInside() && kpl.Sealed(subject.Blob.Err) {
		found = nil // what is inside nobody knows
	}
	return found, err
}

func (s *search) foundMany(subject match.Subject, found []match.Found, inside bool) {
	m := s.match(subject, match.Hit{})
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range found {
		m.Path, m.Whole = f.Hit.Path, f.Hit.Whole
		s.many.note(f.Event, m, inside, s.All)
	}
	if s.many.left == 0 && !s.All {
		s.stop()
	}
}

// note keeps a sighting, or just counts it.
func (m *many) note(event int, match receipt.Match, inside, all bool) {
	of := &m.outside[event]
	if inside {
		of = &m.inside[event]
	}
	of.copies++
	if inside && match.Undeliverable() {
		m.undeliverable++
	}
	if inside && of.copies == 1 {
		m.left--
	}
	if of.copies > 1 {
		if !all || !inside || of.copies > copiesMax || m.further == matchesMax {
			return
		}
		m.further++
	}
	m.taken.take(&match)
	at := m.seen.add(match)
	if of.first == 0 {
		of.first = at
	} else {
		m.seen.kept[of.last-1].next = at
	}
	of.last = at
}

// countIDs counts the user records of which jq made no ID, though it did not fail.
func (s *search) countIDs(has bool, err error) {
	switch {
	case has && !s.many.compared.Load():
		s.many.compared.Store(true)
	case !has && err == nil:
		s.mu.Lock()
		s.many.without++
		s.mu.Unlock()
	}
}

// uncompared is the reason where records were tested, and of none was an ID made: the
// program is likelier to be misspelt than all events to be missing.
func (m *many) uncompared(jq string) []notice.Notice {
	if m.compared.Load() || m.without == 0 && !m.past {
		return nil
	}
	return comparedNothing(jq)
}

func comparedNothing(jq string) []notice.Notice {
	return []notice.Notice{{Code: notice.WithoutID, Text: fmt.Sprintf("jq '%s' made no ID of any user record, so that nothing was compared with the events", jq)}}
}

// answers are the verdicts on each line, which for those not found is the same.
func (m *many) answers(otherwise receipt.Verdict) receipt.Answers {
	return func(yield func(receipt.Answer) bool) {
		for _, line := range m.List.Lines {
			of := m.inside[line.Event]
			a := receipt.Answer{
				Line: int(line.Number), Event: m.List.Events[line.Event], Verdict: otherwise, Copies: int(of.copies),
				Matches: m.seen.list(of), Outside: m.seen.list(m.outside[line.Event]),
			}
			if of.copies > 0 {
				a.Verdict = receipt.Found
			}
			if !yield(a) {
				return
			}
		}
	}
}

// resume takes over what was seen before, of the same events.
func (m *many) resume(r receipt.Receipt) {
	m.past = slices.ContainsFunc(r.Reasons, func(n notice.Notice) bool { return n.Code == notice.WithoutID })
	m.compared.Store(r.Coverage.UserRecords > 0 && !m.past)
	if r.Part != nil {
		m.compared.Store(r.Part.Compared)
	}
	m.join(r)
}

// join adds what another scan saw of the same events.
func (m *many) join(r receipt.Receipt) {
	at, done := 0, make([]bool, len(m.inside))
	for a := range r.Events {
		event := int(m.List.Lines[at].Event)
		at++
		if done[event] {
			continue // asked twice
		}
		done[event] = true
		copies := m.inside[event].copies + int32(a.Copies)
		for _, match := range a.Matches {
			m.note(event, match, true, true)
		}
		for _, match := range a.Outside {
			m.note(event, match, false, true)
		}
		m.inside[event].copies = copies
	}
}

// seenOutside counts the events that were seen outside the window.
func (m *many) seenOutside() int {
	n := 0
	for _, of := range m.outside {
		n += min(1, int(of.copies))
	}
	return n
}

// caveats are what a reader of all the answers should know.
func (m *many) caveats(add func(when bool, code notice.Code, format string, values ...any)) {
	outside := m.seenOutside()
	add(outside > 0, notice.Outside, "%s outside the window", was(outside))
	add(m.without > 0 && m.compared.Load(), notice.WithoutID, "jq made no ID of %s", term.Count(m.without, "user record"))
	add(m.undeliverable > 0, notice.NotDeliverable, "KCL consumers are not given %s that hold an event", term.Count(m.undeliverable, "user record"))
}

func was(events int) string {
	if events == 1 {
		return "1 event was seen"
	}
	return term.Number(events) + " events were seen"
}
