package tail

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"testing"
	"time"

	"kinspect/internal/match"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/sim"
)

// TestWorlds tails many worlds drawn from seeds, and holds what is printed
// against what was put. KINSPECT_WORLDS says how many, KINSPECT_SEED which one.
func TestWorlds(t *testing.T) { sim.Worlds(t, follow(false)) }

// TestWorldsFanOut tails worlds through a consumer of enhanced fan-out.
func TestWorldsFanOut(t *testing.T) {
	sim.Worlds(t, func(t *testing.T, story *sim.Story, tally *sim.Tally) {
		story.ByFanOut()
		story.FanOut = 1
		follow(story.Seed%2 == 0)(t, story, tally)
	})
}

// A tail without an end is watched beyond all trouble that passes, and where
// trouble lasts, for longer than the reader's patience of ten minutes.
const (
	watch     = 3 * time.Minute
	watchLong = 12 * time.Minute
	// watchPushed is for what comes by events that wait, and subscriptions that fall
	// silent, in a shard and then in those that take over.
	watchPushed = 10 * time.Minute
)

// readShare is what the reader may take.
const readShare = 0.4

// follow tails one world: from the latest record where the story leaves the
// window open, else the window.
func follow(byArrival bool) func(*testing.T, *sim.Story, *sim.Tally) {
	return func(t *testing.T, story *sim.Story, tally *sim.Tally) {
		live := story.From < 0 && story.Until < 0 && story.All
		p := story.Begin()
		c := check{t: t, Play: p, live: live, byArrival: byArrival, began: time.Now()}
		p.Read(func(ctx context.Context) { c.run(ctx) })
		tally.Add(story, p.Hidden())
		c.all()
		if t.Failed() {
			t.Logf("%s: live %t, incomplete %t %v", story, c.live, c.summary.Incomplete, c.notices)
		}
	}
}

// live tells whether a tail has no end, and begins at the latest record.
func live(s *sim.Story) bool { return s.From < 0 && s.Until < 0 && s.All }

func (c *check) run(ctx context.Context) {
	out := &printed{}
	ctx, end := c.watched(ctx)
	defer end()
	c.failed = c.tail(ctx, c.options(out))
	c.printed = c.metas(out.lines)
}

func (c *check) options(out io.Writer) Options {
	o := Options{
		From: position.Position{Kind: position.TrimHorizon}, NoFollow: !c.live, ByArrival: c.byArrival, Where: match.All(), Renderer: renderer(c.t, "json"),
		Out: out, ReadShare: readShare, FanOut: c.Consumers, Settle: 10 * time.Second, Notice: func(text string) { c.notices = append(c.notices, text) },
	}
	switch {
	case c.live:
		o.From = position.Position{Kind: position.Latest}
	case c.From >= 0:
		o.From = position.At(sim.Began.Add(c.From))
	}
	if c.Until >= 0 {
		o.Until = sim.Began.Add(c.Until)
	}
	return o
}

// watched ends a tail that has no end itself.
func (c *check) watched(ctx context.Context) (context.Context, context.CancelFunc) {
	switch {
	case !c.live:
		return ctx, func() {}
	case c.Provable && c.FanOut > 0:
		return context.WithTimeout(ctx, c.Troubled()+watchPushed)
	case c.Provable:
		return context.WithTimeout(ctx, c.Troubled()+watch)
	}
	return context.WithTimeout(ctx, c.Troubled()+watch+watchLong)
}

func (c *check) tail(ctx context.Context, o Options) error {
	described, err := c.Client.Describe(ctx)
	if err == nil {
		c.reborn = !described.CreatedAt.Equal(sim.Began)
		c.summary, err = Run(ctx, c.Client, described, o)
	}
	return err
}

func (c *check) metas(lines []string) []record.Meta {
	all := make([]record.Meta, len(lines))
	for i, line := range lines {
		if err := json.Unmarshal([]byte(line), &all[i]); err != nil {
			c.t.Fatal(err)
		}
	}
	return all
}

// check holds what was printed against the world.
type check struct {
	t *testing.T
	*sim.Play
	live      bool
	byArrival bool
	began     time.Time
	printed   []record.Meta
	summary   Summary
	notices   []string
	failed    error
	reborn    bool // created anew before it was described
}

func (c *check) all() {
	cut := c.Interrupt > 0 && !c.Timeout
	if c.Provable && !cut && (c.failed != nil || c.summary.Incomplete) {
		c.t.Errorf("check provable: incomplete: %v %v", c.failed, c.notices)
	}
	if c.failed == nil && !c.summary.Incomplete && !cut && !c.reborn {
		c.complete()
	}
	c.order()
	c.family()
	if c.byArrival {
		c.arrival()
	}
	for _, breach := range c.Breaches(readShare) {
		c.t.Errorf("check share: %s", breach)
	}
}

// complete: all that was put within the window is printed, once.
func (c *check) complete() {
	count := map[record.SequenceNumber]int{}
	for _, m := range c.printed {
		count[m.SequenceNumber]++
	}
	for _, told := range c.Told {
		switch n := count[told.SequenceNumber]; {
		case c.wanted(told) && n != told.Users:
			c.t.Errorf("check complete: %s arrived %s, printed %d times of %d", told.Place, told.ArrivedAt, n, told.Users)
		case n > told.Users:
			c.t.Errorf("check once: %s was printed %d times of %d", told.Place, n, told.Users)
		}
	}
}

// wanted tells whether a record must be printed: it lies within the window, was
// not there before a tail from the latest record, and had not expired.
func (c *check) wanted(told sim.Told) bool {
	from, until := sim.Began.Add(c.From), sim.Began.Add(c.Until)
	if c.From < 0 {
		from = time.Now().Add(-24*time.Hour + time.Minute)
	}
	if c.Until < 0 {
		until = c.began
	}
	if c.live {
		from, until = c.Opened().Add(5*time.Second), c.began.Add(2*time.Minute) // a Date has whole seconds
	}
	return !told.ArrivedAt.Before(from) && !told.ArrivedAt.After(until)
}

// order: the records of a shard are printed in order.
func (c *check) order() {
	last := map[string]record.SequenceNumber{}
	for _, m := range c.printed {
		if l := last[m.ShardID]; l != "" && m.SequenceNumber.Compare(l) < 0 {
			c.t.Errorf("check order: %s of %s was printed after %s", m.SequenceNumber, m.ShardID, l)
		}
		last[m.ShardID] = m.SequenceNumber
	}
}

// family: nothing of a shard is printed before all of its parents.
func (c *check) family() {
	parents := c.Parents()
	var begun []string
	for _, m := range c.printed {
		if !slices.Contains(begun, m.ShardID) {
			begun = append(begun, m.ShardID)
		}
		for _, id := range begun {
			if slices.Contains(parents[id], m.ShardID) {
				c.t.Errorf("check family: %s of %s was printed after records of its child %s", m.SequenceNumber, m.ShardID, id)
			}
		}
	}
}
