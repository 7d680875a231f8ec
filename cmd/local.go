package cmd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"kinspect/internal/local"
)

// endpointVariable is where every AWS SDK looks for Kinesis.
const endpointVariable = "AWS_ENDPOINT_URL_KINESIS"

type localFlags struct {
	listen   string
	streams  []string
	noQuotas bool
}

func (a *app) local() *cobra.Command {
	f := &localFlags{}
	c := &cobra.Command{
		Use:   "local [FILE...] [-- COMMAND...]",
		Short: "Serve a Kinesis endpoint in this process, for tests",
		Long: `Serve a Kinesis endpoint that keeps its records in memory: the streams given, the
captures given (files made by tail -o json, each a stream of the file's name), or
else the sample stream "checkout". It prints the lines that point AWS clients at
it, and ends on Ctrl-C. With a COMMAND it exports the variable, runs it, and ends
with its exit code.`,
		Example: `  kinspect local --stream orders:3 -- ./integration-test.sh
  kinspect local &   # then run the export lines that it prints`,
		RunE: func(c *cobra.Command, args []string) error {
			files, command := args, []string(nil)
			if dash := c.ArgsLenAtDash(); dash >= 0 {
				files, command = args[:dash], args[dash:]
			}
			return a.runLocal(c.Context(), f, files, command)
		},
	}
	c.Flags().StringVar(&f.listen, "listen", "127.0.0.1:4567", "serve at this `address`; port 0 takes a free one")
	c.Flags().StringArrayVar(&f.streams, "stream", nil, "create a stream, `NAME:SHARDS`; may be given again")
	c.Flags().BoolVar(&f.noQuotas, "no-quotas", false, "take records and reads as fast as they come; else a shard has the quotas of AWS")
	return c
}

func (a *app) runLocal(ctx context.Context, f *localFlags, files, command []string) error {
	server, err := a.localStreams(f, files)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", f.listen)
	if err != nil {
		return fmt.Errorf("serving at %s: %w", f.listen, err)
	}
	served := server.HTTPServer()
	failed := make(chan error, 1)
	go func() { failed <- served.Serve(listener) }()
	defer served.Close()
	url := "http://" + listener.Addr().String()
	if len(command) > 0 {
		return a.runCommand(ctx, command, url)
	}
	for _, pair := range append([]string{endpointVariable + "=" + url}, missingEnv()...) {
		if _, err := fmt.Fprintln(a.out, "export "+pair); err != nil {
			return err
		}
	}
	select {
	case <-ctx.Done():
		return exitInterrupted
	case err := <-failed:
		if errors.Is(err, http.ErrServerClosed) {
			return nil
		}
		return fmt.Errorf("serving at %s: %w", f.listen, err)
	}
}

// localStreams makes the endpoint with what was asked for, or the sample.
func (a *app) localStreams(f *localFlags, files []string) (*local.Server, error) {
	server := local.New(local.Options{Clock: local.NewJumpClock(a.Now()), NoQuotas: f.noQuotas})
	if len(files) == 0 && len(f.streams) == 0 {
		return server, server.LoadSample()
	}
	for _, given := range f.streams {
		name, count, _ := strings.Cut(given, ":")
		shards, err := strconv.Atoi(count)
		if err != nil {
			return nil, &usageError{err: fmt.Errorf("stream %q is not NAME:SHARDS", given)}
		}
		if err := server.CreateStream(name, shards); err != nil {
			return nil, &usageError{err: fmt.Errorf("creating stream %q: %w", given, err)}
		}
	}
	for _, path := range files {
		if err := loadCapture(server, captureName(path), path); err != nil {
			return nil, err
		}
	}
	return server, nil
}

// captureName names the stream of a capture after its file.
func captureName(path string) string {
	name := path[strings.LastIndexByte(path, '/')+1:]
	name, _, _ = strings.Cut(name, ".")
	return name
}

func loadCapture(server *local.Server, name, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("reading the capture: %w", err)
	}
	defer file.Close()
	if err := server.Load(name, file); err != nil {
		return &usageError{err: fmt.Errorf("reading the capture %s: %w", path, err), hint: captureHint}
	}
	return nil
}

// runCommand runs the command against the endpoint and passes its exit code on.
func (a *app) runCommand(ctx context.Context, command []string, url string) error {
	child := exec.CommandContext(ctx, command[0], command[1:]...)
	child.Stdin, child.Stdout, child.Stderr = a.Stdin, a.Stdout, a.Stderr
	child.Env = append(localEnv(), endpointVariable+"="+url)
	child.Cancel = func() error { return child.Process.Signal(os.Interrupt) }
	child.WaitDelay = 10 * time.Second
	err := child.Run()
	var ended *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return exitInterrupted
	case errors.As(err, &ended):
		return exitCode(codeOf(ended))
	case err != nil:
		return fmt.Errorf("running %s: %w", command[0], err)
	}
	return nil
}

// codeOf is a command's exit code as a shell tells it: 128 and the signal's
// number if one ended it.
func codeOf(ended *exec.ExitError) int {
	if status, ok := ended.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return ended.ExitCode()
}

// localEnv is our environment, with a region and credentials where it has none:
// every AWS client wants them, and the endpoint checks none.
func localEnv() []string {
	return append(os.Environ(), missingEnv()...)
}

// missingEnv is what every AWS client wants beside the endpoint, and the
// environment does not have.
func missingEnv() (env []string) {
	for _, pair := range []string{
		"AWS_REGION=" + localRegion, "AWS_DEFAULT_REGION=" + localRegion, // the AWS CLI's first version reads the latter
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local",
	} {
		name, _, _ := strings.Cut(pair, "=")
		if os.Getenv(name) == "" && os.Getenv("AWS_PROFILE") == "" {
			env = append(env, pair)
		}
	}
	return env
}
