package trace

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/sim"
	"kinspect/trace/receipt"
)

// partWorlds is how many worlds are read in parts, where KINSPECT_WORLDS does not say.
const partWorlds = 2000

// TestWorldsParts reads worlds whole and in up to 64 parts, each at a time of its own, and
// holds what the parts are merged to against the truth and against the whole.
func TestWorldsParts(t *testing.T) {
	sim.WorldsOf(t, partWorlds, func(t *testing.T, story *sim.Story, tally *sim.Tally) {
		if story.Seed%5 == 0 {
			askOtherwise(story)
		}
		inParts(t, story, tally, (*witness).question, check.truth)
	})
}

// TestWorldsPartsEvents asks them for many events at once.
func TestWorldsPartsEvents(t *testing.T) {
	sim.WorldsOf(t, partWorlds/4, func(t *testing.T, story *sim.Story, tally *sim.Tally) {
		inParts(t, story, tally, (*witness).many, check.answered)
	})
}

// inParts reads one world in parts, and whole beside them.
func inParts(t *testing.T, story *sim.Story, tally *sim.Tally, question func(*witness, *testing.T, *sim.Play) Options, truth func(check)) {
	d := rand.New(rand.NewPCG(story.Seed, 13))
	p := story.Begin()
	w := &witness{last: map[string]record.SequenceNumber{}, seen: map[userRecord]bool{}}
	o := question(w, t, p)
	pinned := d.IntN(3) > 0 && story.Wait == 0
	if pinned && story.Until < 0 { // as the README says: to when the first part begins
		story.Until = story.Scan - time.Second
		o.Until = sim.Began.Add(story.Until)
	}
	if story.Timeout {
		o.Timeout = story.Interrupt
	}
	parts := newPartition(d, story)
	whole, failed := parts.read(t, p, o)
	parts.resume(t, p, o)
	tally.Add(story, hideout(p, whole))
	c := check{t: t, Play: p, witness: w}
	if failed != nil || len(parts.receipts) < parts.of {
		if story.Provable && story.Interrupt == 0 {
			t.Errorf("check provable: no verdict of all parts in %s: %v", story, failed)
		}
		return
	}
	c.merged(parts, whole, o, truth)
	if t.Failed() {
		t.Logf("%s, in %d parts: %s", story, parts.of, Name(o.Event))
	}
}

// partition is the parts of a world, and when each is begun.
type partition struct {
	of       int
	begin    []time.Duration // after the whole
	missing  int             // the part that is left out afterwards
	mu       sync.Mutex
	receipts map[int]receipt.Receipt
}

// newPartition draws how many parts there are, mostly few, and when they are begun: within
// a minute and a half, or all at once.
func newPartition(d *rand.Rand, story *sim.Story) *partition {
	p := &partition{of: 2 + d.IntN(7), receipts: map[int]receipt.Receipt{}}
	if story.Seed%12 == 0 {
		p.of = 2 + int(story.Seed/12%63) // each up to 64 within 756 worlds
	}
	apart := time.Duration(d.IntN(3)) * 45 * time.Second
	if story.Wait > 0 { // lest an event that comes meanwhile is behind the window of some
		apart = 0
	}
	for range p.of {
		p.begin = append(p.begin, time.Duration(d.Float64()*float64(apart)))
	}
	p.missing = 1 + d.IntN(p.of)
	return p
}

// read reads the whole and all parts side by side, while the story is told.
func (p *partition) read(t *testing.T, play *sim.Play, o Options) (whole receipt.Receipt, failed error) {
	var reading sync.WaitGroup
	play.Read(func(ctx context.Context) {
		reading.Go(func() {
			if described, err := play.Client.Describe(ctx); err == nil {
				whole, _ = Run(ctx, play.Client, described, o)
			}
		})
		for i := range p.of {
			reading.Go(func() {
				time.Sleep(p.begin[i])
				if err := p.run(ctx, t, play, o, i+1); err != nil {
					p.mu.Lock()
					failed = err
					p.mu.Unlock()
				}
			})
		}
		reading.Wait()
	})
	return whole, failed
}

