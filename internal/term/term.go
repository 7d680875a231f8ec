// Package term knows where output goes: whether to a terminal, how wide, and in
// colour or not. The one idea: each stream is asked once, at the start, and
// everything later follows from that answer. Styles are named for what a text
// means; nothing from a stream's data reaches a terminal but through Escape. It
// does not know what is printed, and it never asks the terminal a question that
// could stay unanswered.
package term

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/term"
)

// Mode is the value of --color. The zero Mode is Auto.
type Mode int

const (
	// Auto colours a terminal, unless NO_COLOR is set or TERM is dumb.
	Auto Mode = iota
	// Always colours whatever the output is, NO_COLOR or not.
	Always
	// Never leaves everything plain.
	Never
)

// ParseMode reads auto, always or never.
func ParseMode(s string) (Mode, error) {
	switch s {
	case "auto":
		return Auto, nil
	case "always":
		return Always, nil
	case "never":
		return Never, nil
	}
	return Auto, fmt.Errorf("color %q is not one of auto, always, never", s)
}

// widthFallback and rowsFallback are the size in cells of a terminal that does not
// tell its own.
const widthFallback, rowsFallback = 80, 24

// Output is a stream to write to, and what suits it.
type Output struct {
	// Terminal tells that a person reads along: short forms, and Escape.
	Terminal bool
	// Pipe tells that another command reads, which may show what it makes of that
	// on the same terminal as we do our status.
	Pipe bool
	// Width is in cells; 0 means unlimited, which all but terminals are.
	Width int
	// Colour tells that the styles change what they are given.
	Colour bool

	w      io.Writer
	dumb   bool    // a terminal that cannot erase a line
	status *Status // what stands on the same terminal
	styles styles
}

// Typed tells whether what is read comes from a keyboard.
func Typed(r io.Reader) bool {
	f, ok := r.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// NewOutput asks w once what it is. The environment decides by NO_COLOR, which
// any value but the empty one sets, and by TERM.
func NewOutput(w io.Writer, mode Mode, env func(string) string) *Output {
	o := &Output{w: w, dumb: env("TERM") == "dumb"}
	if f, ok := w.(*os.File); ok {
		if o.Terminal = term.IsTerminal(int(f.Fd())); o.Terminal {
			o.Width, _ = o.size()
		}
		about, err := f.Stat()
		o.Pipe = err == nil && about.Mode()&os.ModeNamedPipe != 0
	}
	switch mode {
	case Auto:
		o.Colour = o.Terminal && !o.dumb && env("NO_COLOR") == ""
	case Always:
		o.Colour = true
	}
	if o.Colour {
		o.styles = newStyles(w)
	}
	return o
}

// Write writes p as it is, above a status; what came from a stream's data must be
// escaped.
func (o *Output) Write(p []byte) (int, error) {
	if o.status != nil {
		return o.status.above(o, p)
	}
	return o.write(p)
}

func (o *Output) write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	var failed *fs.PathError
	if errors.As(err, &failed) && failed.Path == os.Stdout.Name() {
		err = fmt.Errorf("writing to standard output: %w", failed.Err)
	}
	return n, err
}

// Rows is the terminal's height now.
func (o *Output) Rows() int {
	_, rows := o.size()
	return rows
}

// size is the terminal's now, which a person may change at any time.
func (o *Output) size() (columns, rows int) {
	if f, ok := o.w.(*os.File); ok {
		if columns, rows, err := term.GetSize(int(f.Fd())); err == nil && columns > 0 && rows > 0 {
			return columns, rows
		}
	}
	return widthFallback, rowsFallback
}
