package audience

import "kinspect/internal/term"

// Lines says of consumers what they tell, for people.
func Lines(out *term.Output, all []Consumer) (lines []string) {
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
