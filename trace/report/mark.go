package report

import (
	"kinspect/internal/coverage"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// flows lead from where a shard closed to those that took over.
func (p *picture) flows(a axis, shards []coverage.Account, at map[string]*row) {
	byID := make(map[string]coverage.Account, len(shards))
	for _, s := range shards {
		byID[s.ShardID] = s
	}
	for _, child := range shards {
		for _, id := range child.Parents {
			parent, known := byID[id]
			if !known || child.OpenedAt == nil || !a.holds(child.OpenedAt.Time) {
				continue
			}
			closed := or(parent.ClosedAt, child.OpenedAt.Time)
			p.Flows = append(p.Flows, flow{a.x(closed), at[id].middle(), a.x(child.OpenedAt.Time), at[child.ShardID].middle()})
		}
	}
}

// markRoom is how far two matches of a shard are drawn apart at the least: of ten
// thousand, those that would hide each other are one.
const markRoom px = 3

// timeRoom is how far the times of two matches stand apart at the least.
const timeRoom px = 84

// marks shows the matches of the window, which come in the order of their arrival.
func (p *picture) marks(a axis, matches []receipt.Match, at map[string]*row) {
	last, drawn := left-timeRoom, map[*row]px{}
	for _, m := range matches {
		t, lane := m.ApproximateArrivalTimestamp, at[m.ShardID]
		if lane == nil || !a.holds(t.Time) {
			continue
		}
		x := a.x(t.Time)
		if lane.Matched && x-drawn[lane] < markRoom {
			continue
		}
		lane.Matched, drawn[lane] = true, x
		shown := mark{X: x, Y: lane.middle(), Size: min(max(lane.H*0.3, 4), 8), Tip: "match in " + term.EscapeLine(m.ShardID) + " at " + t.Words()}
		if x-last >= timeRoom {
			shown.Time, last = clock(t.Time), x
		}
		p.Marks = append(p.Marks, shown)
	}
}