// run reads one part, on a machine of its own.
func (p *partition) run(ctx context.Context, t *testing.T, play *sim.Play, o Options, index int) error {
	client := play.Another()
	described, err := client.Describe(ctx)
	if err != nil {
		return err
	}
	o.Part = receipt.Part{Index: index, Of: p.of}
	r, err := Run(ctx, client, described, o)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.receipts[index] = r
	return nil
}

// resume goes on with the parts that were interrupted.
func (p *partition) resume(t *testing.T, play *sim.Play, o Options) {
	if play.Interrupt == 0 {
		return
	}
	time.Sleep(time.Minute)
	o.Timeout = 0
	for index, r := range p.receipts {
		if !slices.ContainsFunc(r.Reasons, func(n notice.Notice) bool { return n.Code == notice.Interrupted || n.Code == notice.Time }) {
			continue
		}
		o.Resume = kept(t, r)
		if err := p.run(context.Background(), t, play, o, index); err != nil {
			delete(p.receipts, index)
		}
	}
}

// merge joins the receipts as they are read from files, but for one.
func (p *partition) merge(t *testing.T, without int) (receipt.Receipt, error) {
	m := NewMerger()
	for _, at := range rand.Perm(p.of) {
		if index := at + 1; index != without {
			if err := m.Add(p.part(index).String(), *kept(t, p.receipts[index])); err != nil {
				return receipt.Receipt{}, err
			}
		}
	}
	return m.Receipt("test")
}

func (p *partition) part(index int) receipt.Part { return receipt.Part{Index: index, Of: p.of} }

// merged holds what the parts come to against the world and the whole, then what all of
// them but one do.
func (c check) merged(p *partition, whole receipt.Receipt, o Options, truth func(check)) {
	for index, r := range p.receipts {
		if r.Verdict == receipt.Absent || r.Part == nil {
			c.t.Errorf("check part: %s is %s by itself", p.part(index), r.Verdict)
		}
	}
	r, err := p.merge(c.t, 0)
	if err != nil {
		if c.Provable || !strings.Contains(err.Error(), "created at") {
			c.t.Errorf("check provable: %v", err)
		}
		return
	}
	if r.Stream.RetentionHours > max(24, whole.Stream.RetentionHours) {
		return // all parts were begun after it was raised, which every verdict assumes it was not
	}
	c.Causes[notice.Part] = c.Causes[notice.Recreated] // whose shards are others in a later listing
	c.Receipt = r
	truth(c)
	c.narrower(p)
	for _, code := range []notice.Code{notice.Interrupted, notice.Time} { // what could not be resumed
		c.Causes[code] = c.Causes[code] || c.Interrupt > 0
	}
	c.provable()
	if same := whole.Window == r.Window; same && c.Provable && whole.Verdict != r.Verdict && c.Interrupt == 0 {
		c.t.Errorf("check same: the whole is %s, and its parts %s", whole.Verdict, r.Verdict)
	}
	if os.Getenv(mutated) == "" {
		conforms(c.t, r)
		c.stands(o)
	}
	c.lacking(p, truth)
	if c.t.Failed() {
		for _, reason := range r.Reasons {
			c.t.Logf("  %s %s: %s", reason.Code, reason.ShardID, reason.Text)
		}
	}
}

// narrower: the window is what all parts have in common.
func (c check) narrower(p *partition) {
	for index, part := range p.receipts {
		if r := c.Receipt; part.Window.Until.Before(r.Window.Until.Time) || part.Window.From.Truncate(time.Millisecond).After(r.Window.From.Time) {
			c.t.Errorf("check window: %s has %s to %s, and all %s to %s", p.part(index), part.Window.From, part.Window.Until, r.Window.From, r.Window.Until)
		}
	}
}

