package cmd

import (
	"fmt"
	"strconv"

	"kinspect/internal/term"
	"kinspect/putrec"
)

// refusals says which lines could not be put, or read, and why: neighbours that share a
// reason in one line, since what ends a run hands back thousands.
type refusals struct {
	out         *term.Output
	what        string // is said of the lines
	first, last int    // lines; 0: none waits to be told
	reason      string
}

func (r *refusals) tell(f putrec.Failure) {
	r.add(f.Line, f.Reason())
}

func (r *refusals) add(line int, reason string) {
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
