package cmd

import (
	"fmt"

	"kinspect/internal/render"
	"kinspect/internal/term"
	"kinspect/tail"
)

// renderer is what -o or --template makes of a record.
func (f *tailFlags) renderer(out *term.Output) (render.Renderer, error) {
	zone, known := zones[f.time]
	switch {
	case !known:
		return nil, fmt.Errorf("--time %q is neither utc nor local", f.time)
	case f.template != "":
		return render.NewTemplate(f.template, out)
	case f.output == "pretty":
		return render.NewPretty(out, zone), nil
	}
	return render.New(f.output, out)
}

// checkOutput refuses outputs that exclude each other, and one that would hand a
// terminal over to whoever put the records.
func (f *tailFlags) checkOutput(chosen bool, out *term.Output) error {
	switch {
	case f.template != "" && chosen:
		return &usageError{err: errTwoOutputs, hint: "leave out -o: --template says all that is printed"}
	case f.output != "raw":
		return nil
	case f.jq != "":
		return &usageError{err: errRawJQ, hint: "-o data prints what jq makes of the data; --grep chooses records"}
	case out.Terminal && !f.force:
		return &usageError{err: errRawTerminal, hint: "send it to a file or through a pipe such as | xxd; --force writes it here all the same"}
	}
	return nil
}

// tellFailures says on how many documents a program of the user's failed, and how
// it did first.
func (a *app) tellFailures(program string, f tail.Failures) {
	if f.Count > 0 {
		fmt.Fprintf(a.err, "kinspect: note: %s failed on %s, first %s\n", program, term.Count(f.Count, "document"), term.EscapeLine(f.First))
	}
}
