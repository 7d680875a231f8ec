package term

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// onScreen plays what was written to a terminal of so many columns, and returns its
// lines up to the cursor's.
func onScreen(written string, columns int) []string {
	screen := vt10x.New(vt10x.WithSize(columns, 300))
	written = strings.ReplaceAll(written, "\r\n", "\n") // what the terminal's ONLCR has made of it
	_, _ = screen.Write([]byte(strings.ReplaceAll(written, "\n", "\r\n")))
	lines := strings.Split(screen.String(), "\n")[:screen.Cursor().Y+1]
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return lines
}

// pretend is a terminal whose writes a test can see.
func pretend() (*Output, *bytes.Buffer) {
	var buf bytes.Buffer
	o := NewOutput(&buf, Always, env())
	o.Terminal, o.Width = true, widthFallback
	return o, &buf
}

func TestStatus(t *testing.T) {
	cases := []struct {
		name string
		do   func(s *Status, out func(string))
		want []string
	}{
		{"drawn in place", func(s *Status, _ func(string)) {
			s.Set("1 of 3 shards read")
			s.Set("2 of 3")
		}, []string{"2 of 3"}},
		{"cleared", func(s *Status, _ func(string)) {
			s.Set("1 of 3")
			s.Clear()
			s.Clear()
		}, []string{""}},
		{"output goes above", func(s *Status, out func(string)) {
			s.Set("1 of 3")
			out("record\n")
			s.Set("2 of 3")
		}, []string{"record", "2 of 3"}},
		{"not drawn again by output", func(s *Status, out func(string)) {
			s.Set("1 of 3")
			out("record\n")
			out("record\n")
		}, []string{"record", "record", ""}},
		{"waits for an unfinished line", func(s *Status, out func(string)) {
			out("half a ")
			s.Set("1 of 3")
			out("")
			s.Set("2 of 3")
			out("record\n")
			s.Set("3 of 3")
		}, []string{"half a record", "3 of 3"}},
		{"rows are drawn in place", func(s *Status, out func(string)) {
			out("record\n")
			s.show([]string{"a", "b", "longer"})
			s.show([]string{"c", "d", "e"})
		}, []string{"record", "c", "d", "e"}},
		{"fewer rows", func(s *Status, out func(string)) {
			out("record\n")
			s.show([]string{"a", "b", "c"})
			s.show([]string{"d"})
		}, []string{"record", "d"}},
		{"rows are cleared", func(s *Status, out func(string)) {
			out("record\n")
			s.show([]string{"a", "b", "c"})
			s.Clear()
		}, []string{"record", ""}},
		{"output goes above rows", func(s *Status, out func(string)) {
			s.show([]string{"a", "b", "c"})
			out("record\n")
			s.show([]string{"d", "e"})
		}, []string{"record", "d", "e"}},
		{"escaped", func(s *Status, _ func(string)) { s.Set("a\nb\x1b[2J") }, []string{`a\nb\x1b[2J`}},
		{"cut", func(s *Status, _ func(string)) { s.Set(strings.Repeat("x", 200)) }, []string{strings.Repeat("x", 78) + "…"}},
	}
	for _, c := range cases {
		o, buf := pretend()
		c.do(NewStatus(o), func(text string) {
			if n, err := io.WriteString(o, text); n != len(text) || err != nil {
				t.Errorf("%s: %d, %v", c.name, n, err)
			}
		})
		if got := onScreen(buf.String(), widthFallback); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestStatusFollowsTheTerminalsWidth(t *testing.T) {
	terminal, written := openTerminal(t, 40)
	s := NewStatus(NewOutput(terminal, Never, env()))
	if err := pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: 10}); err != nil {
		t.Fatal(err)
	}
	s.Set("1,204,331 records")
	if got := onScreen(written(), 10); !slices.Equal(got, []string{"1,204,33…"}) {
		t.Errorf("%q", got)
	}
}

// Rows that a terminal has broken in two, since it has become narrower, are removed
// whole. A terminal that remembers where it broke one joins the halves again when it
// becomes wider: what stands there is removed first.
func TestStatusSurvivesANewWidth(t *testing.T) {
	for columns, want := range map[uint16]string{
		50: "\r\x1b[4A\x1b[J\rnew", // 41 cells in one row, 120 in three
		40: "\r\x1b[5A\x1b[J\rnew",
		90: "\r\x1b[3A\x1b[J\rnew",
	} {
		terminal, written := openTerminal(t, 121)
		s := NewStatus(NewOutput(terminal, Never, env()))
		s.show([]string{strings.Repeat("x", 41), strings.Repeat("y", 120), "z"})
		if err := pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: columns}); err != nil {
			t.Fatal(err)
		}
		s.show([]string{"new"})
		if got := written(); !strings.HasSuffix(got, want+eraseBelow) {
			t.Errorf("%d columns: %q, want %q", columns, got, want)
		}
	}
}

// On a terminal of few rows the last are shown: the others would be out of reach.
func TestStatusFitsIntoTheTerminal(t *testing.T) {
	terminal, written := openTerminal(t, 40)
	if err := pty.Setsize(terminal, &pty.Winsize{Rows: 3, Cols: 40}); err != nil {
		t.Fatal(err)
	}
	NewStatus(NewOutput(terminal, Never, env())).show([]string{"a", "b", "c"})
	if got := onScreen(written(), 40); !slices.Equal(got, []string{"b", "c"}) {
		t.Errorf("%q", got)
	}
}

func TestStatusIsDrawnOnlyWhenItChanges(t *testing.T) {
	o, buf := pretend()
	s := NewStatus(o)
	s.Set("1 of 3")
	before := buf.Len()
	if s.Set("1 of 3"); buf.Len() != before {
		t.Errorf("drawn again: %q", buf)
	}
}

func TestStatusIsSilentElsewhere(t *testing.T) {
	dumb, dumbBuf := pretend()
	dumb.dumb = true
	var pipeBuf bytes.Buffer
	pipe := NewOutput(&pipeBuf, Always, env())
	for _, o := range []*Output{dumb, pipe} {
		s := NewStatus(o)
		s.Set("1 of 3")
		s.Clear()
		if o.status != nil {
			t.Error("writes take a detour")
		}
	}
	if dumbBuf.Len()+pipeBuf.Len() > 0 {
		t.Errorf("written: %q, %q", dumbBuf, &pipeBuf)
	}
	onTerminal, buf := pretend()
	s := NewStatus(onTerminal, pipe)
	s.Set("1 of 3")
	before := buf.Len()
	if _, err := io.WriteString(pipe, "record\n"); err != nil || buf.Len() != before {
		t.Errorf("a record in a pipe disturbs the status: %v", err)
	}
}

func TestStatusIsSafeForConcurrentUse(t *testing.T) {
	o, buf := pretend()
	s := NewStatus(o)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := range 50 {
				s.Set(fmt.Sprintf("shard %d, step %d", i, j))
				fmt.Fprintf(o, "record %d\n", i)
			}
		})
	}
	wg.Wait()
	s.Clear()
	lines := onScreen(buf.String(), widthFallback)
	if len(lines) != 201 || lines[200] != "" {
		t.Fatalf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
	for _, line := range lines[:200] {
		if !strings.HasPrefix(line, "record ") {
			t.Fatalf("torn line %q", line)
		}
	}
}
