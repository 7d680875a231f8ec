package cmd

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"kinspect/internal/decode"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/term"
	"kinspect/tail"
)

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
	if relative(f.from) && o.From.Kind == position.AtTimestamp && (o.Resume == nil || o.Resume.Last == nil) {
		fmt.Fprintf(a.err, "kinspect: note: from %s\n", f.when(o.From.Time))
	}
	if relative(f.until) {
		fmt.Fprintf(a.err, "kinspect: note: until %s\n", f.when(o.Until))
	}
}

// relative tells whether a time was given other than by its date.
func relative(text string) bool { return text != "" && !strings.Contains(text, "-") }

// zones are the values of --time.
var zones = map[string]*time.Location{"utc": time.UTC, "local": time.Local}

func (f *tailFlags) when(t time.Time) string { return record.Timestamp{Time: t}.WordsIn(zones[f.time]) }

var errNarrowKey = errors.New("--narrow goes with --partition-key")

// narrows has only the shards read that the keys' MD5 names, and says under which
// condition that is all of them.
func (a *app) narrows(f *tailFlags, c connection, o *tail.Options) error {
	switch {
	case !f.narrow:
		return nil
	case c.Distribution == "AUTO":
		return &usageError{
			err:  fmt.Errorf("--narrow: stream %q distributes records by itself, so that a partition key names no shard", c.Name),
			hint: "leave --narrow out: all shards are read",
		}
	}
	o.NarrowTo = f.partitionKeys
	if !a.flags.quiet {
		others := ""
		if c.Denied != nil {
			others = ", and all of them if the stream has AUTO distribution, which only its description tells"
		}
		fmt.Fprintf(a.err, "kinspect: note: only the shards that the MD5 of the partition keys names are read; records put with an explicit hash key, as by the KPL, may be in others%s\n", others)
	}
	return nil
}

// resumes reads the file to go on from, before any call is made.
func (f *tailFlags) resumes(o *tail.Options) error {
	if f.narrow && len(f.partitionKeys) == 0 {
		return &usageError{err: errNarrowKey}
	}
	if f.resume == "" {
		return nil
	}
	last, err := tail.ReadCheckpoint(f.resume)
	o.Resume = &tail.Resume{Path: f.resume, Last: last, Filters: f.filters()}
	return err
}

// filters are the flags that choose records, or what others choose them by.
func (f *tailFlags) filters() []string {
	all := []string{}
	add := func(flag string, values ...string) {
		for _, v := range values {
			if v != "" {
				all = append(all, "--"+flag+"="+v)
			}
		}
	}
	add("shard", shardIDs(f.shards)...)
	add("partition-key", f.partitionKeys...)
	add("grep", f.grep)
	add("regexp", f.regexp)
	add("jq", f.jq)
	if f.decode.layers != decode.Auto.String() {
		add("decode", f.decode.layers)
	}
	add("avro", f.decode.avro)
	add("proto", f.decode.proto)
	add("message", f.decode.message)
	if f.ignoreCase {
		add("ignore-case", "true")
	}
	if f.narrow {
		add("narrow", "true")
	}
	return all
}

// tellResumed says that the file decides where to begin.
func (a *app) tellResumed(f *tailFlags, o tail.Options) {
	if o.Resume != nil && o.Resume.Last != nil && f.from != "" && !a.flags.quiet {
		fmt.Fprintf(a.err, "kinspect: note: going on where %s says; --from is for the first run\n", term.EscapeLine(f.resume))
	}
}
