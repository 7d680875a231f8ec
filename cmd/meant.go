package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const (
	meantStream = "the stream stands by itself: kinspect COMMAND orders"
	meantFrom   = "--from takes a time, or how long ago: --from 15m"
	meantUntil  = "--until takes a time, or now"
	meantFollow = "tail follows by itself; --no-follow ends it when all was read up to now"
	meantLast   = "--from 15m begins that long ago; -n 10 ends after the first ten"
	meantFilter = "--grep takes a text, --regexp an expression, --jq a program"
	meantFormat = "-o takes pretty, json, data or raw; --template a Go template"
)

// meant is what flags of the AWS CLI, kubectl, stern, awslogs, kcat and rpk are
// called by tail, or why they are missing.
var meant = map[string]string{
	"stream-name": meantStream, "stream-arn": meantStream, "stream": meantStream,
	"since": meantFrom, "since-time": meantFrom, "start": meantFrom, "start-time": meantFrom, "timestamp": meantFrom,
	"s": meantFrom, "from-beginning": "write --from trim-horizon", "shard-iterator-type": "write --from trim-horizon, latest, a time or a sequence number",
	"starting-sequence-number": "write --from NUMBER",
	"end":                      meantUntil, "end-time": meantUntil, "to": meantUntil,
	"follow": meantFollow, "f": meantFollow, "watch": meantFollow, "w": meantFollow,
	"exit": "write --no-follow", "e": "write --no-follow",
	"tail": meantLast, "last": meantLast, "lines": meantLast,
	"count": "write -n", "c": "write -n", "max-items": "write -n", "num": "write -n",
	"filter": meantFilter, "filter-pattern": meantFilter, "include": meantFilter, "exclude": meantFilter, "query": meantFilter,
	"format": meantFormat, "json": "write -o json", "raw": "write -o raw", "timestamps": "-o pretty and -o json print them",
	"shard-id": "write --shard", "key": "write --partition-key",
	"timeout": "--until takes the time at which to end",
}

// unknownFlag is a flag that there is not, with what was likely meant.
func unknownFlag(c *cobra.Command, name string, short bool) error {
	spelled := "--" + name
	if short {
		spelled = "-" + name
	}
	hint := c.CommandPath() + " --help lists the flags"
	if like := likeFlags(c, name); !short && len(like) > 0 {
		hint = "did you mean " + strings.Join(like, " or ") + "?"
	}
	if known := meant[name]; known != "" && c.Name() == "tail" {
		hint = known
	}
	return &usageError{err: fmt.Errorf("unknown flag: %s", spelled), hint: hint}
}

// likeFlags are the command's flags whose names are much the same.
func likeFlags(c *cobra.Command, name string) (like []string) {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	for _, n := range nearest(name, names) {
		like = append(like, "--"+n)
	}
	return like
}
