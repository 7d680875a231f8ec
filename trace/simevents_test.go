package trace

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"kinspect/internal/jq"
	"kinspect/internal/match"
	"kinspect/internal/notice"
	"kinspect/internal/sim"
	"kinspect/trace/list"
	"kinspect/trace/receipt"
)

// TestWorldsEvents asks of the same worlds for many events at once: the one that
// hides, some that other records have, on which shard and in which form ever, and
// some that none has. Each is answered by itself.
func TestWorldsEvents(t *testing.T) {
	sim.Worlds(t, func(t *testing.T, story *sim.Story, tally *sim.Tally) {
		askOf(t, story, tally, (*witness).many, check.answers)
	})
}

// many draws events, and asks for them as texts or, by jq, as IDs.
func (w *witness) many(t *testing.T, p *sim.Play) Options {
	draw := rand.New(rand.NewPCG(p.Seed, 11))
	ids := []string{sim.Event, "first"}
	for range draw.IntN(6) {
		if told := p.Told[draw.IntN(len(p.Told))]; len(told.IDs) > 0 {
			ids = append(ids, told.IDs[draw.IntN(len(told.IDs))])
		}
	}
	if draw.IntN(4) > 0 { // else all may be found, and end the reading
		ids = append(ids, "ord-none", "nosuch")
	}
	draw.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	asked, err := list.Of(slices.All(append([]string{""}, ids...))) // lines count from 1
	if err != nil {
		t.Fatal(err)
	}
	o := frame(p.Story)
	o.Event.Events = &receipt.Many{Count: len(asked.Lines), SHA256: asked.SHA256}
	w.finder = func(events []string) (match.Finder, error) { return match.NewEvents(events) }
	if p.JQ {
		o.Event.Events.JQ = sim.IDJQ
		if w.misspelt = draw.IntN(6) == 0; w.misspelt {
			o.Event.Events.JQ, p.Provable, p.Causes[notice.WithoutID] = misspeltJQ, false, true
		}
		program, err := jq.Compile(o.Event.Events.JQ)
		if err != nil {
			t.Fatal(err)
		}
		w.finder = func(events []string) (match.Finder, error) { return match.NewIDs(events, program), nil }
	}
	finder, err := w.finder(asked.Events)
	if err != nil {
		t.Fatal(err)
	}
	o.Events = &Events{asked, finderWitness{finder, w}}
	return o
}

// finderWitness notes what a finder is shown.
type finderWitness struct {
	match.Finder
	of *witness
}

func (w finderWitness) Find(s match.Subject) ([]match.Found, bool, error) {
	w.of.note(&s.User)
	return w.Finder.Find(s)
}

// answers: each event has its verdict, which is the truth, or inconclusive.
func (c check) answers() {
	c.answered()
	c.whole()
}

// answered holds the answers against the truth.
func (c check) answered() {
	if c.misspelt {
		c.uncompared()
		return
	}
	for a := range c.Events {
		for _, m := range a.Matches {
			told, put := c.told(m.SequenceNumber)
			if !put || !slices.Contains(told.IDs, a.Event) || !c.held(told) {
				c.t.Errorf("check truth: %s found at %s, where it is not: %+v", a.Event, m.SequenceNumber, told)
			}
		}
		if n := c.copies(a.Event); a.Verdict == receipt.Absent && n > 0 {
			c.t.Errorf("check truth: %s absent from %s to %s, but it was put %d times", a.Event, c.Window.From, c.Window.Until, n)
		}
		if a.Verdict != receipt.Found && a.Verdict != c.Verdict {
			c.t.Errorf("check truth: %s is %s, and all are %s", a.Event, a.Verdict, c.Verdict)
		}
		if covered := c.Verdict == receipt.Absent || c.Provable && c.All && c.Interrupt == 0 && c.Missing() == nil; covered && a.Copies < c.copies(a.Event) {
			c.t.Errorf("check copies: %d of %s, put %d times", a.Copies, a.Event, c.copies(a.Event))
		}
	}
	if want := c.Events.Verdict(); c.Verdict != want {
		c.t.Errorf("check verdict: %s, and that of all events is %s", c.Verdict, want)
	}
	for _, told := range c.Told {
		if c.Verdict == receipt.Absent && told.Hole != "" && c.within(told) {
			c.t.Errorf("check holes: absent, but %s is %s", told.Place, told.Hole)
		}
	}
}

