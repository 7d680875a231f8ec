package cmd

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
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
		{[]string{"tail", "checkout", "--from", "trim-horizon"}, "ord-7f3k9q", "kinspect: printed 2,919 of 2,919 user records"},
		{[]string{"putrec", "checkout"}, "", "kinspect: put 1 of 1 record ("},
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

// Ctrl-C before anything is known is no error either.
func TestInterruptedWhileConnecting(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		cancel()
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer refusing.Close()
	var stdout, stderr bytes.Buffer
	code := Main(ctx, Env{
		Args: []string{"trace", "orders", "ord-1", "--endpoint-url", refusing.URL}, Stdout: &stdout, Stderr: &stderr,
		Getenv: os.Getenv, Now: time.Now,
	})
	if code != 130 || stdout.Len()+stderr.Len() > 0 {
		t.Errorf("exit code %d, printed %s%s", code, stdout.String(), stderr.String())
	}
}

// Nor is it before the shards have come.
func TestInterruptedWhileWaitingForShards(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	open, _ := io.Pipe()
	var stdout, stderr bytes.Buffer
	code := Main(ctx, Env{
		Args: []string{"shardmap", "checkout", "--shards", "-"}, Stdin: open, Stdout: &stdout, Stderr: &stderr,
		Getenv: os.Getenv, Now: time.Now,
	})
	if code != 130 || stdout.Len()+stderr.Len() > 0 {
		t.Errorf("exit code %d, printed %s%s", code, stdout.String(), stderr.String())
	}
}

type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, syscall.EPIPE }

// Nobody may be reading on: the exit code tells the verdict all the same.
func TestVerdictWithoutAReader(t *testing.T) {
	for code, args := range map[int][]string{
		0: {"trace", "checkout", local.SamplePlainOrder},
		1: {"trace", "checkout", local.SampleMissingOrder},
		3: {"trace", "checkout", local.SampleMissingOrder, "--from", "3d"},
	} {
		var stderr bytes.Buffer
		got := Main(context.Background(), Env{
			Args: append(args, "--local"), Stdout: closedPipe{}, Stderr: &stderr, Getenv: os.Getenv, Now: time.Now,
		})
		if got != code {
			t.Errorf("%v: exit code %d, want %d", args, got, code)
		}
	}
}

// Receipts without a reader are lost; who has seen enough of a --check lost nothing.
func TestPutWithoutAReader(t *testing.T) {
	for _, c := range []struct {
		code   int
		stderr string
		args   []string
	}{
		{0, "", []string{"putrec", "checkout", "hello", "--check"}},
		{3, "writing the receipt of line 1: broken pipe\n", []string{"putrec", "checkout", "hello"}},
	} {
		var stderr bytes.Buffer
		got := Main(context.Background(), Env{
			Args: append(c.args, "--local"), Stdout: closedPipe{}, Stderr: &stderr, Getenv: os.Getenv, Now: time.Now,
		})
		if got != c.code || !strings.HasSuffix(stderr.String(), c.stderr) || c.code == 0 && stderr.Len() > 0 {
			t.Errorf("%v: exit code %d, says %s", c.args, got, stderr.String())
		}
	}
}
