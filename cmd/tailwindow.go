package cmd

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"kinspect/internal/position"
	"kinspect/internal/record"
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

// window resolves the positions against the server's now.
func (f *tailFlags) window(o *tail.Options, now time.Time) (err error) {
	if o.From, err = position.Parse(cmp.Or(f.from, "latest"), now); err != nil {
		return &usageError{err: fmt.Errorf("--from %w", err), hint: fromHint(f.from)}
	}
	if f.until == "" {
		return nil
	}
	if o.Until, err = parseTime("--until", f.until, now); err != nil {
		return err
	}
	if o.From.Kind == position.AtTimestamp && o.From.Time.After(o.Until) {
		return &usageError{
			err:  fmt.Errorf("the window begins at %s, after its end at %s", f.when(o.From.Time), f.when(o.Until)),
			hint: "--until is a time, not how long the window is",
		}
	}
	return nil
}

// fromHint answers what other tools call a position.
func fromHint(text string) string {
	switch word := strings.ToLower(text); {
	case strings.HasPrefix(word, "@"):
		return "write --from T1 --until T2 for @T1:T2"
	case strings.HasPrefix(word, "-"):
		return "write --from " + strings.TrimLeft(text, "-") + ": a time ago needs no sign"
	case word == "beginning" || word == "earliest" || word == "oldest" || word == "start" || word == "trim_horizon":
		return "write --from trim-horizon"
	case word == "end" || word == "newest" || word == "latest":
		return "write --from latest, or leave it out"
	}
	return timeHint + "; or latest, trim-horizon, a sequence number"
}

// tellWindow says which instants were meant, where they were not given as such.
func (a *app) tellWindow(f *tailFlags, o tail.Options) {
	if a.flags.quiet {
		return
	}
	if !instant(f.from) && o.From.Kind == position.AtTimestamp && (o.Resume == nil || o.Resume.Last == nil) {
		fmt.Fprintf(a.err, "kinspect: note: from %s\n", f.when(o.From.Time))
	}
	if f.until != "" && !instant(f.until) {
		fmt.Fprintf(a.err, "kinspect: note: until %s\n", f.when(o.Until))
	}
}

// instant tells whether a time was given with its zone.
func instant(text string) bool {
	_, err := time.Parse(time.RFC3339Nano, text)
	return err == nil
}

// zones are the values of --time.
var zones = map[string]*time.Location{"utc": time.UTC, "local": time.Local}

func (f *tailFlags) when(t time.Time) string { return record.Timestamp{Time: t}.WordsIn(zones[f.time]) }
