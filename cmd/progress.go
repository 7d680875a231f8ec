package cmd

import (
	"context"
	"fmt"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/position"
	"kinspect/internal/term"
	"kinspect/trace"
)

// showPlan prints what a question would have read.
func (a *app) showPlan(ctx context.Context, f *traceFlags, c connection, o trace.Options) error {
	o.FanOut = make([]string, f.fanOut.n) // a plan counts them
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
// and how long the rest will take: on a terminal in bars, which the returned
// function removes, else in a line now and then. An endpoint in this process lets no
// time pass.
func (a *app) progress(c connection, o *trace.Options) (end func()) {
	if a.flags.quiet {
		return func() {}
	}
	if c.endpoint == "" {
		o.Planned = a.announce
	}
	bars := term.NewBars(term.NewStatus(a.err, a.out))
	said, drawn, began := &pulse{}, newScene(o.Settle), time.Now()
	o.Progress = func(p coverage.Progress) {
		n := moment{Progress: p, elapsed: time.Since(began)}
		n.ahead = max(0, o.Wait-n.elapsed)
		n.left, n.known = p.Remaining(c.Clock.NowAtMost())
		n.Behind = n.toRead(n.Behind)
		n.left = max(n.left, n.ahead)
		switch {
		case a.err.Terminal:
			bars.Set(drawn.frame(n, a.err))
		case said.due(n.elapsed, n.estimable(o.Settle)):
			fmt.Fprintf(a.err, "kinspect: %s; about %s left\n", n.soFar(), position.Spell(n.left))
		}
	}
	return bars.Clear
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

// moment is how far a scan has come after some time.
type moment struct {
	coverage.Progress
	elapsed time.Duration
	ahead   time.Duration // until the window's end: nobody can have read that yet
	left    time.Duration // about
	known   bool          // whether left is
}

// lookedAgain is how long a shard at its tip may not have been looked at: while the
// window's end lies ahead, the tip moves on in the meantime.
const lookedAgain = 5 * time.Second

// toRead is how much of a rest somebody could have read by now.
func (n moment) toRead(rest time.Duration) time.Duration {
	if n.ahead > 0 {
		rest -= n.ahead + lookedAgain
	}
	return rest
}

// estimable tells whether an estimate says something: at the tip of every shard the
// rest is to wait for late records, however fast the reading was.
func (n moment) estimable(settle time.Duration) bool { return n.known && n.Behind > settle }

func (n moment) soFar() string {
	return fmt.Sprintf("%s of %s read, %s, %s", term.Number(n.ShardsDone), term.Count(n.Shards, "shard"),
		term.Count(n.Records, "record"), term.Bytes(n.Bytes))
}
