package cmd

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"kinspect/internal/pace"
	"kinspect/internal/stream"
	"kinspect/internal/term"
)

// What leaves to others three fifths, and two fifths, of each shard's read quota.
const (
	tailReadShare  pace.Share = 0.4
	traceReadShare pace.Share = 0.6
)

const shareHint = "give a number such as 0.2, or off for an endpoint that has no other consumers"

var errOffOnAWS = errors.New("--read-share off is for AWS only with --fan-out")

func bindShare(f *pflag.FlagSet, share *string, otherwise pace.Share) {
	f.StringVar(share, "read-share", otherwise.String(), "the `share` of each shard's read quota to use at the most, up to 1; or off: read as fast as it goes, on AWS only with --fan-out")
}

func parseShare(text string) (pace.Share, error) {
	share, err := pace.ParseShare(text)
	if err != nil {
		return share, &usageError{err: fmt.Errorf("--read-share %w", err), hint: shareHint}
	}
	return share, nil
}

// checkShare refuses to read without bounds beside consumers that depend on the
// stream, unless consumers of our own read.
func checkShare(share pace.Share, own bool, c *stream.Client) error {
	if share == pace.Off && !own && c.OnAWS() {
		return &usageError{err: errOffOnAWS, hint: "--read-share 1 takes all that a shard's quota allows"}
	}
	return nil
}

// tellCost says on standard error what the reading took.
func (a *app) tellCost(c *stream.Client, share pace.Share, used consumers) {
	if a.flags.quiet {
		return
	}
	cost := c.Cost()
	fmt.Fprintf(a.err, "kinspect: read %s in %s", term.Bytes(cost.Bytes), term.Count(cost.Calls, "call"))
	if cost.Throttled > 0 {
		met := "gave way to other consumers"
		if share == pace.Off {
			met = "was throttled"
		}
		fmt.Fprintf(a.err, "; %s %s", met, term.Count(cost.Throttled, "time"))
	}
	fmt.Fprintf(a.err, "%s\n", used)
}
