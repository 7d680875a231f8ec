package trace

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/decode"
	"kinspect/internal/kpl"
	"kinspect/internal/match"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/scan"
	"kinspect/internal/step"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// matchesMax bounds what a receipt lists: a question that more records than
// this answer is not about one event.
const matchesMax = 10_000

// handle tests a step's records and books it.
func (s *search) handle(st step.Step) (done bool) {
	if s.handled != nil {
		s.handled(st)
	}
	if s.Metrics {
		s.arrivals.note(s.window, st.Records)
	}
	tally := coverage.Tally{UserRecords: int64(st.Count - len(st.Records))} // those that were passed over
	scan.Records(st.Records, s.decoder(), s.refuses, func(subject match.Subject) bool {
		tally.UserRecords++
		switch subject.Blob.State {
		case decode.Broken:
			tally.Broken++
		case decode.Opaque:
			tally.Opaque++
		}
		if !subject.Refused || s.counts() {
			s.test(subject)
		}
		return true
	})
	done = s.ledger.Book(st)
	s.ledger.Tested(st, tally)
	return done
}

// counts tells that something is said of what is refused, too.
func (s *search) counts() bool { return s.many != nil || s.Event.PartitionKey != nil }

// sieve passes over what is refused, unless more than that is noted of it; nil then.
func (s *search) sieve() func() record.Sieve {
	if s.counts() || s.Metrics || s.Event.SequenceNumber != "" {
		return nil
	}
	var signs match.Signs
	if s.Content != nil {
		signs = s.Content.Signs()
	}
	return scan.Sieve(s.decoder(), signs, s.refuses)
}

// refuses tells by a user record and the bytes of its layers alone that it is not the
// event, nor one of many.
func (s *search) refuses(user *record.UserRecord, layers [][]byte) bool {
	switch {
	case s.ruledOut(user, nil):
		return true
	case s.Content != nil:
		return s.Content.Refuses(user, layers)
	case s.many != nil:
		return s.Events.Finder.Refuses(user, layers)
	}
	return false
}

// test looks for the event in one user record and notes a match, or a hole
// where there is no telling.
func (s *search) test(subject match.Subject) {
	if s.ruledOut(&subject.User, subject.Blob.Err) {
		return
	}
	if s.many != nil {
		s.testMany(subject)
		return
	}
	hit, held, err := match.Hit{}, true, error(nil)
	if s.Content != nil {
		hit, held, err = s.Content.Match(subject)
	}
	held = held && !(s.asksInside() && kpl.Sealed(subject.Blob.Err)) // what is inside nobody knows
	inside := s.window.Holds(subject.User.ArrivedAt)
	s.count(subject, hit, inside)
	if held {
		s.found(subject, hit, inside)
		return
	}
	s.unsure(subject, err, inside)
}

// unsure notes a hole where what was not found may be there for all we can tell.
func (s *search) unsure(subject match.Subject, err error, inside bool) {
	switch {
	case inside && err != nil:
		s.hole(notice.Broken, subject, err)
	case inside && subject.Blob.State == decode.Broken:
		s.hole(notice.Broken, subject, subject.Blob.Err)
	case inside && subject.Blob.State == decode.Opaque:
		s.hole(notice.Opaque, subject, subject.Blob.Err)
	}
}

