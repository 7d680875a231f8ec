package term

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/creack/pty"
)

// onScreen plays what was written to a terminal, and returns its lines.
func onScreen(t *testing.T, written string) []string {
	t.Helper()
	written = regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString(written, "")
	lines := strings.Split(strings.ReplaceAll(written, "\r\n", "\n"), "\n")
	for i, line := range lines {
		if at := strings.LastIndex(line, eraseLine); at >= 0 {
			line = line[at+len(eraseLine):]
		}
		if strings.ContainsAny(line, "\r\x1b") {
			t.Fatalf("the terminal got %q", line)
		}
		lines[i] = line
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
		{"escaped", func(s *Status, _ func(string)) { s.Set("a\nb\x1b[2J") }, []string{`a\nb\x1b[2J`}},
		{"cut", func(s *Status, _ func(string)) { s.Set(strings.Repeat("x", 200)) }, []string{strings.Repeat("x", 78) + "…"}},
	}
	for _, c := range cases {
		o, buf := pretend()
		s := NewStatus(o)
		through := s.Through(o)
		c.do(s, func(text string) {
			if n, err := through.Write([]byte(text)); n != len(text) || err != nil {
				t.Errorf("%s: %d, %v", c.name, n, err)
			}
		})
		if got := onScreen(t, buf.String()); !slices.Equal(got, c.want) {
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
	if got := onScreen(t, written()); !slices.Equal(got, []string{"1,204,33…"}) {
		t.Errorf("%q", got)
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
		if s.Through(o) != o {
			t.Error("writes take a detour")
		}
	}
	if dumbBuf.Len()+pipeBuf.Len() > 0 {
		t.Errorf("written: %q, %q", dumbBuf, &pipeBuf)
	}
	onTerminal, buf := pretend()
	s := NewStatus(onTerminal)
	s.Set("1 of 3")
	before := buf.Len()
	if _, err := s.Through(pipe).Write([]byte("record\n")); err != nil || buf.Len() != before {
		t.Errorf("a record in a pipe disturbs the status: %v", err)
	}
}

func TestStatusIsSafeForConcurrentUse(t *testing.T) {
	o, buf := pretend()
	s := NewStatus(o)
	out := s.Through(o)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := range 50 {
				s.Set(fmt.Sprintf("shard %d, step %d", i, j))
				fmt.Fprintf(out, "record %d\n", i)
			}
		})
	}
	wg.Wait()
	s.Clear()
	lines := onScreen(t, buf.String())
	if len(lines) != 201 || lines[200] != "" {
		t.Fatalf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
	for _, line := range lines[:200] {
		if !strings.HasPrefix(line, "record ") {
			t.Fatalf("torn line %q", line)
		}
	}
}
