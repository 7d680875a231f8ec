package cmd

import (
	"fmt"
	"time"

	"kinspect/internal/position"
	"kinspect/internal/term"
	"kinspect/tail"
)

// watchTail draws how a tail stands while it prints nothing, on a terminal alone;
// what is printed and said in the meantime removes the line. Behind a pipe stands
// jq or less, which write to the same terminal whenever they like.
func (a *app) watchTail(o *tail.Options, ends bool) *term.Status {
	status := term.NewStatus(a.err, a.out)
	if !a.flags.quiet && a.err.Terminal && !a.out.Pipe {
		o.Glance = func(g tail.Glance) { status.Set(tailLine(g, ends)) }
	}
	return status
}

// failingShown is how long shards give no answer before we say so: a throttle now
// and then is nothing to look at.
const failingShown = 5 * time.Second

// tailLine says how a tail stands; ends tells that it reads no further than now.
func tailLine(g tail.Glance, ends bool) string {
	doing, last := "following", "no record yet"
	if ends {
		doing = "reading"
	}
	if !g.LastAt.IsZero() {
		last = "last record " + position.Spell(max(0, g.At.Sub(g.LastAt)).Truncate(time.Second)) + " ago"
	}
	how := position.Spell(g.Behind) + " behind"
	switch {
	case g.FailingFor >= failingShown:
		how = fmt.Sprintf("no answer from %s for %s", term.Number(g.Failing), position.Spell(g.FailingFor.Truncate(time.Second)))
	case ends && g.Behind == 0:
		how = "waiting for late records"
	}
	return fmt.Sprintf("%s %s · %s · %s", doing, term.Count(g.Shards, "shard"), how, last)
}
