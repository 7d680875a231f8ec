package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/creack/pty"
)

// Bytes of a stream, crafted and random, reach a terminal by no command and in no
// output but as what is visible: of control characters LF and TAB, CR only where
// the terminal's own ONLCR makes CR LF of LF, and escape sequences only where they
// are our colours. `-o raw --force` is left out: they are what it is asked for.
func TestNothingFromAStreamCommandsATerminal(t *testing.T) {
	t.Parallel()
	url := hostile(t)
	records := fire(t, url)
	tail := func(n int, more ...string) []string {
		return append([]string{"tail", "orders", "--from", "trim-horizon", "--read-share", "off", "-n", strconv.Itoa(n)}, more...)
	}
	const fields = "mark {{.shardId}} {{.partitionKey}} {{.data}} {{base64d .dataBase64}} {{.decodeError}} {{json .}} \x1b[2J"
	const trace, some = "--settle=0s", 60
	cases := []struct {
		code  int
		shows string // by a command that ends with the code
		times int    // at least
		args  []string
	}{
		{0, "mark", records, tail(records)},
		{0, "mark", records, tail(records, "-o", "data")},
		{0, "sequenceNumber", records, tail(records, "-o", "json")},
		{0, "mark", records, tail(records, "--template", fields)},
		{0, "mark", some, tail(some, "--jq", `["mark", ., $meta]`)},
		{0, "mark", some, tail(some, "--jq", `"mark \(.)"`, "-o", "data")},
		{0, "sequenceNumber", some, tail(some, "--jq", `[., nan, infinite, -infinite, 1e1000]`, "-o", "json")},
		{0, "jq failed on", 1, tail(9, "--jq", `if type == "object" then 1 else error(tostring) end`)},
		{0, "the template failed on", 1, tail(9, "--template", "{{.data.mark}}")},
		{0, "found", 1, []string{"trace", "orders", "end", "--all", trace}},
		{0, "found", 1, []string{"trace", "orders", "mark", "--all", "-o", "json", trace}},
		{0, "found", 1, []string{"trace", "orders", "--partition-key", keyOf(weapons[1]), trace}},
		{3, "inconclusive", 1, []string{"trace", "orders", "ord-1" + strings.Join(weapons, " "), trace}},
		{3, "inconclusive", 1, []string{"trace", "orders", "--jq", "error(tostring)", trace, "-o", "json"}},
		{3, "inconclusive", 1, []string{"trace", "orders", "--jq", "error(tostring)", trace}},
		{0, "plan", 1, []string{"trace", "orders", "--plan"}},
		{0, "shards", 1, []string{"trace", "orders", "--plan", "-o", "json"}},
		{0, "2 open", 1, []string{"shardmap", "orders"}},
		{0, "shards", 1, []string{"shardmap", "orders", "-o", "json"}},
		{0, "<svg", 1, []string{"shardmap", "orders", "-o", "svg"}},
		{0, "digraph", 1, []string{"shardmap", "orders", "-o", "dot"}},
		{0, "k0", 1, []string{"shardmap", "orders", "--suggest"}},
		{0, "now", 1, []string{"shardmap", "orders", weapons[1]}},
		{0, "2 open", 1, []string{"shardmap", "orders", "--at", "0s"}},
		{0, "hashKey", 1, append([]string{"shardmap", "orders", "-o", "json"}, weapons...)},
		{0, "put 1 of 1", 1, []string{"putrec", "orders", "mark"}},
		{2, "access denied", 1, []string{"tail", "refused"}},
		{2, "access denied", 1, []string{"putrec", "refused", "x"}},
		{2, "no shard", 1, tail(1, "--shard", strings.Join(weapons, ""))},
		{2, "cannot have", 1, []string{"trace", strings.Join(weapons, ""), "x"}},
		{2, "unknown", 1, []string{strings.Join(weapons, "")}},
	}
	for _, c := range cases {
		for _, colour := range []bool{true, false} {
			name := fmt.Sprintf("%q, colour %v", c.args, colour)
			screen, code := onTerminal(t, colour, append(c.args, "--endpoint-url", url)...)
			if code != c.code {
				t.Errorf("%s: exit code %d, want %d: %q", name, code, c.code, screen)
			}
			if n := strings.Count(screen, c.shows); n < c.times {
				t.Errorf("%s: %q is shown %d times, not %d", name, c.shows, n, c.times)
			}
			for _, leak := range leaks(screen, colour) {
				t.Errorf("%s: %s", name, leak)
			}
			if c.shows == "sequenceNumber" {
				wantJSONLines(t, screen)
			}
		}
	}
}

func wantJSONLines(t *testing.T, screen string) {
	t.Helper()
	for line := range strings.Lines(strings.ReplaceAll(screen, "\r\n", "\n")) {
		if !strings.HasPrefix(line, "kinspect: ") && !json.Valid([]byte(line)) {
			t.Errorf("%q is no JSON", line)
		}
	}
}

