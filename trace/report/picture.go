package report

import (
	"fmt"
	"strings"
	"time"

	"kinspect/internal/record"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// px is a length in the picture's own units.
type px float64

func (p px) String() string { return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(p)), ".0") }

// The picture's measures. It is narrow, so that its texts can be read on paper too.
const (
	width            px = 860
	left, right, top px = 80, 820, 44
)

// picture is shards × time: a row a shard, the window from left to right.
type picture struct {
	Width, Height, Left, Right, Bottom px

	Description string
	Ticks       []tick
	Labels      []label
	Read        []bar
	// Gaps stand against the verdict; Spared was not read since a match had been.
	Gaps, Spared []bar
	Flows        []flow
	Marks        []mark
	// Fine rows have no outlines and no hatching: Flags point at those with a gap.
	Fine    bool
	Flags   []px
	Created px // where the stream was created, in the window of an event that was not seen
}

// bar is a stretch of a shard.
type bar struct {
	X, Y, W, H px
	Tip        string
}

// flow leads from where a shard closed to one that took over.
type flow struct{ X1, Y1, X2, Y2 px }

// mark is a match; its time is written where there is room.
type mark struct {
	X, Y, Size px
	Tip, Time  string
}

func draw(r receipt.Receipt) picture {
	a := axis{r.Window.From.Time, r.Window.Until.Time}
	if !a.until.After(a.from) {
		a.until = a.from.Add(time.Second)
	}
	shards := r.Coverage.Shards
	order, at := rows(shards)
	p := picture{Width: width, Left: left, Right: right, Bottom: top + rowHeight(len(shards))*px(len(shards)), Ticks: a.ticks()}
	lanes := make([]*row, 0, len(order))
	for _, i := range order {
		lane := at[shards[i].ShardID]
		p.shard(a, r, shards[i], lane)
		lanes = append(lanes, lane)
		p.Fine = lane.fine()
		if p.Fine && lane.Lacking {
			p.Flags = append(p.Flags, lane.middle())
		}
	}
	p.flows(a, shards, at)
	p.marks(a, r.Matches, at)
	if created := r.Stream.CreatedAt.Time; created.After(a.from) && a.holds(created) && len(p.Marks) == 0 {
		p.Created = a.x(created)
	}
	p.Labels = labels(lanes)
	p.Height = p.Bottom + 10
	if len(p.Marks) > 0 || p.Created > 0 {
		p.Height += 18
	}
	p.Description = p.describe(r, lanes)
	return p
}

// describe says in a sentence what the picture shows.
func (p *picture) describe(r receipt.Receipt, lanes []*row) string {
	lacking := 0
	for _, lane := range lanes {
		if lane.Lacking {
			lacking++
		}
	}
	said := []string{fmt.Sprintf("%s by hash key, from %s to %s", term.Count(len(lanes), "shard"), r.Window.From.Words(), r.Window.Until.Words())}
	switch {
	case lacking > 0:
		said = append(said, fmt.Sprintf("%s in %s", term.Count(len(p.Gaps), "gap"), term.Count(lacking, "shard")))
	case len(p.Spared) == 0:
		said = append(said, "no gap")
	}
	if len(p.Marks) > 0 {
		said = append(said, "the event is marked where it was seen")
	}
	return strings.Join(said, "; ") + "."
}

// or is the time told, or another where it is not.
func or(t *record.Timestamp, other time.Time) time.Time {
	if t == nil {
		return other
	}
	return t.Time
}
