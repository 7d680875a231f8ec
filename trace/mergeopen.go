package trace

import (
	"fmt"
	"slices"
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
			m.holes.add(r, reason)
		}
	}
}

// remarks are what parts say, each once, with the parts that say it.
type remarks struct {
	said  []notice.Notice
	parts map[notice.Notice][]int
}

func (m *remarks) add(r receipt.Receipt, n notice.Notice) {
	if m.parts == nil {
		m.parts = map[notice.Notice][]int{}
	}
	if m.parts[n] == nil {
		m.said = append(m.said, n)
	}
	m.parts[n] = append(m.parts[n], r.Part.Index)
}

// of says of each which of so many parts say it, unless it names a shard.
func (m *remarks) of(parts int) []notice.Notice {
	all := slices.Clone(m.said)
	for i, n := range m.said {
		if n.ShardID == "" {
			all[i].Text = fmt.Sprintf("in %s of %d, %s", partsNamed(m.parts[n]), parts, n.Text)
		}
	}
	return all
}

// open is what stands against a proof: what is missing, what a part overlooked, and what
// stands against the parts' own.
func (m *Merger) open(r receipt.Receipt) []notice.Notice {
	apart := append(m.missing(r), m.overlooked(r)...)
	holes := m.holes.of(m.part.Of)
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
	verb := "are"
	if len(missing) == 1 {
		verb = "is"
	}
	return []notice.Notice{{Code: notice.Part, Text: fmt.Sprintf("%s of %d %s missing", partsNamed(missing), m.part.Of, verb)}}
}

// overlooked names the shards that another part's listing shows, and whose part did not
// read them.
func (m *Merger) overlooked(r receipt.Receipt) (reasons []notice.Notice) {
	lacks := m.joining.Lacks(r)
	for _, part := range r.Joined {
		if ids := lacks[part.Index]; len(ids) > 0 {
			reasons = append(reasons, notice.Notice{
				Code: notice.Part,
				Text: fmt.Sprintf("%s did not read %s, which another part lists and which may hold records of the window", part.Words(), term.List(ids, namedMax)),
			})
		}
	}
	return reasons
}

// partsNamed are parts by their numbers, in order.
func partsNamed(indexes []int) string {
	var names []string
	for _, index := range slices.Sorted(slices.Values(indexes)) {
		names = append(names, fmt.Sprint(index))
	}
	if len(names) == 1 {
		return "part " + names[0]
	}
	return "parts " + term.List(names, namedMax)
}
