package cmd

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"kinspect/internal/awsconf"
)

// sample is the value of --local without a file.
const sample = "sample stream"

// common is the flags that every command has.
type common struct {
	awsconf.Options
	local string
	color string
	quiet bool
}

func (c *common) bind(f *pflag.FlagSet) {
	f.StringVar(&c.Region, "region", "", "AWS `region`; by default the SDK's own chain decides, or a stream ARN")
	f.StringVar(&c.Profile, "profile", "", "AWS `profile` of the shared configuration")
	f.StringVar(&c.EndpointURL, "endpoint-url", "", "call this `URL` instead of AWS")
	f.StringVar(&c.local, "local", "", "use an endpoint in this process: the sample stream \"checkout\", or a capture, the `file` of a tail -o json")
	f.Lookup("local").NoOptDefVal = sample
	f.StringVar(&c.color, "color", "auto", "colour the output: `auto`, always, never")
	f.BoolVarP(&c.quiet, "quiet", "q", false, "print no notices, progress and summaries")
}

// capture tells whether --local names a file of records.
func (a *app) capture() bool { return a.flags.local != "" && a.flags.local != sample }

// checkEmpty refuses a flag that is given and empty, as an unset variable of a
// script makes it: what was to narrow a question down must not just go away.
func checkEmpty(c *cobra.Command) (err error) {
	c.Flags().Visit(func(f *pflag.Flag) {
		if err == nil && (f.Value.String() == "" || f.Value.String() == "[]") {
			err = &usageError{err: fmt.Errorf("--%s is given and empty", f.Name)}
		}
	})
	return err
}

// spaced is the word behind a flag that has no value of its own, which may have been
// meant to be one. What is behind -- is not ours.
func (a *app) spaced(flag string) (word string, found bool) {
	args := a.Args
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	i := slices.Index(args, flag)
	if i < 0 || i+1 == len(args) || strings.HasPrefix(args[i+1], "-") {
		return "", false
	}
	return args[i+1], true
}

func localSpaceError(file string) error {
	return &usageError{err: errLocalSpace, hint: "write --local=" + file}
}

// operands makes a usage error of a wrong number of operands, and of an operand
// that was meant for --fan-out, or for --local: one too many, or one that is a file.
func (a *app) operands(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := a.fanOutSpaceError(c); err != nil {
			return err
		}
		word, spaced := a.spaced("--local")
		if _, err := os.Stat(word); spaced && err == nil {
			return localSpaceError(word)
		}
		if check == nil {
			return nil
		}
		err := check(c, args)
		switch {
		case err == nil:
			return nil
		case spaced && check(c, args[:max(0, len(args)-1)]) == nil:
			return localSpaceError(word)
		}
		return &usageError{err: operandsError(c, args), hint: "usage: " + c.UseLine()}
	}
}

// operandsError is a wrong number of operands.
func operandsError(c *cobra.Command, args []string) error {
	_, takes, some := strings.Cut(c.Use, " ")
	first, _, _ := strings.Cut(takes, " ")
	switch {
	case !some:
		return fmt.Errorf("%s takes nothing behind it, such as %q", c.CommandPath(), args[0])
	case len(args) == 0:
		return fmt.Errorf("%s is missing", strings.Trim(first, "[.]"))
	}
	return fmt.Errorf("%s takes %s, and %d are given; what has spaces in it belongs in quotes", c.CommandPath(), takes, len(args))
}
