package report

import (
	"fmt"

	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// answers are the first of many, and how many there are.
type answers struct {
	About string
	Shown []receipt.Answer
}

// answersOf takes those that were not found first, and holds no more than it
// shows, of a million too.
func answersOf(all receipt.Answers) answers {
	var missing, found []receipt.Answer
	counts := map[receipt.Verdict]int{}
	total := 0
	for a := range all {
		total++
		counts[a.Verdict]++
		to := &missing
		if a.Verdict == receipt.Found {
			to = &found
		}
		if len(*to) < listMax {
			*to = append(*to, a)
		}
	}
	shown := append(missing, found[:min(len(found), listMax-len(missing))]...)
	about := term.Count(total, "event") + ": " + tally(counts) + "."
	if len(missing) > 0 && len(found) > 0 {
		about += " Those not found come first."
	}
	if left := total - len(shown); left > 0 {
		about += fmt.Sprintf(" %s are left out here; the receipt has them all.", term.Number(left))
	}
	return answers{about, shown}
}

// seen is where an event was first seen, in the window if it was there.
func seen(a receipt.Answer) *receipt.Match {
	for _, list := range [][]receipt.Match{a.Matches, a.Outside} {
		if len(list) > 0 {
			return &list[0]
		}
	}
	return nil
}
