package cmd

import (
	"fmt"
	"time"

	"kinspect/internal/position"
	"kinspect/tail"
)

const readWhatIsThere = "--from 1h, or --from trim-horizon, reads what is there"

// checkWindow refuses a window in which nothing can arrive, by the server's clock.
// A first run with --resume may well be there to note the positions.
func (a *app) checkWindow(f *tailFlags, o tail.Options, now time.Time) error {
	atLatest := o.From.Kind == position.Latest && o.Resume == nil
	switch {
	case o.From.Kind == position.AtTimestamp && o.From.Time.After(now):
		return &usageError{
			err:  fmt.Errorf("--from %s lies ahead: now it is %s", f.from, f.when(now)),
			hint: "leave --from out to begin now; times without a zone are UTC",
		}
	case atLatest && !o.Until.IsZero() && o.Until.Before(now):
		return &usageError{err: fmt.Errorf("the window begins now, at the latest record, after its end at %s", f.when(o.Until)), hint: readWhatIsThere}
	case atLatest && (o.NoFollow || o.Until.Equal(now)) && !a.flags.quiet:
		fmt.Fprintln(a.err, "kinspect: note: the window begins now, at the latest record, and ends now: nothing is in it; "+readWhatIsThere)
	}
	return nil
}
