package cmd

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// playing is a command that runs on a terminal, which can be looked at meanwhile.
type playing struct {
	columns   int
	interrupt context.CancelFunc
	ended     chan struct{}
	code      int // once it has ended

	mu      sync.Mutex
	written bytes.Buffer
}

// play starts a command on a terminal of that size, without colours.
func play(t *testing.T, columns, rows int, args ...string) *playing {
	t.Helper()
	return playOn(t, "xterm", columns, rows, args...)
}

func playOn(t *testing.T, kind string, columns, rows int, args ...string) *playing {
	t.Helper()
	master, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(terminal, &pty.Winsize{Rows: uint16(rows), Cols: uint16(columns)}); err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithTimeout(context.Background(), time.Minute)
	p := &playing{columns: columns, interrupt: interrupt, ended: make(chan struct{})}
	environment := map[string]string{"TERM": kind, "NO_COLOR": "1"}
	returned := make(chan struct{})
	go func() {
		defer close(returned)
		p.code = Main(ctx, Env{
			Args: args, Stdin: strings.NewReader(""), Stdout: terminal, Stderr: terminal,
			Getenv: func(name string) string { return environment[name] }, Now: time.Now,
		})
		terminal.Close()
	}()
	go func() {
		defer close(p.ended)
		_, _ = io.Copy(p, master) // ends with EIO once the terminal is closed
		<-returned
		master.Close()
	}()
	t.Cleanup(func() {
		interrupt()
		p.end()
	})
	return p
}

func (p *playing) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.written.Write(b)
}

// String is all that was written so far.
func (p *playing) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.written.String()
}

// lines are what the terminal shows now, with what it has scrolled away.
func (p *playing) lines() []string {
	screen := vt10x.New(vt10x.WithSize(p.columns, 300))
	_, _ = io.WriteString(screen, p.String())
	lines := strings.Split(strings.TrimRight(screen.String(), " \n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return lines
}

// await waits until a text is shown, and returns what is shown then.
func (p *playing) await(t *testing.T, text string) []string {
	t.Helper()
	for range 3000 {
		lines := p.lines()
		if strings.Contains(strings.Join(lines, "\n"), text) {
			return lines
		}
		select {
		case <-p.ended:
			t.Fatalf("%q was not shown, and the command ended with %d: %q", text, p.code, p)
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Fatalf("%q is not shown, but\n%s", text, strings.Join(p.lines(), "\n"))
	return nil
}

// end waits for the command.
func (p *playing) end() { <-p.ended }

// wantNoBars says that nothing of a progress display is left.
func (p *playing) wantNoBars(t *testing.T) {
	t.Helper()
	for _, line := range p.lines() {
		if strings.ContainsAny(line, "█·%") || strings.Contains(line, "so far") || strings.Contains(line, " more") {
			t.Errorf("%q is left of the progress", line)
		}
	}
}

// gate holds calls of an operation from the nth on, until it is opened.
type gate struct {
	operation string
	nth       int64
	calls     atomic.Int64
	opened    chan struct{}
	open      func()
}

func newGate(operation string, nth int64) *gate {
	g := &gate{operation: operation, nth: nth, opened: make(chan struct{})}
	g.open = sync.OnceFunc(func() { close(g.opened) })
	return g
}

func (g *gate) before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+g.operation) && g.calls.Add(1) >= g.nth {
			select {
			case <-g.opened:
			case <-r.Context().Done():
			}
		}
		next.ServeHTTP(w, r)
	})
}

// TestScreen holds the screen to what terminals do.
func TestScreen(t *testing.T) {
	p := &playing{columns: 10}
	fmt.Fprint(p, "before\r\n", "\r12345\x1b[K\r\n678\x1b[J", "\r\x1b[1Aab\x1b[J")
	if got := strings.Join(p.lines(), "|"); got != "before|ab" {
		t.Errorf("%q", got)
	}
}
