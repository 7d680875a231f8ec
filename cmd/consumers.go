package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"kinspect/internal/consumer"
	"kinspect/internal/record"
	"kinspect/internal/stream"
	"kinspect/internal/term"
)

// consumers says on the line of costs what became of a run's.
type consumers struct{ registered, left int }

func (c consumers) String() string {
	switch {
	case c.registered == 0:
		return ""
	case c.left > 0:
		return fmt.Sprintf("; %s registered, %s not removed", term.Count(c.registered, "consumer"), term.Number(c.left))
	}
	return fmt.Sprintf("; %s registered and removed", term.Count(c.registered, "consumer"))
}

// byConsumers has read read by the ARNs of n consumers, which are registered before
// and removed afterwards, whatever comes in between; n 0 polls.
func (a *app) byConsumers(ctx context.Context, c connection, n int, read func(arns []string) error) (used consumers, err error) {
	if n == 0 {
		return used, read(nil)
	}
	if err := checkFanOut(c); err != nil {
		return used, err
	}
	if err := a.leftovers(ctx, c); err != nil {
		return used, noFanOut(c, err)
	}
	a.tellFanOut(c, n)
	run := consumer.New(c.Client, c.ARN, n)
	defer func() {
		used = consumers{n, a.deregister(ctx, c, run, n)}
	}()
	told, over := a.waitFor(n)
	arns, err := run.Register(ctx, told)
	over()
	if err != nil {
		return used, noFanOut(c, err)
	}
	return used, read(arns)
}

// checkFanOut refuses streams that no consumer can be registered on.
func checkFanOut(c connection) error {
	switch {
	case c.Capture:
		return &usageError{err: errFanOutCapture, hint: withoutFanOut}
	case c.ARN == "":
		return &usageError{err: errFanOutARN, hint: "give the stream's ARN in place of its name"}
	}
	return nil
}

// noFanOut names the stream, and what an endpoint lacks.
func noFanOut(c connection, err error) error {
	var failed *stream.Error
	switch {
	case !errors.As(err, &failed):
		return fmt.Errorf("stream %s: %w", c.Name, err)
	case failed.Unsupported():
		return &usageError{err: fmt.Errorf("--fan-out: the endpoint %s does not know enhanced fan-out (%s)", c.Endpoint(), failed.Action), hint: withoutFanOut}
	}
	return err
}

// leftovers removes the consumers of runs that were killed, and says which may be
// such.
func (a *app) leftovers(ctx context.Context, c connection) error {
	found, err := consumer.Find(ctx, c.Client, c.ARN)
	var failed *stream.Error
	if errors.As(err, &failed) && failed.Problem == stream.Denied {
		if !a.flags.quiet {
			a.notice(failed.Reason() + ": consumers that killed runs may have left are not looked for")
		}
		return nil
	}
	if err != nil {
		return err
	}
	killed := names(found.Killed)
	left := consumer.Remove(ctx, c.Client, c.ARN, killed)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	a.tellLeft(c, left)
	if a.flags.quiet {
		return nil
	}
	for _, name := range killed {
		if !slices.ContainsFunc(left, func(l consumer.Left) bool { return l.Name == name }) {
			fmt.Fprintf(a.err, "kinspect: note: removed consumer %s, left by a run that was killed\n", name)
		}
	}
	for _, o := range found.Untold {
		fmt.Fprintf(a.err, "kinspect: note: consumer %s, registered at %s, is of a run that cannot be seen from here; if that has ended: %s\n",
			o.Name, record.Timestamp{Time: o.CreatedAt}.Words(), consumer.Command(c.ARN, o.Name))
	}
	return nil
}

func names(of []stream.Consumer) (all []string) {
	for _, c := range of {
		all = append(all, c.Name)
	}
	return all
}

// tellFanOut says what is about to be made, and that AWS bills it. How, it says where
// it knows: on-demand streams have no shards to pay for.
//
// https://aws.amazon.com/kinesis/data-streams/pricing/
func (a *app) tellFanOut(c connection, n int) {
	if a.flags.quiet {
		return
	}
	billed := ""
	if c.endpoint == "" && c.OnAWS() {
		billed = "; AWS bills each for every shard and hour, and for each GB that it reads"
		if c.Mode == "ON_DEMAND" {
			billed = "; AWS bills each GB that they read"
		}
		billed += " (https://aws.amazon.com/kinesis/data-streams/pricing/)"
	}
	fmt.Fprintf(a.err, "kinspect: note: --fan-out registers %s on stream %s%s\n", term.Count(n, "consumer"), term.EscapeLine(c.Name), billed)
}

// waitFor shows on a terminal how many are ACTIVE, and elsewhere says once that it
// takes long.
func (a *app) waitFor(n int) (told func(active int), over func()) {
	text := fmt.Sprintf("waiting for %s to become ACTIVE", term.Count(n, "consumer"))
	if !a.err.Terminal || a.flags.quiet {
		return func(int) {}, a.patience(text)
	}
	status := term.NewStatus(a.err, a.out)
	return func(active int) { status.Set(fmt.Sprintf("%s: %d are", text, active)) }, status.Clear
}

// deregister removes a run's consumers and says what is left, also where nothing else
// is said: it is billed on. It returns of how many that is.
func (a *app) deregister(ctx context.Context, c connection, run *consumer.Run, n int) (left int) {
	removed := a.patience("removing " + term.Count(n, "consumer"))
	all := run.Deregister(ctx)
	removed()
	a.tellLeft(c, all)
	return len(all)
}

func (a *app) tellLeft(c connection, left []consumer.Left) {
	for _, l := range left {
		a.notice(fmt.Sprintf("consumer %s was not removed: %s", l.Name, reason(l.Err)))
		a.hint(consumer.Command(c.ARN, l.Name))
	}
}
