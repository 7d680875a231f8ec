package trace

import (
	"kinspect/internal/metric"
	"kinspect/internal/term"
)

// metrics says what CloudWatch counted in the window, and draws it.
func metrics(out *term.Output, m *metric.Metrics) (lines []string) {
	if m == nil {
		return nil
	}
	if m.NotChecked != "" {
		return []string{"  CloudWatch: not checked: " + term.EscapeLine(m.NotChecked)}
	}
	for _, line := range m.Lines() {
		lines = append(lines, "  "+term.EscapeLine(line))
	}
	for _, text := range m.Tells {
		lines = append(lines, "  "+term.EscapeLine(text))
	}
	return lines
}
