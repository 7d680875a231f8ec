package cmd

import (
	"context"
	"fmt"
	"strings"

	"kinspect/internal/term"
	"kinspect/tail"
)

func (a *app) runTail(ctx context.Context, f *tailFlags, name string) error {
	o, err := a.tailOptions(f)
	if err != nil {
		return err
	}
	a.tellResumed(f, o)
	c, err := a.connectReader(ctx, name, !f.noFollow && f.until == "" && !a.capture(), o.ReadShare, f.fanOut)
	if err != nil {
		return err
	}
	if err := a.completeTail(f, c, &o); err != nil {
		return err
	}
	var summary tail.Summary
	used, err := a.byConsumers(ctx, c, f.fanOut.n, func(arns []string) (err error) {
		o.FanOut = arns
		summary, err = a.follow(ctx, c, o)
		return err
	})
	if err != nil {
		return err
	}
	a.tellTail(summary)
	a.tellCost(c.Client, o.ReadShare, used)
	if !a.flags.quiet {
		a.remedy(summary.Failed)
	}
	switch {
	case ctx.Err() != nil:
		return exitInterrupted
	case summary.Incomplete:
		return exitIncomplete
	}
	return nil
}

// tailOptions is what the flags say, before any call is made.
func (a *app) tailOptions(f *tailFlags) (o tail.Options, err error) {
	o = tail.Options{
		NoFollow: f.noFollow, Limit: f.limit, Shards: shardIDs(f.shards),
		Out: a.out, Settle: settleDefault, Notice: a.notice, Memory: int64(f.memory),
	}
	if err := f.compile(&o, a.out); err != nil {
		return o, err
	}
	if o.ByArrival, err = f.byArrival(); err != nil {
		return o, err
	}
	if o.Where, err = f.where(); err != nil {
		return o, err
	}
	if err := f.window(&o, a.Now()); err != nil {
		return o, err
	}
	return o, f.resumes(&o)
}

// completeTail completes the options by what the stream and its clock say.
func (a *app) completeTail(f *tailFlags, c connection, o *tail.Options) error {
	if c.Capture {
		a.readWhole(f, o)
	}
	now := c.Clock.NowAtMost()
	if err := f.window(o, now); err != nil {
		return err
	}
	if err := a.checkWindow(f, *o, now); err != nil {
		return err
	}
	if err := a.narrows(f, c, o); err != nil {
		return err
	}
	a.tellWindow(f, *o)
	if o.Resume != nil && o.Resume.Last != nil && f.output != "raw" {
		return a.mendTorn()
	}
	return nil
}

// follow tails until the end of the window, or of those who read what it prints.
func (a *app) follow(ctx context.Context, c connection, o tail.Options) (tail.Summary, error) {
	reading, stop := a.out.WhileRead(ctx)
	defer stop()
	status := a.watchTail(&o, o.NoFollow || !o.Until.IsZero() && !o.Until.After(c.Clock.NowAtMost()))
	summary, err := tail.Run(reading, c.Client, c.Summary, o)
	status.Clear() // before the summary is printed
	if err == nil && ctx.Err() == nil {
		err = context.Cause(reading)
	}
	return summary, err
}

// readWhole reads a capture from its beginning to its end: nothing will be added
// to it.
func (a *app) readWhole(f *tailFlags, o *tail.Options) {
	o.NoFollow = true
	if f.from != "" {
		return
	}
	f.from = "trim-horizon"
	if !a.flags.quiet {
		fmt.Fprintln(a.err, "kinspect: note: a capture is read from its beginning to its end")
	}
}

// tellTail sums up on standard error.
func (a *app) tellTail(s tail.Summary) {
	if a.flags.quiet {
		return
	}
	fmt.Fprintf(a.err, "kinspect: printed %s of %s (%s) from %s\n", term.Number(s.Printed),
		term.Count(s.UserRecords, "user record"), term.Count(s.Records, "record"), term.Count(s.Shards, "shard"))
	if s.Undecoded > 0 {
		fmt.Fprintf(a.err, "kinspect: note: %s could not be decoded\n", term.Count(s.Undecoded, "user record"))
	}
	if len(s.Successors) > 0 {
		fmt.Fprintf(a.err, "kinspect: note: what was to be read was closed, and is read to its end; %s took over\n", strings.Join(s.Successors, ", "))
	}
	a.tellLate(s)
	a.tellFailures("jq", s.JQ)
	a.tellFailures("the template", s.Template)
}
