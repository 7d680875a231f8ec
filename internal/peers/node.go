package peers

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// A process is a script of testdata/peers that runs in Node. The scripts end when
// their standard input does, so none survives a test that is killed.
type process struct {
	stdin  io.WriteCloser
	stdout io.ReadCloser
}

// start runs a script until the test ends, and shows what it wrote to standard
// error if the test failed.
func start(t testing.TB, script string, args ...string) *process {
	t.Helper()
	dir := folder(t)
	node, err := exec.LookPath("node")
	if err != nil {
		missing(t, "Node is not installed: %v", err)
	}
	// npm writes this file last. That it is looked at here has a second use: go
	// test runs the test again, instead of showing a cached result, after npm ci.
	if _, err := os.Stat(filepath.Join(dir, "node_modules", ".package-lock.json")); err != nil {
		missing(t, "run npm ci --prefix testdata/peers --ignore-scripts: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, script)); err != nil {
		t.Fatalf("start a peer: %v", err)
	}

	return launch(t, script, exec.Command(node, append([]string{script}, args...)...))
}

// launch runs a script of testdata/peers by the command for it.
func launch(t testing.TB, script string, cmd *exec.Cmd) *process {
	t.Helper()
	cmd.Dir = folder(t)
	cmd.Env = environment()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdin, err1 := cmd.StdinPipe()
	stdout, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2, cmd.Start()); err != nil {
		t.Fatalf("start %s: %v", script, err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() && stderr.Len() > 0 {
			t.Logf("standard error of %s:\n%s", script, &stderr)
		}
	})
	return &process{stdin: stdin, stdout: stdout}
}

// environment holds nothing of the user's: both the endpoints and the AWS SDK
// take settings from it.
func environment() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"),
		"AWS_CONFIG_FILE=" + os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
		"AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true",
	}
}

// folder finds testdata/peers from the folder of any package of the module.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatalf("find testdata/peers: %v", err)
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "go.mod"))
		if err == nil {
			return filepath.Join(dir, "testdata", "peers")
		}
		parent := filepath.Dir(dir)
		if !errors.Is(err, fs.ErrNotExist) || parent == dir {
			t.Fatalf("find testdata/peers: no go.mod above the test's folder: %v", err)
		}
		dir = parent
	}
}

// missing skips the test, or fails it where peers are meant to be there.
func missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("KINSPECT_PEERS") == "1" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}
