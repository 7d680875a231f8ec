package render

import (
	"bytes"

	"kinspect/internal/term"
)

// spread lays compact JSON out in lines of so many cells, each behind a margin.
// What fits on a line stays together. An object that does not has a line a
// member; an array has as many of its plain elements on a line as fit, and a line
// for each of the others. A string that is too long is left to the terminal, which
// can put it together again where it is copied.
func spread(compact []byte, columns int) []byte {
	s := spreader{text: compact, spans: spans(compact), columns: columns}
	s.newline()
	for at := 0; at < len(compact); {
		at = s.token(at)
	}
	return s.lines
}

type spreader struct {
	text    []byte
	spans   []span // of the containers that begin from here on
	columns int

	lines  []byte
	column int    // where the last line ends
	around []byte // the containers that are open, by how they begin
}

// span is where a container begins, and where it has ended.
type span struct{ from, to int }

// token lays out what begins there, and tells where the next token does.
func (s *spreader) token(at int) (next int) {
	next = tokenEnd(s.text, at)
	switch c := s.text[at]; c {
	case '{', '[':
		if whole := s.whole(at); len(whole) > 0 && s.fits(whole) || len(whole) == len("{}") {
			s.add(whole)
			return at + len(whole)
		}
		s.add(s.text[at:next])
		s.around = append(s.around, c)
		s.newline()
	case '}', ']':
		s.around = s.around[:max(0, len(s.around)-1)]
		s.newline()
		s.add(s.text[at:next])
	case ':':
		s.add([]byte(": "))
	case ',':
		s.add(s.text[at:next])
		s.separate(s.text[max(0, at-1)], next)
	default:
		s.add(s.text[at:next])
	}
	return next
}

// whole is the container that begins there, with all that is in it.
func (s *spreader) whole(at int) []byte {
	for len(s.spans) > 0 && s.spans[0].from < at {
		s.spans = s.spans[1:]
	}
	if len(s.spans) == 0 || s.spans[0].from > at {
		return nil
	}
	return s.text[at:s.spans[0].to]
}

// separate goes to the next element, on the same line if it fits there and
// neither neighbour, of which the one ends in last, is a container.
func (s *spreader) separate(last byte, next int) {
	inArray := len(s.around) > 0 && s.around[len(s.around)-1] == '['
	if inArray && last != '}' && last != ']' && next < len(s.text) && s.text[next] != '{' && s.text[next] != '[' {
		if element := s.text[next:tokenEnd(s.text, next)]; s.fits(element) {
			s.add([]byte(" "))
			return
		}
	}
	s.newline()
}

// newline begins a line, indented by depth, but never beyond half the width: what
// is nested thousands deep would be nothing but indentation.
func (s *spreader) newline() {
	if len(s.lines) > 0 {
		s.lines = append(s.lines, '\n')
	}
	s.column = len(margin) + min(2*len(s.around), s.columns/2)
	s.lines = append(s.lines, bytes.Repeat([]byte(" "), s.column)...)
}

func (s *spreader) add(text []byte) {
	s.lines = append(s.lines, text...)
	s.column += term.Width(string(text))
}

// fits tells whether a text has its place on this line, with a space before it
// or a comma behind.
func (s *spreader) fits(text []byte) bool {
	room := s.columns - s.column - 1
	return len(text) <= room || len(text) <= cellBytesMax*room && term.Width(string(text)) <= room
}

// cellBytesMax is how many bytes of a text fill a cell at most, but for texts
// that stack marks upon marks.
const cellBytesMax = 8
