// Package cmd is the command line: flags become Options, a verb package does
// the work, and its answer becomes output and an exit code. It reads no stream
// and judges nothing.
package cmd

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"kinspect/internal/term"
)

// Env is what a run gets from the machine.
type Env struct {
	Args           []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	// Now is the time at which the sample stream of --local ends.
	Now func() time.Time
}

// Process runs the command line of this process, which its signals end, and returns
// the exit code.
func Process() int {
	// A closed pipe is success, not a death. What is ignored would be inherited by
	// the command that local runs; what is caught is not.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup
		ends = append(ends, syscall.SIGHUP) // the terminal was closed: consumers are to be removed all the same
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	context.AfterFunc(ctx, stop) // the second Ctrl-C ends at once
	return Main(ctx, Env{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Getenv: os.Getenv, Now: time.Now,
	})
}

// app is one run.
type app struct {
	Env
	flags common
	// out and err are for answers and for all else; set once --color is known.
	out, err *term.Output
}

// Main runs the command line and returns the exit code.
func Main(ctx context.Context, env Env) int {
	a := &app{Env: env}
	a.setOutputs(term.Auto)
	root := a.root()
	root.SetArgs(env.Args)
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	return a.finish(root.ExecuteContext(ctx))
}

func (a *app) setOutputs(mode term.Mode) {
	a.out = term.NewOutput(a.Stdout, mode, a.Getenv)
	a.err = term.NewOutput(a.Stderr, mode, a.Getenv)
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "kinspect",
		Short: "Say what is in an AWS Kinesis stream",
		Long: "Say what is in an AWS Kinesis stream: follow it, put records, map its shards,\n" +
			"and above all tell whether an event entered it, with the proof.\n\n" + exitCodes,
		Version:       toolVersion(),
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			return a.prepare(c)
		},
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.Flags().Bool("version", false, "print the version") // cobra's own would take -v as well
	root.SetFlagErrorFunc(flagError)
	a.flags.bind(root.PersistentFlags())
	root.AddCommand(a.tail(), a.trace(), a.putrec(), a.shardmap(), a.local(), a.version())
	for _, c := range root.Commands() {
		c.Args = a.operands(c.Args)
	}
	a.complete(root)
	strictHelp(root)
	return root
}

// strictHelp makes help for a command that does not exist a usage error; cobra's own
// prints the root's help and is content.
func strictHelp(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		if c.Name() != "help" {
			continue
		}
		c.Example = "  kinspect help putrec\n  kinspect help completion bash"
		c.Run, c.RunE = nil, func(_ *cobra.Command, args []string) error {
			about, _, err := root.Find(args)
			if err != nil {
				return &usageError{err: err, hint: "kinspect --help lists the commands"}
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		}
	}
}

// prepare checks what all commands share.
func (a *app) prepare(c *cobra.Command) error {
	mode, err := term.ParseMode(a.flags.color)
	if err != nil {
		return &usageError{err: err}
	}
	a.setOutputs(mode)
	return checkEmpty(c)
}
