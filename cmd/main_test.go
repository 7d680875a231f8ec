package cmd

import (
	"bytes"
	"context"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"kinspect/internal/peers"
	"kinspect/internal/wire"
)

// Commands too find out whether a record is kept for longer than it is there.
func init() { wire.Poisoned = true }

func TestMain(m *testing.M) {
	testscript.Main(account{m}, map[string]func(){
		"kinspect": func() { os.Exit(Process()) },
	})
}

// waitersMax is how many tests run at once unless -parallel says otherwise: they
// wait for records to settle more than they compute.
const waitersMax = "8"

// account gives the tests an account that nobody checks, and keeps the
// machine's own configuration out.
type account struct{ *testing.M }

func (a account) Run() int {
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": peers.Region,
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
		"AWS_EC2_METADATA_DISABLED": "true",
	} {
		_ = os.Setenv(name, value)
	}
	_ = flag.Set("test.parallel", waitersMax)
	return a.M.Run()
}

// result is what a command did.
type result struct {
	stdout, stderr string
	code           int
}

// kinspect runs the command line in this process.
func kinspect(t *testing.T, args ...string) result {
	t.Helper()
	return kinspectWith(t, strings.NewReader(""), args...)
}

func kinspectWith(t *testing.T, stdin *strings.Reader, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	code := Main(ctx, Env{
		Args: args, Stdin: stdin, Stdout: &stdout, Stderr: &stderr,
		Getenv: func(string) string { return "" }, Now: time.Now,
	})
	return result{stdout.String(), stderr.String(), code}
}

// want fails unless the command ended with the code.
func (r result) want(t *testing.T, code int) {
	t.Helper()
	if r.code != code {
		t.Fatalf("exit code %d, want %d\nstdout: %s\nstderr: %s", r.code, code, r.stdout, r.stderr)
	}
}
