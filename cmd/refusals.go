package cmd

import (
	"fmt"
	"strconv"

	"kinspect/internal/term"
	"kinspect/putrec"
)

// refusals says which lines could not be put, and why: neighbours that share a
// reason in one line, since what ends a run hands back thousands.
type refusals struct {
	out         *term.Output
	first, last int // lines; 0: none waits to be told
	reason      string
}

func (r *refusals) tell(f putrec.Failure) {
	reason := f.Reason()
	if r.first > 0 && f.Line == r.last+1 && reason == r.reason {
		r.last = f.Line
		return
	}
	r.flush()
	r.first, r.last, r.reason = f.Line, f.Line, reason
}

func (r *refusals) flush() {
	if r.first == 0 {
		return
	}
	lines := "line " + strconv.Itoa(r.first)
	if r.last > r.first {
		lines = fmt.Sprintf("lines %d to %d", r.first, r.last)
	}
	fmt.Fprintf(r.out, "kinspect: not put: %s: %s\n", lines, term.EscapeLine(r.reason))
	r.first = 0
}
