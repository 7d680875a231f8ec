package trace

import (
	"kinspect/internal/audience"
	"kinspect/internal/term"
)

// consumers says what reads the stream, and what it tells of the event.
func consumers(out *term.Output, all []audience.Consumer) (lines []string) {
	for _, c := range all {
		name := out.Key(term.EscapeLine(c.Title()))
		if c.NotChecked != "" {
			lines = append(lines, "  "+name+": not checked: "+term.EscapeLine(c.NotChecked))
			continue
		}
		if standing := c.Standing(); standing != "" {
			name += " " + out.Dim(term.EscapeLine(standing))
		}
		lines = append(lines, "  "+name)
		for _, text := range c.Tells {
			lines = append(lines, "    "+term.EscapeLine(text))
		}
	}
	return lines
}
