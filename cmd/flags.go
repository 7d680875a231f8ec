package cmd

import (
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

// checkLocalSpace refuses `--local FILE`, which would take the sample stream
// and the file for an operand.
func (a *app) checkLocalSpace() error {
	i := slices.Index(a.Args, "--local")
	if i < 0 || i+1 == len(a.Args) || strings.HasPrefix(a.Args[i+1], "-") {
		return nil
	}
	file := a.Args[i+1]
	if _, err := os.Stat(file); err != nil {
		return nil
	}
	return &usageError{err: errLocalSpace, hint: "write --local=" + file}
}

// operands makes a usage error of a wrong number of operands, and of an operand
// that was meant for --local.
func (a *app) operands(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := a.checkLocalSpace(); err != nil || check == nil {
			return err
		}
		if err := check(c, args); err != nil {
			return &usageError{err: err, hint: "usage: " + c.UseLine()}
		}
		return nil
	}
}
