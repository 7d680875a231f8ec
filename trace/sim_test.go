package trace

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"kinspect/internal/jq"
	"kinspect/internal/match"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/sim"
	"kinspect/internal/step"
	"kinspect/trace/receipt"
)

// TestWorlds asks the question of many worlds drawn from seeds, and holds the
// verdict against the truth. KINSPECT_WORLDS says how many, KINSPECT_SEED which
// one.
func TestWorlds(t *testing.T) { sim.Worlds(t, ask) }

// TestWorldsUndescribed asks the same questions of streams that may not be
// described, whose verdicts can be as good: the streams keep records for 24 h.
func TestWorldsUndescribed(t *testing.T) {
	sim.Worlds(t, func(t *testing.T, story *sim.Story, tally *sim.Tally) {
		story.Undescribed = true
		story.Interrupt, story.Timeout = 0, false // there is no resuming
		ask(t, story, tally)
	})
}

// TestWorldsAsked asks in other ways, a third of the worlds each: naming the event's
// partition key, whose shards are then read first, or alone; looking around a time
// first; and waiting for what comes during the reading.
func TestWorldsAsked(t *testing.T) {
	sim.Worlds(t, func(t *testing.T, story *sim.Story, tally *sim.Tally) {
		askOtherwise(story)
		ask(t, story, tally)
	})
}

func askOtherwise(story *sim.Story) {
	switch story.Seed % 3 {
	case 0:
		story.Keyed, story.Narrow = true, story.Seed%2 == 0
	case 1:
		story.LookAround()
	case 2:
		story.WaitForIt()
	}
}

// ask asks the question of one world.
func ask(t *testing.T, story *sim.Story, tally *sim.Tally) {
	askOf(t, story, tally, (*witness).question, check.all)
}

// askOf asks a question of one world, and checks the answer.
func askOf(t *testing.T, story *sim.Story, tally *sim.Tally, question func(*witness, *testing.T, *sim.Play) Options, all func(check)) {
	p := story.Begin()
	w := &witness{signed: story.Seed%2 == 0, last: map[string]record.SequenceNumber{}, seen: map[userRecord]bool{}}
	o := question(w, t, p)
	o.FanOut, o.handled = p.Consumers, w.handled
	var r receipt.Receipt
	var failed error
	began := time.Now()
	p.Read(func(ctx context.Context) {
		described, err := p.Client.Describe(ctx)
		if err != nil {
			failed = err // as before a stream that is gone
			return
		}
		if story.Timeout {
			o.Timeout = story.Interrupt
		}
		r, failed = Run(ctx, p.Client, described, o)
		if r.Verdict == receipt.Inconclusive && story.Interrupt > 0 {
			r, failed = w.resume(t, p, o, r)
		}
	})
	tally.Add(story, hideout(p, r))
	if r.Verdict == "" {
		if story.Provable && story.Interrupt == 0 { // else before there was anything to resume
			t.Errorf("check provable: no verdict in %s: %v", story, failed)
		}
		return
	}
	c := check{t: t, Play: p, witness: w, Receipt: r, began: began}
	all(c)
	if os.Getenv(mutated) == "" {
		conforms(t, r)
		c.stands(o)
	}
	if t.Failed() {
		t.Logf("%s: %s", story, Name(r.Event))
		for _, reason := range r.Reasons {
			t.Logf("  %s %s: %s", reason.Code, reason.ShardID, reason.Text)
		}
	}
}

// stands: the receipt, as it is read from a file, is not refuted by the stream that
// it was made of, whatever has become of that.
func (c check) stands(o Options) {
	ctx := context.Background()
	time.Sleep(time.Minute) // until no listing is stale
	described, err := c.Client.Describe(ctx)
	if err != nil {
		return
	}
	v, err := Verify(ctx, c.Client, described, VerifyOptions{
		Receipt: *kept(c.t, c.Receipt), Content: c.Matcher, Decoder: o.Decoder, Finder: c.finder, Data: o.Data,
	})
	if err != nil {
		return
	}
	for _, f := range v.Findings {
		if f.Outcome == receipt.Refuted {
			c.t.Errorf("check stands: %s %s: %s", f.ShardID, f.SequenceNumber, f.Text)
		}
	}
}

