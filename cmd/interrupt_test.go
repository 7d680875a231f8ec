package cmd

import (
	"bytes"
	"context"
	"io"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"kinspect/internal/local"
)

// Ctrl-C prints what is known so far, and ends with 130.
func TestInterrupted(t *testing.T) {
	server, err := local.Sample(local.NewJumpClock(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(server)
	defer served.Close()
	cases := []struct {
		args           []string
		stdout, stderr string
	}{
		{[]string{"trace", "checkout", local.SampleMissingOrder}, "but the scan was interrupted, and 4 of 7 shards were not read to the end\n", ""},
		{[]string{"tail", "checkout", "--from", "trim-horizon"}, "ord-7f3k9q", "kinspect: printed 2919 of 2919 user records"},
		{[]string{"putrec", "checkout"}, "", "kinspect: put 1 of 1 records"},
	}
	for _, c := range cases {
		t.Run(c.args[0], func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			open, line := io.Pipe() // an input that does not end
			go func() { _, _ = io.WriteString(line, "hello\n") }()
			ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second) // time to read the sample
			defer cancel()
			code := Main(ctx, Env{
				Args: append(c.args, "--endpoint-url", served.URL), Stdin: open, Stdout: &stdout, Stderr: &stderr,
				Getenv: os.Getenv, Now: time.Now,
			})
			if code != 130 || !strings.Contains(stdout.String(), c.stdout) || !strings.Contains(stderr.String(), c.stderr) {
				t.Errorf("exit code %d, %d bytes on stdout, stderr: %s", code, stdout.Len(), stderr.String())
			}
		})
	}
}
