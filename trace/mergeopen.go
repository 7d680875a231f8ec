package trace

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// reasons keeps what makes a part inconclusive, but for what is judged anew of them all.
func (m *Merger) reasons(r receipt.Receipt) {
	for _, reason := range r.Reasons {
		switch reason.Code {
		case notice.Part, notice.BeforeHorizon, notice.Created:
		case notice.WithoutID:
			m.uncompared = true
		default:
			m.holes = append(m.holes, inPart(r, reason))
		}
	}
}

// inPart says of which part a notice is, unless it names a shard.
func inPart(r receipt.Receipt, n notice.Notice) notice.Notice {
	if n.ShardID == "" {
		n.Text = "in " + r.Part.Words() + ", " + n.Text
	}
	return n
}

// open is what stands against a proof: what is missing, what a part overlooked, and what
// stands against the parts' own.
func (m *Merger) open(r receipt.Receipt) []notice.Notice {
	apart := append(m.missing(r), m.overlooked(r)...)
	holes := slices.Clone(m.holes)
	if m.uncompared && !m.compared {
		holes = append(holes, comparedNothing(r.Event.Events.JQ)...)
	}
	from := r.Window.From.Time
	if r.Window.Open {
		from = time.Time{}
	}
	alone := len(apart)+len(holes)+len(r.Conditions) == 0
	earliest, created := r.Earliest(), r.Stream.CreatedAt.Time
	if earliest.Before(created.Add(2 * time.Millisecond)) { // of which a receipt cuts off what is below a millisecond
		created = earliest
	}
	horizon := beforeHorizon(from, r.Window.Until.Time, earliest, created, alone)
	return slices.Concat(apart, horizon, holes)
}

// namedMax is how many parts, or shards, are named; the others are counted.
const namedMax = 20

// missing names the parts that nobody gave the receipts of.
func (m *Merger) missing(r receipt.Receipt) []notice.Notice {
	missing := r.Missing()
	if len(missing) == 0 {
		return nil
	}
	var names []string
	for _, index := range missing {
		names = append(names, fmt.Sprint(index))
	}
	text := fmt.Sprintf("parts %s of %d are missing", enumerated(names, "parts"), m.part.Of)
	if len(missing) == 1 {
		text = fmt.Sprintf("part %d of %d is missing", missing[0], m.part.Of)
	}
	return []notice.Notice{{Code: notice.Part, Text: text}}
}

// overlooked names the shards that another part's listing shows, and whose part did not
// read them.
func (m *Merger) overlooked(r receipt.Receipt) (reasons []notice.Notice) {
	lacks := m.joining.Lacks(r)
	for _, part := range r.Joined {
		if ids := lacks[part.Index]; len(ids) > 0 {
			reasons = append(reasons, notice.Notice{
				Code: notice.Part,
				Text: fmt.Sprintf("%s did not read %s, which another part lists and which may hold records of the window", part.Words(), enumerated(ids, "shards")),
			})
		}
	}
	return reasons
}

// enumerated is a list of names in a sentence.
func enumerated(names []string, what string) string {
	if more := len(names) - namedMax; more > 0 {
		return strings.Join(names[:namedMax], ", ") + " and " + term.Number(more) + " more " + what
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return names[0]
}