// resume goes on from a receipt, as it is read from a file, where the reading was
// interrupted for nothing else. Stories are told on meanwhile.
func (w *witness) resume(t *testing.T, p *sim.Play, o Options, r receipt.Receipt) (receipt.Receipt, error) {
	for _, reason := range r.Reasons {
		if reason.Code != notice.Interrupted && reason.Code != notice.Time && !p.Causes[reason.Code] {
			t.Errorf("check reasons: %s, which an interruption does not cause", reason.Code)
		}
	}
	time.Sleep(time.Minute)
	described, err := p.Client.Describe(context.Background())
	if err != nil {
		return r, err
	}
	o.Timeout, o.Resume = 0, kept(t, r)
	return Run(context.Background(), p.Client, described, o)
}

// hideout is where a careless reader misses the event, if it is at such a place.
func hideout(p *sim.Play, r receipt.Receipt) string {
	for _, told := range p.Told {
		beside := told.ArrivedAt.Before(r.Window.From.Time) || told.ArrivedAt.After(r.Window.Until.Time)
		if told.Event && beside && r.Verdict == receipt.Absent && p.From >= 0 {
			return "pad"
		}
	}
	return p.Hidden()
}

// readShare is what the reader may take.
const readShare = 0.6

// frame is the window of the question, and how it is asked.
func frame(story *sim.Story) Options {
	o := Options{All: story.All, Narrow: story.Narrow, Wait: story.Wait, Settle: 10 * time.Second, ReadShare: readShare}
	if story.From >= 0 {
		o.From = sim.Began.Add(story.From)
	}
	if story.Until >= 0 {
		o.Until = sim.Began.Add(story.Until)
	}
	if story.Around >= 0 {
		o.Around, o.Within = sim.Began.Add(story.Around), time.Minute
	}
	if key := sim.EventKey; story.Keyed {
		o.Event.PartitionKey = &key
	}
	return o
}

func (w *witness) question(t *testing.T, p *sim.Play) Options {
	o := frame(p.Story)
	var err error
	if p.JQ {
		var program *jq.Program
		program, err = jq.Compile(sim.EventJQ)
		o.Event.JQ, w.Matcher = sim.EventJQ, match.JQ(program)
	} else {
		o.Event.Text = sim.Event
		w.Matcher, err = match.Event(sim.Event)
	}
	if err != nil {
		t.Fatal(err)
	}
	o.Content = w
	return o
}

// userRecord is where a user record stands.
type userRecord struct {
	sim.Place
	sub int
}

// witness notes what is read, and is a matcher that notes what it is shown.
type witness struct {
	match.Matcher
	finder    func(events []string) (match.Finder, error) // of many events
	misspelt  bool                                        // their IDs
	mu        sync.Mutex
	signed    bool        // what its signs refuse it is not shown
	rows      []step.Step // those with records
	last      map[string]record.SequenceNumber
	backwards []sim.Place
	seen      map[userRecord]bool // some of it in pages that came to nothing
}

func (w *witness) handled(st step.Step) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if st.Count == 0 {
		return
	}
	if last := w.last[st.ShardID]; last != "" && st.First.SequenceNumber.Compare(last) < 0 {
		w.backwards = append(w.backwards, sim.Place{ShardID: st.ShardID, SequenceNumber: st.First.SequenceNumber})
	}
	w.last[st.ShardID] = st.Last.SequenceNumber
	st.Records = nil
	w.rows = append(w.rows, st)
}

// Signs are none in half of the worlds, so that it is shown all.
func (w *witness) Signs() match.Signs {
	if w.signed {
		return w.Matcher.Signs()
	}
	return match.Signs{}
}

