package term

import (
	"math"
	"strings"
)

// barCells is how wide a bar is.
const barCells = 20

// eighths are the left parts of a cell.
var eighths = []string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

// Bar draws how much is done, 0 to 1, for a Status: barCells wide, to an eighth
// of a cell.
func Bar(done float64) string {
	full := min(max(done, 0), 1) * barCells
	whole, part := math.Modf(full)
	bar := strings.Repeat("█", int(whole)) + eighths[int(part*float64(len(eighths)))]
	cells := int(whole)
	if int(part*float64(len(eighths))) > 0 {
		cells++
	}
	return bar + strings.Repeat("·", barCells-cells)
}
