package cmd

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

const (
	// searchMax is how long we look for what may have been meant instead of a
	// stream that does not exist.
	searchMax = 3 * time.Second
	// nearestMax is how many names are suggested.
	nearestMax = 3
)

// search looks for what may have been meant instead: streams of much the same name,
// and regions that have one of just this name. What is not allowed goes unsaid.
func (e *noStream) search(ctx context.Context, c connection) {
	ctx, cancel := context.WithTimeout(ctx, searchMax)
	defer cancel()
	elsewhere := make(chan []string, 1)
	go func() { elsewhere <- c.Elsewhere(ctx) }()
	names, _ := c.ListStreams(ctx)
	_, ofARN, _ := strings.Cut(e.name, "/")
	e.nearest, e.elsewhere = nearest(cmp.Or(ofARN, e.name), names), <-elsewhere
}

// hints name what was found, the surest first.
func (e *noStream) hints() (hints []string) {
	if len(e.elsewhere) > 0 {
		hints = append(hints, "stream "+e.name+" exists in "+strings.Join(e.elsewhere, ", ")+": --region "+e.elsewhere[0])
	}
	if len(e.nearest) > 0 {
		hints = append(hints, "did you mean "+strings.Join(e.nearest, " or ")+"?")
	}
	return hints
}

// nearest returns the names that are likely to have been meant, the nearest first:
// a third of the characters may be others, and one may hold the other.
func nearest(name string, names []string) []string {
	type candidate struct {
		name string
		far  int
	}
	var near []candidate
	for _, other := range names {
		a, b := strings.ToLower(name), strings.ToLower(other)
		far := distance(a, b)
		within := len(name) >= 3 && strings.Contains(b, a) || len(other) >= 3 && strings.Contains(a, b)
		if far <= max(1, len(name)/3) || within {
			near = append(near, candidate{other, far})
		}
	}
	slices.SortStableFunc(near, func(a, b candidate) int { return cmp.Compare(a.far, b.far) })
	var found []string
	for _, c := range near[:min(nearestMax, len(near))] {
		found = append(found, c.name)
	}
	return found
}

// distance is how many bytes to insert, delete or replace make b of a (Levenshtein);
// names of streams are ASCII.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
