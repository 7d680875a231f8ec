package term

import (
	"io"
	"sync"
)

// eraseLine moves to the start of the line and empties it.
const eraseLine = "\r\x1b[K"

// Status is one line at the bottom of a terminal that is drawn again and again
// in the same place. On anything but a terminal it does nothing. How often it is
// drawn, ten times a second at most, is its caller's concern. It may be used
// concurrently.
type Status struct {
	out *Output

	mu      sync.Mutex
	shown   bool
	midLine bool // the cursor stands behind somebody's unfinished line
}

// NewStatus returns a status line on o, which should be standard error.
func NewStatus(o *Output) *Status { return &Status{out: o} }

// Set shows line instead of what was shown, escaped and cut to the terminal's
// width. While other output stands in the middle of a line, nothing is drawn.
func (s *Status) Set(line string) {
	if !s.works() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.midLine {
		return
	}
	// The last cell stays free: some terminals begin a new line after it.
	line = Cut(EscapeLine(line), s.out.columns()-1)
	s.draw(eraseLine + s.out.Dim(line))
	s.shown = true
}

// Clear removes the line.
func (s *Status) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
}

// Through returns a writer to w that removes the line before each write, so that
// both may end on the same terminal; the next Set shows it again. All that is
// written to a terminal while a status is in use should go through it.
func (s *Status) Through(w io.Writer) io.Writer {
	if o, ok := w.(*Output); !s.works() || ok && !o.Terminal {
		return w
	}
	return &through{s, w}
}

func (s *Status) works() bool { return s.out.Terminal && !s.out.dumb }

func (s *Status) clear() {
	if s.shown {
		s.draw(eraseLine)
		s.shown = false
	}
}

// draw writes to the terminal. An error is of no concern: a status that nobody
// can see has done its work, and the answers' own writes report it.
func (s *Status) draw(text string) { _, _ = io.WriteString(s.out, text) }

type through struct {
	status *Status
	w      io.Writer
}

func (t *through) Write(p []byte) (int, error) {
	s := t.status
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	if len(p) > 0 {
		s.midLine = p[len(p)-1] != '\n'
	}
	return t.w.Write(p)
}
