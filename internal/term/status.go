package term

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/charmbracelet/x/ansi"
)

const (
	eraseRest  = "\x1b[K" // of the line
	eraseBelow = "\x1b[J" // and the rest of the line
)

// Status is a line, or the rows of Bars, at the bottom of a terminal that is drawn
// again and again in the same place. On anything but a terminal it does nothing. How
// often it is drawn, ten times a second at most, is its caller's concern. It may be
// used concurrently.
type Status struct {
	out *Output

	mu      sync.Mutex
	shown   []string // rows; the cursor stands behind the last
	columns int      // of the terminal then
	midLine bool     // the cursor stands behind somebody's unfinished line
}

// NewStatus returns a status on o, which should be standard error. What is written
// to it, and to others that are terminals, from now on removes the status, so that
// all may end on the same terminal; it is shown again when it is drawn next.
func NewStatus(o *Output, others ...*Output) *Status {
	s := &Status{out: o}
	if s.works() {
		for _, on := range append(others, o) {
			if on.Terminal {
				on.status = s
			}
		}
	}
	return s
}

// Set shows line instead of what was shown, escaped and cut to the terminal's
// width. While other output stands in the middle of a line, nothing is drawn.
func (s *Status) Set(line string) {
	if s.works() {
		columns, _ := s.out.size()
		s.show([]string{s.out.Dim(Cut(EscapeLine(line), columns-1))})
	}
}

// Clear removes the status.
func (s *Status) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
}

func (s *Status) works() bool { return s.out.Terminal && !s.out.dumb }

// show draws rows over those that stand there, so that nothing flickers. Each is
// escaped, and leaves the last cell free: some terminals begin a new line after it.
func (s *Status) show(rows []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	columns, height := s.out.size()
	rows = rows[max(0, len(rows)-height+1):]
	if s.midLine || slices.Equal(rows, s.shown) {
		return
	}
	if columns != s.columns {
		s.clear() // a terminal that remembers broken rows would join them again
	}
	s.draw(s.home(columns) + strings.Join(rows, eraseRest+"\n") + eraseBelow)
	s.shown, s.columns = rows, columns
}

// home moves to the start of what is shown. A terminal that has become narrower
// since has broken rows in two.
func (s *Status) home(columns int) string {
	up := -1
	for _, row := range s.shown {
		up += max(1, (ansi.StringWidth(row)+columns-1)/columns)
	}
	if up > 0 {
		return fmt.Sprintf("\r\x1b[%dA", up)
	}
	return "\r"
}

func (s *Status) clear() {
	if s.shown != nil {
		columns, _ := s.out.size()
		s.draw(s.home(columns) + eraseBelow)
		s.shown = nil
	}
}

// draw writes to the terminal. An error is of no concern: a status that nobody
// can see has done its work, and the answers' own writes report it.
func (s *Status) draw(text string) { _, _ = io.WriteString(s.out.w, text) }

// above writes to an output on the same terminal.
func (s *Status) above(o *Output, p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	if len(p) > 0 {
		s.midLine = p[len(p)-1] != '\n'
	}
	return o.write(p)
}
