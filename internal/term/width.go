package term

import (
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Width is how many cells of a terminal an escaped line takes: wide characters
// take two, combining ones none.
func Width(line string) int {
	for i := range len(line) {
		if line[i] >= utf8.RuneSelf {
			return ansi.StringWidth(line)
		}
	}
	return len(line) // as nearly always; ansi takes a hundred times as long
}

// Cut shortens an escaped line to at most width cells; an ellipsis marks it.
func Cut(line string, width int) string {
	return ansi.Truncate(line, max(width, 0), "…")
}
