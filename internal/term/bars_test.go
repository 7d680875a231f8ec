package term

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// watched is a terminal that can be looked at while it is written to.
type watched struct {
	columns int
	mu      sync.Mutex
	written bytes.Buffer
}

// watch opens a terminal, and a stream to it.
func watch(t *testing.T, columns uint16, mode Mode) (*watched, *Output) {
	t.Helper()
	master, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: columns}); err != nil {
		t.Fatal(err)
	}
	w, read := &watched{columns: int(columns)}, make(chan struct{})
	go func() {
		defer close(read)
		_, _ = io.Copy(w, master) // ends with EIO once the terminal is closed
	}()
	t.Cleanup(func() {
		terminal.Close()
		<-read
		master.Close()
	})
	return w, NewOutput(terminal, mode, env())
}

func bars(t *testing.T, on *Output) *Bars {
	b := NewBars(NewStatus(on))
	t.Cleanup(b.Clear)
	return b
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.written.Write(p)
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.written.String()
}

// await waits until the screen shows these lines.
func (w *watched) await(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for range 1000 {
		if got = onScreen(w.String(), w.columns); slices.Equal(got, want) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("the terminal shows\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
}

var frame = Frame{
	Head: "2 of 4,000 shards read, 1,204,331 records, 2h0m behind",
	Bars: []Bar{
		{Name: "total", Done: 0.5, Words: []string{"about 3m20s left", "9.6 MB/s", "18,200 records/s"}},
		{Name: "shard 3", Done: 0.999, Words: []string{"1m behind", "1.2 MB/s", "throttled 12 times"}},
		{Name: "shard 1200", Done: 1, Words: []string{"read"}},
	},
	Foot: "and 3,998 more",
}

// What a narrow terminal has no room for is left out, and the bars stay aligned.
func TestBars(t *testing.T) {
	for columns, want := range map[uint16][]string{
		100: {
			"2 of 4,000 shards read, 1,204,331 records, 2h0m behind",
			"total      ██████████·········  50 %  about 3m20s left, 9.6 MB/s, 18,200 records/s",
			"shard 3    ███████████████████  99 %  1m behind, 1.2 MB/s, throttled 12 times",
			"shard 1200 ███████████████████ 100 %  read",
			"and 3,998 more",
		},
		60: {
			"2 of 4,000 shards read, 1,204,331 records, 2h0m behind",
			"total      ██████·····  50 %  about 3m20s left, 9.6 MB/s",
			"shard 3    ███████████  99 %  1m behind, 1.2 MB/s",
			"shard 1200 ███████████ 100 %  read",
			"and 3,998 more",
		},
		40: {
			"2 of 4,000 shards read, 1,204,331 reco…",
			"total      ████···  50 %",
			"shard 3    ███████  99 %  1m behind",
			"shard 1200 ███████ 100 %  read",
			"and 3,998 more",
		},
		12: {"2 of 4,000…", "to… █  50 %", "sh… █  99 %", "sh… █ 100 %", "and 3,998 …"},
	} {
		screen, out := watch(t, columns, Never)
		fmt.Fprintln(out, "before")
		b := bars(t, out)
		b.Set(frame)
		screen.await(t, append([]string{"before"}, want...)...)
		b.Clear()
		screen.await(t, "before", "")
	}
}

// A frame may have fewer bars than the one before, and what is written goes above.
func TestBarsChange(t *testing.T) {
	screen, out := watch(t, 80, Never)
	b := bars(t, out)
	b.Set(frame)
	b.Set(Frame{Head: "waiting"})
	screen.await(t, "waiting")
	fmt.Fprintln(out, "kinspect: note: shard 3 is slow")
	b.Set(Frame{Bars: []Bar{{Done: 0.25, Words: []string{"250 lines put"}}}})
	screen.await(t, "kinspect: note: shard 3 is slow", "████···········  25 %  250 lines put")
	fmt.Fprintln(out, "kinspect: note: again")
	screen.await(t, "kinspect: note: shard 3 is slow", "kinspect: note: again", "████···········  25 %  250 lines put")
	b.Clear()
	screen.await(t, "kinspect: note: shard 3 is slow", "kinspect: note: again", "")
}

// However full a bar is, clearing waits for none and leaves no goroutine.
func TestBarsLeaveNothingRunning(t *testing.T) {
	_, out := watch(t, 80, Never)
	for range 20 {
		b := bars(t, out)
		for done := range 5 {
			b.Set(Frame{Bars: slices.Repeat([]Bar{{Name: "x", Done: float64(done) / 4}}, done)})
		}
		b.Clear()
		b.Clear()
	}
	stacks := make([]byte, 1<<20)
	for range 1000 {
		if stacks = stacks[:runtime.Stack(stacks[:cap(stacks)], true)]; !bytes.Contains(stacks, []byte("vbauerster")) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("still running:\n%s", stacks)
}

func TestBarsAreEscapedAndStyled(t *testing.T) {
	for _, mode := range []Mode{Never, Always} {
		screen, out := watch(t, 80, mode)
		b := bars(t, out)
		b.Set(Frame{
			Head: "a\x1b[2J",
			Bars: []Bar{{Name: "shard \x1b]0;x\a\n", Style: out.Error, Words: []string{"b\x1b[1A\r\n", "c"}}},
			Foot: "\u202ed",
		})
		screen.await(t, `a\x1b[2J`, `shard \x1b]0;x\x07\n ···············   0 %  b\x1b[1A\r\n, c`, `\u202ed`)
		if red := strings.Contains(screen.String(), "\x1b[31mshard "); red != (mode == Always) {
			t.Errorf("mode %v: %q", mode, screen)
		}
		b.Clear()
	}
}

func TestBarsAreSilentElsewhere(t *testing.T) {
	dumb, dumbBuf := pretend()
	dumb.dumb = true
	var pipeBuf bytes.Buffer
	for _, o := range []*Output{dumb, NewOutput(&pipeBuf, Always, env())} {
		b := NewBars(NewStatus(o))
		if b.Set(frame); b.pool != nil {
			t.Error("drawn for nobody")
		}
		b.Clear()
	}
	if dumbBuf.Len()+pipeBuf.Len() > 0 {
		t.Errorf("written: %q, %q", dumbBuf, &pipeBuf)
	}
}