// count counts what the caveats tell.
func (s *search) count(subject match.Subject, hit match.Hit, inside bool) {
	unwrapped := s.asksJQ() && subject.Blob.Unwrapped()
	keyed := s.Event.PartitionKey != nil && !kpl.Sealed(subject.Blob.Err)
	if !inside || !hit.InWord && !unwrapped && !keyed {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if keyed {
		s.sameKey.note(subject.User, s.thought())
	}
	if hit.InWord {
		s.inWords++
	}
	if unwrapped {
		s.unwrapped++
	}
}

// thought is when the event is thought to have come.
func (s *search) thought() time.Time {
	if s.Around.IsZero() {
		return s.window.Until
	}
	return s.Around
}

// asksJQ tells whether jq sees the documents.
func (s *search) asksJQ() bool {
	return s.Event.JQ != "" || s.Event.Events != nil && s.Event.Events.JQ != ""
}

// ruledOut tells whether the sequence number or the partition key alone says
// that this is not the event. The keys inside an aggregate that was not taken
// apart are unknown.
func (s *search) ruledOut(user *record.UserRecord, damage error) bool {
	if n := s.Event.SequenceNumber; n != "" {
		if n != user.SequenceNumber {
			return true
		}
		s.there.Store(true)
	}
	if damage != nil && kpl.Sealed(damage) {
		return false
	}
	// A plain record is its own user record 0, as the KCL counts.
	key, sub := s.Event.PartitionKey, s.Event.SubSequenceNumber
	return key != nil && (user.UserKey == nil || *user.UserKey != *key) || sub != nil && *sub != user.SubSequenceNumber
}

// asksInside tells whether the event names what only an aggregate that can be
// taken apart tells.
func (s *search) asksInside() bool {
	return s.Event.PartitionKey != nil || s.Event.SubSequenceNumber != nil
}

func (s *search) found(subject match.Subject, hit match.Hit, inside bool) {
	list := &s.outside
	if inside {
		list = &s.matches
	}
	s.mu.Lock()
	full := len(*list) >= matchesMax
	s.mu.Unlock()
	if full {
		return
	}
	m := s.match(subject, hit)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken.take(&m)
	*list = append(*list, m)
	if inside {
		s.noteEmpties(m)
	}
	if inside && !s.All {
		s.stop()
	}
}

func (s *search) match(subject match.Subject, hit match.Hit) receipt.Match {
	sum := sha256.Sum256(subject.User.UserData)
	m := receipt.Match{
		Meta: subject.User.Clone().Meta(), Decoded: layers(subject), Path: hit.Path, Whole: hit.Whole, Text: hit.Value,
		SHA256: hex.EncodeToString(sum[:]),
	}
	m.Deliverable, m.DeliverableReason = s.deliverable(subject.User, subject.Blob.Err)
	if subject.Blob.Err != nil {
		m.DecodeError = subject.Blob.Err.Error()
	}
	s.keepData(&m, subject)
	return m
}

// layers lists what was peeled, the aggregate first.
func layers(subject match.Subject) []string {
	if subject.User.Aggregated {
		return append([]string{"kpl"}, subject.Blob.Layers...)
	}
	return subject.Blob.Layers
}

// holeKey keeps causes apart: a jq program that fails is mended otherwise than
// a broken gzip.
type holeKey struct {
	code          notice.Code
	shardID, kind string
}

// kindsMax bounds the kinds of causes that are told apart: a kind may name what a
// record says, such as the number of its schema.
const kindsMax = 64

// kindOf is what failed, which stands first in an error's text; how it failed
// differs from record to record. Kinds that come after kindsMax others are one.
func (s *search) kindOf(cause error) string {
	if errors.As(cause, new(*kpl.BrokenError)) {
		return "aggregate"
	}
	kind, _, _ := strings.Cut(cause.Error(), ": ")
	if !s.kinds[kind] && len(s.kinds) == kindsMax {
		return ""
	}
	s.kinds[kind] = true
	return kind
}

// hole counts the records of a shard that may be the event for all we can tell,
// for one kind of cause.
type hole struct {
	records int
	first   record.Meta
	cause   string
}

func (s *search) hole(code notice.Code, subject match.Subject, cause error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := holeKey{code, subject.User.ShardID, s.kindOf(cause)}
	h := s.holes[key]
	if h == nil {
		h = &hole{first: subject.User.Meta(), cause: cause.Error()}
		s.holes[key] = h
	}
	h.records++
}

func (h *hole) text(code notice.Code) string {
	verb := "are"
	if h.records == 1 {
		verb = "is"
	}
	return fmt.Sprintf("%s %s %s, the first at sequence number %s: %s", term.Count(h.records, "record"), verb, code, h.first.SequenceNumber, h.cause)
}
