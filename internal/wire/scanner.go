package wire

import (
	"errors"
	"fmt"
	"io"
	"sync"
)

const (
	// windowMin is what the end of a shard that nobody writes to takes.
	windowMin = 4 << 10
	// windowMax bounds what is seen of an answer at once, and so any text in it but data.
	windowMax = 256 << 10
	// depthMax is how deep an answer may nest, for the SDK's decoder.
	depthMax = 10_000
)

// scanner sees an answer through a window. The first failure stays, and shows no more of
// the answer: whoever reads on finds nothing that stands there.
type scanner struct {
	body    io.Reader
	read    int64  // of it
	window  []byte // a buffer
	at, end int    // what of it was read, and not yet scanned
	over    bool   // the body is
	err     error
	nested  []byte // the objects and lists around what stands here, by how they begin
	strings text
	layout  layout
	// key and encryption are those of the last record read at a glance.
	key, encryption string
	last            []byte // the number of the last record
}

var scanners = sync.Pool{New: func() any { return &scanner{window: make([]byte, windowMin)} }}

func (s *scanner) begin(body io.Reader) {
	s.body, s.read = body, 0
	s.at, s.end, s.over, s.err = 0, 0, false, nil
	s.nested = s.nested[:0]
}

func (s *scanner) put() {
	s.body = nil
	poison(s.window) // of which texts may have been views
	scanners.Put(s)
}

// errEarly is an answer that is cut.
var errEarly = fmt.Errorf("the answer ends early: %w", io.ErrUnexpectedEOF)

func (s *scanner) fail(format string, a ...any) { s.stop(fmt.Errorf(format, a...)) }

func (s *scanner) stop(err error) {
	if s.err == nil {
		s.err = err
	}
	s.at, s.end = 0, 0
}

func (s *scanner) unexpected() {
	if s.err == nil {
		s.fail("the answer is no page of records: %q at byte %d", s.window[s.at], s.read-int64(s.end-s.at))
	}
}

// close reads what is left of the body, so that one that is cut behind the page is
// noticed, and the connection can be used again.
func (s *scanner) close() error {
	for s.err == nil && !s.over {
		s.at = s.end
		s.fill()
	}
	return s.err
}

// fill reads on, and keeps what was not yet scanned: until the window is full, which is
// then a larger one the next time, or the body is over. It returns false where there is
// no more.
func (s *scanner) fill() bool {
	if s.err != nil || s.over {
		return false
	}
	full := s.end == len(s.window)
	if s.at > 0 {
		s.end = copy(s.window, s.window[s.at:s.end])
		s.at = 0
	}
	if full && !s.grow() {
		return false
	}
	before := s.end
	for idle := 0; s.end < len(s.window) && !s.over; idle++ {
		n, err := s.body.Read(s.window[s.end:])
		s.end += n
		s.read += int64(n)
		switch {
		case errors.Is(err, io.EOF):
			s.over = true
		case err != nil:
			s.stop(err)
			return false
		case n > 0:
			idle = 0
		case idle > idleMax:
			s.stop(io.ErrNoProgress)
			return false
		}
	}
	if s.read > textMax {
		s.fail("the answer is longer than %d bytes", textMax)
		return false
	}
	return s.end > before
}

// idleMax is how often in a row a connection may bring nothing.
const idleMax = 100

// grow makes a window larger that is full.
func (s *scanner) grow() bool {
	if len(s.window) == windowMax {
		if s.end == windowMax {
			s.fail("a text of more than %d bytes", windowMax)
			return false
		}
		return true
	}
	larger := make([]byte, min(windowMax, 4*len(s.window)))
	copy(larger, s.window[:s.end])
	s.window = larger
	return true
}

// have tells whether so many bytes stand here, and reads on for them.
func (s *scanner) have(n int) bool {
	for s.end-s.at < n {
		if !s.fill() {
			return false
		}
	}
	return true
}

// peek returns the next byte that is no space, without passing it; 0 where there is none.
func (s *scanner) peek() byte {
	if s.at < s.end {
		if c := s.window[s.at]; c > ' ' {
			return c
		}
	}
	return s.seek()
}

// seek passes spaces, and reads on.
func (s *scanner) seek() byte {
	for {
		for s.at < s.end {
			c := s.window[s.at]
			if !space(c) {
				return c
			}
			s.at++
		}
		if !s.fill() {
			s.stop(errEarly)
			return 0
		}
	}
}

func space(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// take passes the byte, or fails.
func (s *scanner) take(c byte) bool {
	if s.peek() != c {
		s.unexpected()
		return false
	}
	s.at++
	return true
}

// enter passes the beginning of an object or a list.
func (s *scanner) enter(c byte) bool {
	if !s.take(c) {
		return false
	}
	if len(s.nested) == depthMax {
		s.fail("the answer nests deeper than %d", depthMax)
		return false
	}
	s.nested = append(s.nested, c)
	return true
}

// leave passes its end.
func (s *scanner) leave() {
	s.at++
	s.nested = s.nested[:len(s.nested)-1]
}

// null passes a null, if there is one.
func (s *scanner) null() bool { return s.peek() == 'n' && s.literal("null") }

func (s *scanner) literal(word string) bool {
	if !s.have(len(word)) {
		s.stop(errEarly)
		return false
	}
	if string(s.window[s.at:s.at+len(word)]) != word {
		s.unexpected()
		return false
	}
	s.at += len(word)
	return true
}

// skip passes a value, whatever it is.
func (s *scanner) skip() {
	for outer := len(s.nested); ; {
		switch s.peek() {
		case '{':
			if s.enter('{'); s.peek() != '}' {
				s.pastName()
				continue
			}
			s.leave()
		case '[':
			if s.enter('['); s.peek() != ']' {
				continue
			}
			s.leave()
		case '"':
			s.pastText()
		case 't':
			s.literal("true")
		case 'f':
			s.literal("false")
		case 'n':
			s.literal("null")
		default:
			s.number()
		}
		if !s.pastEnds(outer) {
			return
		}
	}
}

// pastEnds passes the ends of what ended with a value, as far as the depth, and moves to
// the next value; false where there is none.
func (s *scanner) pastEnds(outer int) bool {
	for s.err == nil && len(s.nested) > outer {
		object := s.nested[len(s.nested)-1] == '{'
		switch c := s.peek(); {
		case c == ',':
			s.at++
			if object {
				s.pastName()
			}
			return s.err == nil
		case object && c == '}', !object && c == ']':
			s.leave()
		default:
			s.unexpected()
		}
	}
	return false
}

func (s *scanner) pastName() {
	if s.peek() != '"' {
		s.unexpected()
		return
	}
	s.pastText()
	s.take(':')
}