func (w *witness) Match(s match.Subject) (match.Hit, bool, error) {
	w.note(&s.User)
	return w.Matcher.Match(s)
}

func (w *witness) Refuses(user *record.UserRecord, layers [][]byte) bool {
	w.note(user)
	return w.Matcher.Refuses(user, layers)
}

func (w *witness) note(u *record.UserRecord) {
	w.mu.Lock()
	defer w.mu.Unlock()
	number := strings.Clone(string(u.SequenceNumber)) // a view, in a page that is being read
	w.seen[userRecord{sim.Place{ShardID: u.ShardID, SequenceNumber: record.SequenceNumber(number)}, u.SubSequenceNumber}] = true
}

// check holds a receipt against the world that it speaks of. Each check has a
// name, by which the mutations know it.
type check struct {
	t *testing.T
	*sim.Play
	*witness
	receipt.Receipt
	began time.Time
}

func (c check) all() {
	c.truth()
	c.whole()
}

// whole checks what holds whatever was asked.
func (c check) whole() {
	c.provable()
	c.complete()
	c.once()
	c.window()
	for _, breach := range c.Breaches(readShare) {
		c.t.Errorf("check share: %s", breach)
	}
}

// truth: what is found was put, within the window; what is absent was not, and
// nothing within the window is undecided.
func (c check) truth() {
	for _, m := range c.Matches {
		told, put := c.told(m.SequenceNumber)
		if !put || !told.Event || !c.claimed(told) {
			c.t.Errorf("check truth: found at %s, where it is not: %+v", m.SequenceNumber, told)
		}
	}
	if c.Verdict != receipt.Absent {
		return
	}
	for _, told := range c.Told {
		switch {
		case told.Event && c.within(told) && !c.left(told):
			c.t.Errorf("check truth: absent from %s to %s, but it is at %s, arrived %s", c.Window.From, c.Window.Until, told.Place, told.ArrivedAt)
		case told.Hole != "" && c.within(told) && !c.Keyed && c.Settings.Opaque == receipt.Hole: // else the key rules it out, or a condition
			c.t.Errorf("check holes: absent, but %s is %s", told.Place, told.Hole)
		}
	}
}

// left tells whether a record may be left out: where the shards were narrowed down,
// on the condition that there is none such.
func (c check) left(told sim.Told) bool { return c.Narrow && told.Astray }

func (c check) told(number record.SequenceNumber) (sim.Told, bool) {
	for _, told := range c.Told {
		if told.SequenceNumber == number {
			return told, true
		}
	}
	return sim.Told{}, false
}

// within: an open window holds what there was, a match before its beginning too.
func (c check) within(told sim.Told) bool {
	from := c.Window.From.Time
	if c.From < 0 && c.Verdict == receipt.Found {
		from = time.Time{}
	}
	return !told.ArrivedAt.Before(from) && !told.ArrivedAt.After(c.Window.Until.Time)
}

// claimed: a match of a part lies within the part's window.
func (c check) claimed(told sim.Told) bool {
	if c.Joined == nil {
		return c.within(told)
	}
	return c.WindowOf(told.ShardID).Holds(told.ArrivedAt)
}

// provable: a provable world has a verdict, any other one a reason of its own.
func (c check) provable() {
	if c.Verdict != receipt.Inconclusive {
		return
	}
	if c.Provable {
		c.t.Errorf("check provable: inconclusive: %v", c.Reasons)
	}
	for _, reason := range c.Reasons {
		if !c.Causes[reason.Code] {
			c.t.Errorf("check reasons: %s, which this world did not cause", reason.Code)
		}
	}
	if len(c.Reasons) == 0 {
		c.t.Error("check reasons: inconclusive without a reason")
	}
}

