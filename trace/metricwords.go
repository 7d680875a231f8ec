package trace

import (
	"slices"

	"kinspect/internal/notice"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// metrics says what CloudWatch counted in the window, and draws it; what the verdict says
// of it already it leaves out.
func metrics(r receipt.Receipt) (lines []string) {
	m := r.Metrics
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
		if slices.Contains(r.Reasons, notice.Notice{Code: notice.Metrics, Text: text}) {
			continue
		}
		lines = append(lines, "  "+term.EscapeLine(text))
	}
	return lines
}
