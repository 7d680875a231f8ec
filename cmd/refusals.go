package cmd

import (
	"fmt"
	"io"
	"strconv"

	"kinspect/internal/term"
)

// refusals says of which lines something is not so, and why: neighbours that
// share a reason in one line, since what ends a run hands back thousands.
type refusals struct {
	out         io.Writer
	what        string // such as "not put"
	first, last int    // lines; 0: none waits to be told
	reason      string
}

func (r *refusals) tell(line int, reason string) {
	if r.first > 0 && line == r.last+1 && reason == r.reason {
		r.last = line
		return
	}
	r.flush()
	r.first, r.last, r.reason = line, line, reason
}

func (r *refusals) flush() {
	if r.first == 0 {
		return
	}
	lines := "line " + strconv.Itoa(r.first)
	if r.last > r.first {
		lines = fmt.Sprintf("lines %d to %d", r.first, r.last)
	}
	fmt.Fprintf(r.out, "kinspect: %s: %s: %s\n", r.what, lines, term.EscapeLine(r.reason))
	r.first = 0
}
