package cmd

import (
	"fmt"
	"time"

	"kinspect/internal/position"
	"kinspect/internal/term"
	"kinspect/tail"
)

// watchTail draws how a tail stands while it prints nothing, on a terminal alone;
// what is printed and said in the meantime removes the line.
func (a *app) watchTail(o *tail.Options) *term.Status {
	status := term.NewStatus(a.err)
	if a.flags.quiet || !a.err.Terminal {
		return status
	}
	said := status.Through(a.err)
	o.Out = status.Through(o.Out)
	o.Notice = func(text string) { fmt.Fprint(said, warning(text)) }
	o.Glance = func(g tail.Glance) { status.Set(tailLine(g, time.Now())) }
	return status
}

func tailLine(g tail.Glance, now time.Time) string {
	last := "no record yet"
	if !g.LastAt.IsZero() {
		last = "last record " + position.Spell(now.Sub(g.LastAt).Truncate(time.Second)) + " ago"
	}
	return fmt.Sprintf("following %s · %s behind · %s", term.Count(g.Shards, "shard"), position.Spell(g.Behind), last)
}