func TestRawAsksForForce(t *testing.T) {
	url := hostile(t)
	kinspect(t, "putrec", "orders", "mark \x1b[2J", "--endpoint-url", url).want(t, 0)
	args := []string{"tail", "orders", "--from", "trim-horizon", "-n", "1", "-q", "-o", "raw", "--endpoint-url", url}
	screen, code := onTerminal(t, true, args...)
	if code != 2 || !strings.Contains(screen, "--force") || leaks(screen, true) != nil {
		t.Errorf("exit code %d, %q", code, screen)
	}
	if screen, code := onTerminal(t, true, append(args, "--force")...); code != 0 || !strings.Contains(screen, "\x1b[2J") {
		t.Errorf("exit code %d, %q", code, screen)
	}
	r := kinspect(t, args...)
	if r.want(t, 0); !strings.Contains(r.stdout, "\x1b[2J") {
		t.Errorf("in a pipe: %q", r.stdout)
	}
}

// TestLeaksAreSeen holds the test above to what it says.
func TestLeaksAreSeen(t *testing.T) {
	for _, weapon := range append(weapons, notText...) {
		for _, screen := range []string{"a%sb\r\n", "\ra%sb" + eraseBelow, "\rx" + eraseRest + "\r\na%sb" + eraseBelow} {
			if leaks(fmt.Sprintf(screen, weapon), false) == nil {
				t.Errorf("%q goes unseen in %q", weapon, screen)
			}
		}
	}
	for _, ours := range []string{"a\tb\r\n", "grüße 注文 ❤\ufe0f\u200d🔥", "\ra\x1b[K\r\nb\x1b[J\r\x1b[1Ac\x1b[J" + erase} {
		if found := leaks(ours, false); found != nil {
			t.Errorf("%q: %q", ours, found)
		}
	}
	if found := leaks("\x1b[1mkey\x1b[0m"+erase, true); found != nil {
		t.Errorf("our own sequences: %q", found)
	}
}

// onTerminal runs a command with a terminal of 80 columns for its outputs, and
// returns all that reached it.
func onTerminal(t *testing.T, colour bool, args ...string) (screen string, code int) {
	t.Helper()
	return onTerminalOf(t, 80, colour, args...)
}

func onTerminalOf(t *testing.T, columns int, colour bool, args ...string) (screen string, code int) {
	t.Helper()
	master, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	if err := pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: uint16(columns)}); err != nil {
		t.Fatal(err)
	}
	read := make(chan string)
	go func() {
		all, _ := io.ReadAll(master) // ends with EIO once the terminal is closed
		read <- string(all)
	}()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	environment := map[string]string{"TERM": "xterm", "NO_COLOR": "1"}
	if colour {
		delete(environment, "NO_COLOR")
	}
	code = Main(ctx, Env{
		Args: args, Stdin: strings.NewReader(""), Stdout: terminal, Stderr: terminal,
		Getenv: func(name string) string { return environment[name] }, Now: time.Now,
	})
	terminal.Close()
	return <-read, code
}

// Who starts putrec at a terminal is told that it waits for records.
func TestTypedRecords(t *testing.T) {
	master, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer terminal.Close()
	if _, err := io.WriteString(master, "hello\n\x04"); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr strings.Builder
	code := Main(t.Context(), Env{
		Args: []string{"putrec", "checkout", "--local"}, Stdin: terminal, Stdout: &stdout, Stderr: &stderr,
		Getenv: func(string) string { return "" }, Now: time.Now,
	})
	const note = "kinspect: note: type the records, a line each; Ctrl-D ends them\n"
	if code != 0 || !strings.HasPrefix(stderr.String(), note) || strings.Count(stdout.String(), "\n") != 1 {
		t.Errorf("exit code %d, says %s, prints %s", code, stderr.String(), stdout.String())
	}
}

// ours are the sequences that styles write, frame one drawing of a status or of bars.
var (
	ours  = regexp.MustCompile(`\x1b\[(0|1|2|31|32|35|36|1;31|1;32|1;35)m`)
	frame = regexp.MustCompile(`\r(?:\x1b\[\d+A)?((?:[^\r\n]*\x1b\[K\r\n)*[^\r\n]*)\x1b\[J`)
)

const (
	eraseRest  = "\x1b[K"
	eraseBelow = "\x1b[J"
	erase      = "\r" + eraseBelow // a status
)

// leaks tells what stands on a screen that must not, each with what is around it.
// Where there is no colour, no escape sequence is ours but the status line's.
func leaks(screen string, colour bool) (found []string) {
	if colour {
		screen = ours.ReplaceAllString(screen, "")
	}
	screen = strings.ReplaceAll(frame.ReplaceAllString(screen, "$1"), eraseRest+"\r\n", "\n")
	screen = strings.ReplaceAll(screen, "\r\n", "\n")
	for i, r := range screen {
		_, size := utf8.DecodeRuneInString(screen[i:])
		invalid := r == utf8.RuneError && size == 1
		hidden := unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) && !unicode.In(r, unicode.Join_Control, unicode.Prepended_Concatenation_Mark)
		if invalid || hidden || unicode.IsControl(r) && r != '\n' && r != '\t' {
			found = append(found, fmt.Sprintf("%U in %q", r, screen[max(0, i-20):min(len(screen), i+20)]))
		}
	}
	return found
}
