package cmd

import (
	"context"
	"fmt"
	"strings"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/position"
	"kinspect/internal/term"
	"kinspect/trace"
)

// showPlan prints what a question would have read.
func (a *app) showPlan(ctx context.Context, f *traceFlags, c connection, o trace.Options) error {
	plan, err := trace.NewPlan(ctx, c.Client, c.Summary, o)
	if err != nil {
		return err
	}
	if f.output == "json" {
		return plan.Write(a.out)
	}
	return trace.PrintPlan(a.out, plan)
}

// progress says before the scan how long it can take, and during it how far it is
// and how long the rest will take: on a terminal in a status line, else in a line
// now and then. An endpoint in this process lets no time pass.
func (a *app) progress(c connection, o *trace.Options) *term.Status {
	status := term.NewStatus(a.err)
	if a.flags.quiet {
		return status
	}
	if c.endpoint == "" {
		o.Planned = a.announce
	}
	said, began := &pulse{}, time.Now()
	o.Progress = func(p coverage.Progress) {
		elapsed := time.Since(began)
		left, known := p.Remaining(c.Clock.NowAtMost())
		ahead := max(0, o.Wait-elapsed) // what nobody can have read yet
		p.Behind -= ahead
		switch {
		case a.err.Terminal && ahead > 0 && p.Behind <= o.Settle:
			status.Set(fmt.Sprintf("%s, watching for another %s", soFar(p), ahead.Round(time.Second)))
		case a.err.Terminal:
			status.Set(statusLine(p, o.Settle, elapsed, left, known))
		case said.due(elapsed, estimable(p, o.Settle, known)):
			fmt.Fprintf(a.err, "kinspect: %s; about %s left\n", soFar(p), position.Spell(left))
		}
	}
	return status
}

// toldLongest is the longest that goes without saying, settle time apart: a window
// of a minute and its pads.
const toldLongest = 3 * time.Minute

// announce says how long the reading can take, where that matters.
func (a *app) announce(p trace.Plan) {
	longest := p.Longest()
	if longest <= toldLongest+time.Duration(p.Settings.SettleMillis)*time.Millisecond {
		return
	}
	fmt.Fprintf(a.err, "kinspect: reading %s back to %s; %s at the longest, if they were full all the time\n",
		term.Count(len(p.Shards), "shard"), p.Window.From.UTC().Format("2006-01-02 15:04Z"), position.Spell(longest))
}

const (
	// estimateAfter is when the pace so far begins to tell something.
	estimateAfter = 5 * time.Second
	// estimateEvery is how often a pipe or a file hears of it.
	estimateEvery = time.Minute
)

// pulse is when something was said last, on anything but a terminal.
type pulse struct {
	said bool
	at   time.Duration
}

// due tells whether it is time to say how long the rest will take.
func (p *pulse) due(elapsed time.Duration, known bool) bool {
	if !known || elapsed < estimateAfter || p.said && elapsed < p.at+estimateEvery {
		return false
	}
	p.said, p.at = true, elapsed
	return true
}

func soFar(p coverage.Progress) string {
	return fmt.Sprintf("%s of %s read, %s, %s", term.Number(p.ShardsDone), term.Count(p.Shards, "shard"),
		term.Count(p.Records, "record"), term.Bytes(p.Bytes))
}

func statusLine(p coverage.Progress, settle, elapsed, left time.Duration, known bool) string {
	line := fmt.Sprintf("%s, %s, %s so far", soFar(p), behind(p.Behind, settle), elapsed.Round(time.Second))
	if elapsed >= estimateAfter && estimable(p, settle, known) {
		line += fmt.Sprintf(", about %s left", position.Spell(left))
	}
	return line
}

// estimable tells whether an estimate says something: at the tip of every shard the
// rest is to wait for late records, however fast the reading was.
func estimable(p coverage.Progress, settle time.Duration, known bool) bool {
	return known && p.Behind > settle
}

// behind says how far there is to go, to what a glance takes in. At the tip of
// every shard there is nothing to read, but late records to wait for.
func behind(d, settle time.Duration) string {
	switch {
	case d <= settle:
		return fmt.Sprintf("waiting %s for late records", settle)
	case d < time.Minute:
		return d.Round(time.Second).String() + " behind"
	}
	return strings.TrimSuffix(d.Round(time.Minute).String(), "0s") + " behind"
}