// lacking: with one part missing it is inconclusive, and names the part, or another part
// holds the event.
func (c check) lacking(p *partition, truth func(check)) {
	whole := c.Verdict
	r, err := p.merge(c.t, p.missing)
	if err != nil {
		c.t.Errorf("check missing: %v", err)
		return
	}
	c.Receipt = r
	truth(c)
	named := slices.ContainsFunc(r.Reasons, func(n notice.Notice) bool {
		return n.Code == notice.Part && strings.HasPrefix(n.Text, p.part(p.missing).Words()+" is missing")
	})
	switch {
	case r.Verdict == receipt.Absent, r.Verdict == receipt.Inconclusive && !named:
		c.t.Errorf("check missing: %s without %s: %v", r.Verdict, p.part(p.missing), r.Reasons)
	case r.Verdict == receipt.Found && whole != receipt.Found:
		c.t.Errorf("check missing: found without %s, and with it %s", p.part(p.missing), whole)
	}
	if os.Getenv(mutated) == "" {
		conforms(c.t, r)
	}
}

// TestPartsMutations breaks on purpose, one at a time, what makes the merging of parts
// sound.
func TestPartsMutations(t *testing.T) {
	if sim.Raced || testing.Short() {
		t.Skip("each mutation is compiled anew: without the race detector")
	}
	for _, m := range []mutation{
		{"a part that is missing is no reason", "missing", "trace/mergeopen.go",
			"apart := append(m.missing(r), m.overlooked(r)...)", "apart := m.overlooked(r)"},
		{"what stands against a part is forgotten", "holes", "trace/mergeopen.go",
			"m.holes.add(r, reason)", "_ = reason"},
		{"the window of all parts together", "window", "trace/receipt/join.go",
			"later(w.From, part.Window.From), earlier(w.Until, part.Window.Until)", "earlier(w.From, part.Window.From), later(w.Until, part.Window.Until)"},
		{"what was seen outside counted as a match", "truth", "trace/merge.go",
			"m.take(m.matches, r.Matches), m.take(m.outside, r.Outside)", "m.take(m.take(m.matches, r.Matches), r.Outside), m.outside"},
		{"a part is absent by itself", "part", "trace/verdict.go",
			"judge(s.matched(), append(apart, holes...))", "judge(s.matched(), holes)"},
		{"the last part reads nothing", "provable", "trace/receipt/part.go",
			"Owner(shardID, p.Of) == p.Index", "Owner(shardID, p.Of)%p.Of == p.Index"},
		{"shards that came at the end are left to others", "provable", "trace/reading.go",
			"return s.Part.Reads(sh.ID) && s.mayHold(sh)", "return s.Part.Reads(sh.ID) && (s.Part.Whole() || s.ledger == nil || s.listed.Owners(sh.Range.Start) == nil) && s.mayHold(sh)"},
		{"each shard that another lists was overlooked", "provable", "trace/receipt/join.go",
			"return o.OpenedAt.Before(listed.Truncate(time.Second))", "return true"},
		{"the beginning of what was there is forgotten", "truth", "trace/mergeopen.go",
			"return slices.Concat(apart, horizon, holes)", "_ = horizon\n\treturn slices.Concat(apart, holes)"},
	} {
		t.Run(m.name, func(t *testing.T) { m.caughtBy(t, "^TestWorldsParts$") })
	}
	for _, m := range []mutation{
		{"compared with nothing", "truth", "trace/mergeopen.go", "if m.uncompared && !m.compared {", "if false {"},
		{"the answers of the last part alone", "truth", "trace/merge.go", "if m.many == nil {", "if true {"},
		{"copies of the last part alone", "copies", "trace/events.go", "copies := m.inside[event].copies + int32(a.Copies)", "copies := int32(a.Copies)"},
	} {
		t.Run(m.name, func(t *testing.T) { m.caughtBy(t, "^TestWorldsPartsEvents$") })
	}
}
