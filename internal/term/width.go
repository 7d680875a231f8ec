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

// Clip keeps the first characters of a text that is too long to be read, or was made so.
func Clip(text string, charactersMax int) string {
	n := 0
	for at := range text {
		if n == charactersMax {
			return text[:at] + "…"
		}
		n++
	}
	return text
}
