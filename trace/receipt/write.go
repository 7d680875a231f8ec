package receipt

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"kinspect/internal/term"
)

// Write writes the receipt as indented JSON that any terminal may be shown, then
// its answers, a line each, and its checksum.
func (r Receipt) Write(w io.Writer) error {
	r.Checksum = ""
	out, err := term.AppendJSON(nil, r, "  ")
	if err != nil {
		return err
	}
	sum := newSum()
	if err := sum.add(out); err != nil {
		return err
	}
	out, whole := bytes.CutSuffix(out, []byte("\n}\n"))
	if !whole {
		return errors.New("a receipt that is no object")
	}
	if r.Events != nil {
		if out, err = r.Events.write(w, out, sum); err != nil {
			return err
		}
	}
	_, err = w.Write(fmt.Appendf(out, ",\n  \"checksum\": \"%s\"\n}\n", sum))
	return err
}

// writeBytes is how much is written at once.
const writeBytes = 64 << 10

// write writes what stands before the answers, and the answers; it returns what
// is still to be written.
func (a Answers) write(w io.Writer, out []byte, sum *sum) ([]byte, error) {
	out = append(out, ",\n  \"events\": ["...)
	separator := "\n    "
	for answer := range a {
		line, err := term.AppendJSON(nil, answer, "")
		if err != nil {
			return nil, err
		}
		if err := sum.add(line); err != nil {
			return nil, err
		}
		out = append(append(out, separator...), bytes.TrimSuffix(line, []byte("\n"))...)
		separator = ",\n    "
		if len(out) < writeBytes {
			continue
		}
		if _, err := w.Write(out); err != nil {
			return nil, err
		}
		out = out[:0]
	}
	return append(out, "\n  ]"...), nil
}