// read is how many times each record was read: a row has all that lie between its ends.
func (c check) read() map[sim.Place]int {
	times := map[sim.Place]int{}
	for _, row := range c.rows {
		count := 0
		for _, told := range c.Told {
			if told.ShardID == row.ShardID && told.SequenceNumber.Compare(row.First.SequenceNumber) >= 0 && told.SequenceNumber.Compare(row.Last.SequenceNumber) <= 0 {
				times[told.Place]++
				count++
			}
		}
		if count != row.Count {
			c.t.Errorf("check rows: %s from %s to %s has %d records, and %d were read", row.ShardID, row.First.SequenceNumber, row.Last.SequenceNumber, count, row.Count)
		}
	}
	return times
}

// complete: each record of a window that was covered was read, and each user record
// tested, but those that their key rules out.
func (c check) complete() {
	read := c.read()
	covered := c.Verdict == receipt.Absent || c.Verdict == receipt.Found && c.All && c.Provable && c.Interrupt == 0
	c.mu.Lock() // the event of a subscription that nobody waits for any more may still be looked at
	defer c.mu.Unlock()
	for _, told := range c.Told {
		for sub := range told.Users {
			if c.Keyed {
				break // which of its user records have the key is truth's to tell
			}
			unsigned := c.signed && !told.Event && told.Hole == ""
			missed := read[told.Place] == 0 || !unsigned && !c.seen[userRecord{told.Place, sub}]
			if covered && c.within(told) && missed && !c.expired(told) {
				c.t.Errorf("check complete: %s/%d was not read, arrived %s, window %s to %s", told.Place, sub, told.ArrivedAt, c.Window.From, c.Window.Until)
			}
		}
	}
}

// expired: an open window holds what there was when it was read.
func (c check) expired(told sim.Told) bool {
	return c.From < 0 && c.Verdict == receipt.Found && told.ArrivedAt.Before(c.Window.From.Time)
}

// once: no record was handed out twice, and those of a shard in order. What a first
// look has read is read again.
func (c check) once() {
	most := 1
	if c.Around >= 0 {
		most, c.backwards = 2, nil
	}
	if c.FanOut > 1 {
		c.backwards = nil // slices are read side by side
	}
	for at, times := range c.read() {
		if times > most {
			c.t.Errorf("check once: %v was read %d times", at, times)
		}
	}
	for _, at := range c.backwards {
		c.t.Errorf("check order: %v came too late", at)
	}
}

// window: the window is what was asked for, by the stream's clock, and one that
// was left open is as long as it can be.
func (c check) window() {
	if c.Around >= 0 && c.Verdict == receipt.Found {
		return // that of the first look, perhaps
	}
	until, from := sim.Began.Add(c.Until), sim.Began.Add(c.From)
	if c.Until < 0 {
		if until = c.Window.Until.Time; until.Before(c.began.Add(c.Wait)) || until.After(c.began.Add(c.Wait+2*time.Minute)) {
			c.t.Errorf("check now: the window ends at %s, asked at %s", until, c.began)
		}
	}
	if c.From < 0 && !c.Window.Open {
		from = c.Window.From.Time
		if back := c.began.Sub(from); c.Wait == 0 || back > waitFrom || back < waitFrom-2*time.Minute {
			c.t.Errorf("check from: the window begins at %s, asked at %s to wait for %s", from, c.began, c.Wait)
		}
	} else if c.From < 0 {
		from = c.Window.From.Time
		if latest := c.FinishedAt.Add(-24*time.Hour + 2*time.Minute); c.Provable && from.After(latest) && from.After(sim.Began.Add(time.Second)) {
			c.t.Errorf("check from: the window begins at %s, though what came from %s on was there", from, latest)
		}
	}
	if !c.Window.Until.Truncate(time.Millisecond).Equal(until.Truncate(time.Millisecond)) || !c.Window.From.Equal(from) {
		c.t.Errorf("check window: %s to %s, asked for %s to %s", c.Window.From, c.Window.Until, from, until)
	}
}
