package term

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/creack/pty"
)

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for _, pair := range pairs {
			if value, ok := strings.CutPrefix(pair, name+"="); ok {
				return value
			}
		}
		return ""
	}
}

// openTerminal returns a terminal of that many columns, and a function that
// closes it and returns all that was written to it.
func openTerminal(t *testing.T, columns uint16) (*os.File, func() string) {
	t.Helper()
	screen, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: columns}); err != nil {
		t.Fatal(err)
	}
	written := make(chan string)
	go func() {
		all, _ := io.ReadAll(screen) // ends with EIO once the terminal is closed
		written <- string(all)
	}()
	t.Cleanup(func() { screen.Close() })
	return terminal, func() string {
		terminal.Close()
		return <-written
	}
}

func TestParseMode(t *testing.T) {
	for text, want := range map[string]Mode{"auto": Auto, "always": Always, "never": Never} {
		if got, err := ParseMode(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	_, err := ParseMode("Blue")
	if want := `color "Blue" is not one of auto, always, never`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestColour(t *testing.T) {
	xterm := "TERM=xterm-256color"
	cases := []struct {
		name     string
		terminal bool
		mode     Mode
		env      []string
		want     bool
	}{
		{"terminal", true, Auto, []string{xterm}, true},
		{"NO_COLOR", true, Auto, []string{xterm, "NO_COLOR=1"}, false},
		{"NO_COLOR, whatever its value", true, Auto, []string{xterm, "NO_COLOR=0"}, false},
		{"NO_COLOR, set but empty", true, Auto, []string{xterm, "NO_COLOR="}, true},
		{"dumb terminal", true, Auto, []string{"TERM=dumb"}, false},
		{"never", true, Never, []string{xterm}, false},
		{"the flag beats NO_COLOR", true, Always, []string{xterm, "NO_COLOR=1"}, true},
		{"pipe", false, Auto, []string{xterm, "CLICOLOR_FORCE=1"}, false},
		{"pipe, always", false, Always, nil, true},
	}
	for _, c := range cases {
		var w io.Writer = new(bytes.Buffer)
		written := func() string { return "" }
		if c.terminal {
			w, written = openTerminal(t, 57)
		}
		o := NewOutput(w, c.mode, env(c.env...))
		if o.Colour != c.want || o.Terminal != c.terminal {
			t.Errorf("%s: colour %v, terminal %v", c.name, o.Colour, o.Terminal)
		}
		if styled := o.Found("found") != "found"; styled != c.want {
			t.Errorf("%s: styles change the text: %v", c.name, styled)
		}
		if got := written(); got != "" {
			t.Errorf("%s: the terminal was asked %q", c.name, got)
		}
	}
}

func TestWidthOfOutput(t *testing.T) {
	for columns, want := range map[uint16]int{57: 57, 0: widthFallback} {
		terminal, written := openTerminal(t, columns)
		if got := NewOutput(terminal, Auto, env()).Width; got != want {
			t.Errorf("terminal of %d columns: %d", columns, got)
		}
		written()
	}
	file, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if o := NewOutput(file, Always, env()); o.Width != 0 || o.Terminal {
		t.Errorf("file: width %d, terminal %v", o.Width, o.Terminal)
	}
}

func TestStyles(t *testing.T) {
	coloured := NewOutput(io.Discard, Always, env())
	plain := NewOutput(io.Discard, Never, env())
	cases := []struct {
		name  string
		style func(*Output, string) string
		want  string
	}{
		{"ShardID", (*Output).ShardID, "\x1b[36m3\x1b[0m"},
		{"Time", (*Output).Time, "\x1b[2m3\x1b[0m"},
		{"Key", (*Output).Key, "\x1b[1m3\x1b[0m"},
		{"Dim", (*Output).Dim, "\x1b[2m3\x1b[0m"},
		{"Error", (*Output).Error, "\x1b[31m3\x1b[0m"},
		{"Found", (*Output).Found, "\x1b[1;32m3\x1b[0m"},
		{"Absent", (*Output).Absent, "\x1b[1;31m3\x1b[0m"},
		{"Inconclusive", (*Output).Inconclusive, "\x1b[1;35m3\x1b[0m"},
		{"JSONKey", (*Output).JSONKey, "\x1b[36m3\x1b[0m"},
		{"JSONString", (*Output).JSONString, "\x1b[32m3\x1b[0m"},
		{"JSONNumber", (*Output).JSONNumber, "\x1b[35m3\x1b[0m"},
		{"JSONLiteral", (*Output).JSONLiteral, "\x1b[35m3\x1b[0m"},
	}
	for _, c := range cases {
		if got := c.style(coloured, "3"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if got := c.style(plain, "3"); got != "3" {
			t.Errorf("%s without colour: %q", c.name, got)
		}
	}
}

func TestWriteIsVerbatim(t *testing.T) {
	var buf bytes.Buffer
	if n, err := NewOutput(&buf, Always, env()).Write([]byte("a\x00b\n")); n != 4 || err != nil || buf.String() != "a\x00b\n" {
		t.Errorf("%d, %v, %q", n, err, buf.String())
	}
}

func TestWidthOfText(t *testing.T) {
	for text, want := range map[string]int{"": 0, "ord-7 ~": 7, "注文": 4, "ord-注": 6, "e\u0301": 1, "grüße": 5} {
		if got := Width(text); got != want {
			t.Errorf("%q takes %d cells, want %d", text, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	cases := []struct {
		in    string
		width int
		want  string
	}{
		{"shards", 6, "shards"},
		{"shards", 5, "shar…"},
		{"注文番号", 8, "注文番号"},
		{"注文番号", 6, "注文…"}, // a wide character that does not fit whole is left out
		{"shards", 1, "…"},
		{"shards", 0, ""},
		{"shards", -1, ""},
	}
	for _, c := range cases {
		got := Cut(c.in, c.width)
		if got != c.want {
			t.Errorf("%q cut to %d: %q, want %q", c.in, c.width, got, c.want)
		}
		if Width(got) > max(c.width, 0) {
			t.Errorf("%q takes %d cells, more than %d", got, Width(got), c.width)
		}
	}
}

func TestClip(t *testing.T) {
	for text, want := range map[string]string{"": "", "abc": "abc", "abcd": "abc…", "äöü": "äöü", "äöüß": "äöü…", "a\xffbc": "a\xffb…"} {
		if got := Clip(text, 3); got != want {
			t.Errorf("%q is clipped to %q, want %q", text, got, want)
		}
	}
}
