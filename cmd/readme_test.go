package cmd

import (
	"bytes"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kinspect/internal/local"
)

// An example is a `$` line of the README and what stands below it.
type example struct{ command, output string }

// readme returns the file's text and the examples of its console blocks.
func readme(t *testing.T) (string, []example) {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var found []example
	for _, block := range consoleBlock.FindAllStringSubmatch(string(text), -1) {
		for _, part := range strings.Split("\n"+block[1], "\n$ ")[1:] {
			command, output, _ := strings.Cut(part+"\n", "\n")
			found = append(found, example{command, strings.TrimSuffix(output, "\n")})
		}
	}
	return string(text), found
}

var consoleBlock = regexp.MustCompile("(?s)```console\n(.*?)\n```")

// Times, and the sequence numbers made of them, move with the sample's day, and
// how often a stream is asked moves with the machine; all else must be the same.
var moving = []struct {
	pattern *regexp.Regexp
	mask    string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{3})?Z?`), "TIME"},
	{regexp.MustCompile(`\d{56}`), "SEQUENCE"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "ADDRESS"},
	{regexp.MustCompile(`shardId-00000000000[01]("|  SEQ)`), "SHARD$1"}, // of a random partition key
	{regexp.MustCompile(`partition key [0-9a-f]{16}`), "partition key RANDOM"},
	{regexp.MustCompile(`in \d+ pages?, \d+ of them empty`), "in MANY pages"},
	{regexp.MustCompile(`read ([\d,]+ bytes?|\d+\.\d MB) in \d+ calls?`), "read MUCH in MANY calls"},
}

func masked(text string) string {
	for _, m := range moving {
		text = m.pattern.ReplaceAllString(text, m.mask)
	}
	return text
}

// Every `$` line is run as it stands, and what it prints compared.
// KINSPECT_UPDATE=1 writes what is printed into the README instead.
func TestReadme(t *testing.T) {
	t.Parallel()
	text, examples := readme(t)
	if len(examples) < 8 {
		t.Fatalf("only %d examples were found", len(examples))
	}
	shell := newShell(t)
	for _, e := range examples {
		printed := strings.TrimSuffix(shell(e.command), "\n")
		if masked(printed) == masked(e.output) {
			continue
		}
		if os.Getenv("KINSPECT_UPDATE") == "" {
			t.Errorf("$ %s\nprinted:\n%s\nthe README says:\n%s", e.command, printed, e.output)
		}
		was := "\n$ " + e.command + "\n"
		if e.output != "" {
			was += e.output + "\n"
		}
		text = strings.Replace(text, was, "\n$ "+e.command+"\n"+printed+"\n", 1)
	}
	if os.Getenv("KINSPECT_UPDATE") != "" {
		if err := os.WriteFile("../README.md", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// newShell returns a shell with the kinspect of this tree in its path. It works
// in an empty folder, but for `go`, which needs the module.
func newShell(t *testing.T) func(command string) string {
	t.Helper()
	bin, empty := t.TempDir(), t.TempDir()
	if out, err := exec.Command("go", "build", "-o", filepath.Join(bin, "kinspect"), "..").CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	return func(command string) string {
		c := exec.Command("sh", "-c", command)
		c.Dir = empty
		if strings.HasPrefix(command, "go ") {
			c.Dir = ".."
		}
		c.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
		var out bytes.Buffer
		c.Stdout, c.Stderr = &out, &out
		_ = c.Run() // an exit code other than 0 is part of some examples
		return out.String()
	}
}

// Where the README shows an absent verdict, the same question finds the event
// once it was put: the verdict was not absent for a wrong reason.
func TestReadmeAbsentIsFoundOncePut(t *testing.T) {
	_, examples := readme(t)
	tried := 0
	for _, e := range examples {
		if !strings.HasPrefix(e.output, "absent: ") || !strings.HasPrefix(e.command, "kinspect trace ") {
			continue
		}
		tried++
		words := strings.Fields(strings.Split(e.command, ";")[0])
		stream, event := words[2], words[3]
		clock := local.NewJumpClock(time.Now())
		server, err := local.Sample(clock)
		if err != nil {
			t.Fatal(err)
		}
		served := httptest.NewServer(server)
		defer served.Close()
		kinspect(t, "putrec", stream, `{"orderId":"`+event+`"}`, "--endpoint-url", served.URL).want(t, 0)
		r := kinspect(t, "trace", stream, event, "--endpoint-url", served.URL)
		r.want(t, 0)
	}
	if tried == 0 {
		t.Fatal("the README shows no absent verdict")
	}
}

var (
	meaningRow = regexp.MustCompile(`(?m)^\| ([^|]+) \| [^|]+ \| [^|]+ \|$`)
	codeSpan   = regexp.MustCompile("`([^`]+)`")
)

// What the README says that a verdict's words mean, a script has them say.
func TestReadmeMeaningsAreSaid(t *testing.T) {
	text, _ := readme(t)
	script, err := os.ReadFile("../testdata/script/causes.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rowsOf(t, text, "it says | likely cause | what to do next", meaningRow, 10) {
		said := codeSpan.FindStringSubmatch(row[1])
		if said == nil || !strings.Contains(string(script), said[1]) {
			t.Errorf("no script has it say %s", row[1])
		}
	}
}

// What the README says that a lease table has it say, a script has it say.
func TestReadmeStandingsAreSaid(t *testing.T) {
	text, _ := readme(t)
	script, err := os.ReadFile("../testdata/script/lease_table.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rowsOf(t, text, "it says | it means | what to do next", meaningRow, 11) {
		if said := codeSpan.FindStringSubmatch(row[1]); said == nil || !strings.Contains(string(script), said[1]) {
			t.Errorf("no script has it say %s", row[1])
		}
	}
}

// rowsOf are all rows of the README's table of three columns under a heading, so many at
// the least.
func rowsOf(t *testing.T, text, heading string, row *regexp.Regexp, least int) [][]string {
	t.Helper()
	_, table, _ := strings.Cut(text, "\n| "+heading+" |\n|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	rows := row.FindAllStringSubmatch(table, -1)
	if len(rows) < least || len(rows) != strings.Count(table, "\n")+1 {
		t.Errorf("%d rows are read:\n%s", len(rows), table)
	}
	return rows
}

var featureRow = regexp.MustCompile("(?m)^\\| ([^|]+) \\| ([^|]+) \\| (?:`([a-z_]+)`)? *\\|$")

// What the README says that kinspect can, a script shows.
func TestReadmeNamesScripts(t *testing.T) {
	text, _ := readme(t)
	for _, row := range rowsOf(t, text, "asked for | kinspect | script", featureRow, 46) {
		if row[3] == "" {
			if row[2] != "not yet" {
				t.Errorf("no script shows %q", row[1])
			}
			continue
		}
		if _, err := os.Stat("../testdata/script/" + row[3] + ".txtar"); err != nil {
			t.Errorf("%s: %v", row[1], err)
		}
	}
}
