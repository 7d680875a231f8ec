package cmd

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"kinspect/internal/consumer"
)

const fanOutLong = `--fan-out reads by enhanced fan-out: consumers are registered on the stream for this
run, each with 2 MB a second of every shard that nobody shares, and removed at its
end, also after Ctrl-C. AWS bills them; without the flag none is ever registered. What
a kill -9 leaves is removed by the next run with --fan-out on the same machine; what
other machines may have left is named there, with the command that removes it.`

// fanOut is the value of --fan-out: how many consumers to read by; 0 reads by none.
type fanOut struct{ n, most int }

// bindFanOut is the flag of a command that reads by so many consumers at the most.
func bindFanOut(f *pflag.FlagSet, v *fanOut, most int, usage string) {
	v.most = most
	f.Var(v, "fan-out", usage)
	f.Lookup("fan-out").NoOptDefVal = "1"
}

// Set reads a number of consumers.
func (v *fanOut) Set(text string) error {
	n, err := strconv.Atoi(text)
	switch {
	case v.most == 1 && (err != nil || n != 1):
		return errors.New("tail reads each shard once, by one consumer")
	case err != nil || n < 1 || n > v.most:
		return fmt.Errorf("a number of consumers is 1 to %d", v.most)
	}
	v.n = n
	return nil
}

// Type names the value in pflag's messages.
func (v *fanOut) Type() string { return "number" }

func (v *fanOut) String() string {
	if v.n == 0 {
		return ""
	}
	return strconv.Itoa(v.n)
}

var (
	errFanOutSpace   = errors.New("--fan-out takes its number behind an equals sign")
	errFanOutCapture = errors.New("--fan-out: a capture has no consumers")
	errFanOutARN     = errors.New("--fan-out: consumers are registered by the stream's ARN, which only its description tells")
)

const withoutFanOut = "leave --fan-out out"

// fanOutSpaceError is a number behind --fan-out, which is taken for an operand.
func (a *app) fanOutSpaceError(c *cobra.Command) error {
	word, spaced := a.spaced("--fan-out")
	if _, err := strconv.Atoi(word); !spaced || err != nil {
		return nil
	}
	hint := "write --fan-out=" + word
	if c.Flags().Set("fan-out", word) != nil { // no number for this command either
		hint = "write --fan-out by itself"
	}
	return &usageError{err: errFanOutSpace, hint: hint}
}

// tooManyHint is what helps where a stream takes no more consumers.
func tooManyHint(e *consumer.TooMany) string {
	const limit = "a stream takes 20, with On-demand Advantage 50"
	if e.Room > 0 {
		return "--fan-out=" + strconv.Itoa(e.Room) + " is what there is room for: " + limit
	}
	return limit + "; aws kinesis deregister-stream-consumer removes one that is not needed"
}
