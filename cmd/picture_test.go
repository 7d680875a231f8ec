package cmd

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// pictured are the commands of the picture at the top of the README.
var pictured = []string{
	"kinspect trace checkout ord-7f3k9q --local",
	"kinspect trace checkout ord-5q0y2e --local",
	"kinspect tail checkout --from trim-horizon --shard 4 -n 4 --jq '{orderId, event, total}' --local -q",
	"kinspect shardmap checkout --local",
}

const (
	picturePath    = "../testdata/terminal.svg"
	pictureColumns = 120
)

// TestPicture runs the commands of the README's picture on a terminal, and draws
// what they print. KINSPECT_UPDATE=1 writes the picture anew; else it must be the
// one that is there, but for what moves with the time.
func TestPicture(t *testing.T) {
	var screen strings.Builder
	for _, line := range pictured {
		printed, _ := onTerminalOf(t, pictureColumns, true, append(wordsOf(line)[1:], "--color", "always")...)
		screen.WriteString("\x1b[2m$\x1b[0m \x1b[1m" + line + "\x1b[0m\n" + shown(printed) + "\n")
	}
	drawn := drawTerminal(strings.TrimRight(screen.String(), "\n"), pictureColumns)
	if os.Getenv("KINSPECT_UPDATE") != "" {
		if err := os.WriteFile(picturePath, []byte(drawn), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(picturePath)
	if err != nil {
		t.Fatal(err)
	}
	was, is := strings.Split(still(string(kept)), "\n"), strings.Split(still(drawn), "\n")
	for i := range max(len(was), len(is)) {
		if a, b := lineOf(was, i), lineOf(is, i); a != b {
			t.Fatalf("line %d of the picture is\n%s\nand kinspect prints\n%s\nKINSPECT_UPDATE=1 go test ./cmd -run TestPicture draws it anew", i+1, a, b)
		}
	}
}

// status is a status that is drawn, or erased: its rows, and what leads back to them.
var status = regexp.MustCompile(`\r(\x1b\[[0-9]+A)?([^\n]*\x1b\[K\r?\n)*[^\n]*\x1b\[J`)

// shown is what stays on a terminal: a status is erased, and goes.
func shown(printed string) string {
	printed = status.ReplaceAllString(printed, "")
	return strings.ReplaceAll(printed, "\r\n", "\n")
}

var placed = regexp.MustCompile(` (x|textLength)="[^"]*"`)

// still is a picture without what moves: times and numbers, and where they stand.
func still(picture string) string { return placed.ReplaceAllString(masked(picture), "") }

func lineOf(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

func TestPictureShowsWhatWasPrinted(t *testing.T) {
	drawn := drawTerminal("a \x1b[1;32mfound\x1b[0m <&>\n12345678", 4)
	for _, want := range []string{
		`class="f2 b" `, ">fo</text>", ">und</text>", "&lt;&amp;", ">1234</text>", ">5678</text>",
	} {
		if !strings.Contains(drawn, want) {
			t.Errorf("%q is lacking in %s", want, drawn)
		}
	}
	if masked(drawn) == masked(drawTerminal("a \x1b[1;31mfound\x1b[0m <&>\n12345678", 4)) {
		t.Error("another colour goes unseen")
	}
	if got := shown("one\r\n\r10 %\x1b[J\r20 %\x1b[J\r\x1b[Jtwo\r\n"); got != "one\ntwo\n" {
		t.Errorf("%q", got)
	}
}