// misspeltJQ makes an ID of none, and fails on none.
const misspeltJQ = `.ID?`

// uncompared: where no record has an ID, the events are absent only if there is no
// record that could have one.
func (c check) uncompared() {
	for _, told := range c.Told {
		if c.Verdict == receipt.Absent && c.within(told) && told.Users > 0 {
			c.t.Errorf("check truth: absent, but nothing was compared with %s", told.Place)
		}
	}
	if c.Verdict == receipt.Found || c.Events.Count()[receipt.Found] > 0 {
		c.t.Error("check truth: found by an ID that no record has")
	}
}

// held: what was found in an open window may have expired since, and then lies
// before the beginning that it has now.
func (c check) held(told sim.Told) bool {
	return c.claimed(told) || c.From < 0 && told.ArrivedAt.Before(c.Window.From.Time)
}

// copies are those that lie where all was covered.
func (c check) copies(event string) (n int) {
	for _, told := range c.Told {
		for _, id := range told.IDs {
			if id == event && c.within(told) && !c.expired(told) {
				n++
			}
		}
	}
	return n
}

// A receipt on many events is read again as it was written, and takes no more
// matches of one event than some.
func TestManyCopies(t *testing.T) {
	w := newWorld(t, 1)
	for range 3 * copiesMax {
		w.put("a", "ord-1 ord-2")
		w.Pass(time.Second)
	}
	asked, _ := list.Of(slices.All([]string{"", "ord-1", "ord-9", "ord-2", "ord-1"}))
	finder, _ := match.NewEvents(asked.Events)
	r := w.run(t.Context(), Options{
		Event: receipt.Event{Events: &receipt.Many{Count: 4, SHA256: asked.SHA256}}, Events: &Events{asked, finder},
		All: true, Settle: time.Second, ReadShare: readShare,
	})
	want(t, r, receipt.Absent)
	for i, a := range slices.Collect(func(yield func(receipt.Answer) bool) { kept(t, r).Events(yield) }) {
		switch a.Event {
		case "ord-9":
			if a.Verdict != receipt.Absent || a.Copies != 0 || a.Line != 2 {
				t.Errorf("%+v", a)
			}
		default:
			if a.Verdict != receipt.Found || a.Copies != 3*copiesMax || len(a.Matches) != copiesMax || a.Line != i+1 {
				t.Errorf("%s: %d copies, %d listed", a.Event, a.Copies, len(a.Matches))
			}
		}
	}
}

// TestMutationsEvents breaks the laws for many events.
func TestMutationsEvents(t *testing.T) {
	if sim.Raced || testing.Short() {
		t.Skip("each mutation is compiled anew: without the race detector")
	}
	for _, m := range []mutation{
		{"no holes", "holes", "trace/events.go", "s.unsure(subject, err, inside)", "_ = err"},
		{"the pad counted in", "truth", "trace/events.go", "if inside {\n\t\tof = &m.inside[event]", "if true {\n\t\tof = &m.inside[event]"},
		{"stopped at the first event", "provable", "trace/events.go", "if s.many.left == 0 && !s.All {", "if !s.All {"},
		{"compared with nothing", "truth", "trace/verdict.go", "holes = append(holes, s.many.uncompared(s.Event.Events.JQ)...)", "_ = s.many.uncompared"},
		{"what was found before forgotten", "truth", "trace/resume.go", "s.many.resume(*r)", "_ = s.many"},
	} {
		t.Run(m.name, func(t *testing.T) { m.caughtBy(t, "^TestWorldsEvents$") })
	}
}
