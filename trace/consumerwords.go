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
		lines = append(lines, "  "+name+" "+out.Dim(term.EscapeLine(c.Standing())))
		for _, text := range c.Tells {
			lines = append(lines, "    "+term.EscapeLine(text))
		}
	}
	return lines
}
