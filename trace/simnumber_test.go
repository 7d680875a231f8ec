package trace

import (
	"math/rand/v2"
	"testing"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/sim"
	"kinspect/trace/receipt"
)

// TestWorldsNumber asks the same worlds for sequence numbers: that of the event, those
// of other records, be they gone by now, and some that no record ever had. Half of
// the time the rest of the event is asked for as well.
func TestWorldsNumber(t *testing.T) {
	sim.Worlds(t, func(t *testing.T, story *sim.Story, tally *sim.Tally) {
		if story.Seed%8 == 0 {
			story.WaitForIt()
		}
		story.ByNumber()
		askOf(t, story, tally, (*witness).number, check.number)
	})
}

// number draws a number to ask for.
func (w *witness) number(t *testing.T, p *sim.Play) Options {
	draw := rand.New(rand.NewPCG(p.Seed, 13))
	o := frame(p.Story)
	if draw.IntN(2) == 0 {
		o = w.question(t, p)
	}
	o.Event.SequenceNumber = drawNumber(draw, p)
	return o
}

func drawNumber(draw *rand.Rand, p *sim.Play) record.SequenceNumber {
	n := p.Told[draw.IntN(len(p.Told))].SequenceNumber
	switch draw.IntN(4) {
	case 0: // the oldest, which may have expired
		n = p.Told[0].SequenceNumber
	case 1, 2:
		for _, told := range p.Told {
			if told.Event {
				n = told.SequenceNumber
			}
		}
	}
	switch draw.IntN(16) {
	case 0: // one that is not made as AWS makes them
		return changed(n, 1+draw.Int64N(7), 0)
	case 1: // between two records, or behind the last one
		return changed(n, 1+draw.Int64N(3), 36)
	case 2:
		return changed(n, draw.Int64N(10_000)-5_000, 80)
	case 3: // another time
		return changed(n, draw.Int64N(100_000)-50_000, 36)
	case 4: // another shard
		return changed(changed(n, 1+draw.Int64N(3), 4), 1+draw.Int64N(3), 144)
	case 5: // another stream
		return changed(n, draw.Int64N(100_000)-50_000, 148)
	case 6: // cut, or mistyped
		at := draw.IntN(len(n)-1) + 1
		return n[:at] + n[at+draw.IntN(2):]
	}
	return n
}

// number: what has the number asked for is found, or else it is not there; and what
// may have expired is not said to have never come.
func (c check) number() {
	told, put := c.told(c.Event.SequenceNumber)
	asked := put && (told.Event || !c.asksMore())
	for _, m := range c.Matches {
		if m.SequenceNumber != c.Event.SequenceNumber || !asked || !c.within(told) {
			c.t.Errorf("check truth: found at %s, where it is not: %+v", m.SequenceNumber, told)
		}
	}
	switch {
	case c.Verdict != receipt.Absent:
	case asked && c.within(told):
		c.t.Errorf("check truth: absent from %s to %s, but it is at %s, arrived %s", c.Window.From, c.Window.Until, told.Place, told.ArrivedAt)
	case put && told.Hole != "" && c.asksMore() && c.within(told):
		c.t.Errorf("check holes: absent, but %s is %s", told.Place, told.Hole)
	case asked && c.Window.Open && told.ArrivedAt.Before(c.Window.From.Time) && len(c.Outside) == 0:
		c.t.Errorf("check lapsed: absent from %s on, but it was at %s, arrived %s, and has expired", c.Window.From, told.Place, told.ArrivedAt)
	}
	if c.mayLapse() {
		c.Causes[notice.BeforeHorizon] = true
		c.Provable = c.Provable && (c.Verdict != receipt.Inconclusive || c.Reasons[0].Code != notice.BeforeHorizon)
	}
	c.provable()
	c.once()
	c.window()
	for _, breach := range c.Breaches(readShare) {
		c.t.Errorf("check share: %s", breach)
	}
}

// asksMore tells whether the record must hold more than the number.
func (c check) asksMore() bool { return c.Event.Text != "" || c.Event.JQ != "" }

// mayLapse tells whether the number may be that of a record that has expired: it
// tells an early time, or none, and the window was left open.
func (c check) mayLapse() bool {
	parts, told := c.Event.SequenceNumber.Parts()
	expires := c.FinishedAt.Add(-24 * time.Hour).After(sim.Began.Add(-time.Minute))
	return c.Window.Open && expires && told && parts.At.Before(c.Window.From.Add(coverage.Pad))
}

// TestNumberMutations breaks on purpose what is sound only of one number.
func TestNumberMutations(t *testing.T) {
	if sim.Raced || testing.Short() {
		t.Skip("each mutation is compiled anew: without the race detector")
	}
	for _, m := range []mutation{
		{"read after the number", "reasons", "trace/reading.go",
			"position.Position{Kind: position.AtSequenceNumber, SequenceNumber: number}", "position.After(number)"},
		{"a lower record passes the number", "truth", "internal/coverage/slice.go",
			"r.SequenceNumber.Compare(w.Number) >= 0", "true"},
		{"an empty page passes the number", "truth", "internal/coverage/proof.go",
			"case s.reached != nil:", "case s.reached != nil || w.Number != \"\" && st.Empty():\n\t\ts.reached = &record.Meta{SequenceNumber: w.Number}"},
		{"any refusal is that of another's number", "truth", "internal/reader/failure.go",
			"case r.elsewhere(failed.Problem):", "case failed.Problem == stream.Invalid && r.resume.Kind == position.AtSequenceNumber:\n\t\tst.Kind, st.Code, st.Foreign = step.Failed, Code(failed.Problem), true\n\tcase r.elsewhere(failed.Problem):"},
		{"a refusal of another's number is a failure", "provable", "internal/coverage/slice.go",
			"if st.Foreign && w.Number != \"\" {", "if false {"},
		{"what has expired never came", "lapsed", "trace/number.go",
			"if n == \"\" || !s.window.Open()", "if true || !s.window.Open()"},
		{"outside counted as inside", "truth", "trace/records.go",
			"inside := s.window.Holds(subject.User.ArrivedAt)", "inside := true"},
	} {
		t.Run(m.name, func(t *testing.T) { m.caughtBy(t, "^TestWorldsNumber$") })
	}
}
