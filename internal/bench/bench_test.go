//go:build unix

// Package bench measures kinspect as its users run it, whole processes over loopback
// TLS, beside what nobody can beat and what everybody would write. It holds benchmarks
// alone:
//
//	go test ./internal/bench -run '^$' -bench . -count 5 | tee new && benchstat new
//
// The stream is served from memory by another process. Each figure is that of the
// reading process: its wall time, its CPU time, and the most memory it had resident.
package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// roles are what a process of the test binary may be told to be, by KINSPECT_ROLE.
var roles = map[string]func() error{
	"serve":   serve,
	"discard": discard,
	"naive":   naive,
	"poll":    poll,
}

// tool is kinspect, built as soon as it is wanted.
var tool = func() string { panic("there is no folder for it yet") }

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if role, told := roles[os.Getenv("KINSPECT_ROLE")]; told {
		if err := role(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}
	dir, err := os.MkdirTemp("", "kinspect-bench")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	tool = sync.OnceValue(func() string {
		path := filepath.Join(dir, "kinspect")
		if text, err := exec.Command("go", "build", "-o", path, "kinspect").CombinedOutput(); err != nil {
			panic(fmt.Sprintf("%v: %s", err, text))
		}
		return path
	})
	return m.Run()
}

// served is a stream in the memory of a process.
type served struct {
	endpoint
	Stored
}

// endpoint is where it is, and what a client must trust.
type endpoint struct{ URL, Bundle string }

// serving starts a server of a stream, until the benchmark is over.
func serving(b *testing.B, s Stored) served {
	b.Helper()
	tool() // lest the first run include the building of it
	c := exec.Command(os.Args[0])
	told, _ := json.Marshal(s)
	c.Env = append(os.Environ(), "KINSPECT_ROLE=serve", "KINSPECT_STORED="+string(told), "KINSPECT_DIR="+b.TempDir())
	c.Stderr = os.Stderr
	in, err := c.StdinPipe() // at whose end the server ends
	if err != nil {
		b.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = in.Close()
		_ = c.Wait()
	})
	of := served{Stored: s}
	if err := json.NewDecoder(out).Decode(&of.endpoint); err != nil {
		b.Fatal(err)
	}
	return of
}

// environment is what a client of the stream is told.
func (s served) environment(more ...string) []string {
	told, _ := json.Marshal(s)
	return append(append(os.Environ(),
		"AWS_ENDPOINT_URL="+s.URL, "AWS_CA_BUNDLE="+s.Bundle, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=y",
		"HOME=/nonexistent", "KINSPECT_STORED="+string(told)), more...)
}

// kinspect is the tool, with arguments.
func (s served) kinspect(args ...string) *exec.Cmd {
	c := exec.Command(tool(), append(args, "--color=never", "--quiet")...)
	c.Env = s.environment()
	return c
}

// client is another client of the stream.
func (s served) client(role string, more ...string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = s.environment(append(more, "KINSPECT_ROLE="+role)...)
	return c
}

// used is what runs of a process took.
type used struct {
	runs      int
	wall, cpu time.Duration
	resident  int64 // bytes, the most
}

// run runs a process to its end, which must be with one of the exit codes.
func (u *used) run(b *testing.B, c *exec.Cmd, codes ...int) (stdout []byte) {
	b.Helper()
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	began := time.Now()
	err := c.Run()
	u.wall += time.Since(began)
	if c.ProcessState == nil {
		b.Fatal(err)
	}
	if !slices.Contains(codes, c.ProcessState.ExitCode()) {
		b.Fatalf("%v: %s%s", err, out.Bytes(), said.Bytes())
	}
	u.runs++
	u.cpu += c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	u.resident = max(u.resident, resident(c.ProcessState))
	return out.Bytes()
}

// report tells what was taken for so many records and bytes of data in each run.
func (u *used) report(b *testing.B, records, bytes int64) {
	per := func(d time.Duration, n int64) float64 { return float64(d.Nanoseconds()) / float64(int64(u.runs)*n) }
	b.ReportMetric(float64(bytes)*float64(u.runs)/1e6/u.wall.Seconds(), "MB/s")
	b.ReportMetric(per(u.cpu, records), "cpu-ns/record")
	b.ReportMetric(float64(u.resident)/(1<<20), "resident-MiB")
}

// resident is the most memory that a process had, in bytes.
func resident(p *os.ProcessState) int64 {
	usage, told := p.SysUsage().(*syscall.Rusage)
	switch {
	case !told:
		return 0
	case runtime.GOOS == "darwin":
		return usage.Maxrss
	}
	return usage.Maxrss << 10
}
