package shardmap

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"kinspect/internal/shard"
	"kinspect/internal/term"
)

var update = flag.Bool("update", false, "write testdata/*.golden anew")

// asked are keys in the quarter that the worlds split (shard 1, then 4; shard 1,
// then 5, then 6), elsewhere, hostile, and at both ends of the key space.
func asked(t *testing.T) Options {
	t.Helper()
	keys, err := Keys([]string{"user-6", "user-18", "клиент 😀", "red\x1b[31m\u202e\n"}, []string{"0", shard.MaxHashKey.String()})
	if err != nil {
		t.Fatal(err)
	}
	return Options{Keys: keys}
}

// counted are keys as the lines of a file.
func counted() Options {
	return Options{Lines: strings.NewReader("user-6\nuser-18\nклиент 😀\nk2\nk4\nk7\n")}
}

func TestPrint(t *testing.T) {
	for _, w := range worlds() {
		t.Run(w.name, func(t *testing.T) {
			m := Build(w.header, shard.NewLineage(w.shards), now)
			var all strings.Builder
			for _, section := range []struct {
				title string
				out   func(io.Writer) *term.Output
				keys  Options
				Format
			}{
				{"80 cells", terminal(80), Options{}, Text},
				{"120 cells", terminal(120), Options{}, Text},
				{"text", pipe, Options{}, ""},
				{"json", pipe, Options{}, JSON},
				{"keys, text", pipe, asked(t), Text},
				{"keys, json", pipe, asked(t), JSON},
				{"keys, counted, 80 cells", terminal(80), counted(), Text},
				{"suggest", pipe, Options{Suggest: true}, Text},
				{"suggest, json", pipe, Options{Suggest: true}, JSON},
				{"dot", pipe, Options{}, DOT},
			} {
				section.keys.Format = section.Format
				fmt.Fprintf(&all, "-- %s --\n%s", section.title, printed(t, m, section.out, section.keys))
			}
			golden(t, w.name, all.String())
		})
	}
}

func pipe(w io.Writer) *term.Output {
	return term.NewOutput(w, term.Never, func(string) string { return "" })
}

func terminal(width int) func(io.Writer) *term.Output {
	return func(w io.Writer) *term.Output {
		out := pipe(w)
		out.Terminal, out.Width = true, width
		return out
	}
}

func printed(t *testing.T, m *Map, out func(io.Writer) *term.Output, o Options) string {
	t.Helper()
	var buffer bytes.Buffer
	if err := m.Print(out(&buffer), o); err != nil {
		t.Fatal(err)
	}
	return buffer.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s", file, got)
	}
}

func TestTerminalLinesFit(t *testing.T) {
	for _, w := range worlds() {
		m := Build(w.header, shard.NewLineage(w.shards), now)
		for _, width := range []int{40, 80, 120, 200} {
			asking := []Options{{}, counted(), asked(t), {Suggest: true}}
			if width < 80 { // a hash key has 39 digits
				asking = asking[:2]
			}
			for _, o := range asking {
				for line := range strings.Lines(printed(t, m, terminal(width), o)) {
					if w.name != "hostile" && term.Width(strings.TrimSuffix(line, "\n")) > width {
						t.Errorf("%s: wider than %d cells: %s", w.name, width, line)
					}
				}
			}
		}
	}
}

// TestColourChangesNoText also shows that nothing but our own styles reaches a
// terminal, whatever the stream's names hold.
func TestColourChangesNoText(t *testing.T) {
	styles := regexp.MustCompile(`\x1b\[[0-9;]*m`)
	coloured := func(w io.Writer) *term.Output {
		return term.NewOutput(w, term.Always, func(string) string { return "" })
	}
	for _, w := range worlds() {
		m := Build(w.header, shard.NewLineage(w.shards), now)
		for _, o := range []Options{{}, asked(t)} {
			got, plain := printed(t, m, coloured, o), printed(t, m, pipe, o)
			if got == plain && len(w.shards) > 0 && w.name != "auto" {
				t.Errorf("%s: no colour at all", w.name)
			}
			if bare := styles.ReplaceAllString(got, ""); bare != plain {
				t.Errorf("%s: without colour\n%swant\n%s", w.name, bare, plain)
			}
			if strings.ContainsAny(plain, "\x1b\u202e") {
				t.Errorf("%s: not escaped: %q", w.name, plain)
			}
		}
	}
}

func TestJSONIsReadBack(t *testing.T) {
	for _, w := range worlds() {
		m := Build(w.header, shard.NewLineage(w.shards), now)
		var back Map
		if err := json.Unmarshal([]byte(printed(t, m, pipe, Options{Format: JSON})), &back); err != nil {
			t.Fatalf("%s: %v", w.name, err)
		}
		if back.Stream.Name != m.Stream.Name || len(back.Shards) != len(m.Shards) {
			t.Errorf("%s: read back as %+v", w.name, back)
		}
		for i, s := range back.Shards {
			if s.ID != m.Shards[i].ID { // escaping stays within JSON's rules
				t.Errorf("%s: shard %q is read back as %q", w.name, m.Shards[i].ID, s.ID)
			}
		}
	}
}

func TestPrintStopsAtAnErrorAmongTheKeys(t *testing.T) {
	m := Build(header(), shard.NewLineage(fresh()), now)
	broken := errors.New("line 2 is no key")
	keys := func(yield func(Key, error) bool) {
		_ = yield(Key{}, nil) && yield(Key{}, broken) && yield(Key{}, nil)
	}
	for _, format := range []Format{Text, JSON} {
		var buffer bytes.Buffer
		err := m.Print(pipe(&buffer), Options{Format: format, Keys: keys})
		if !errors.Is(err, broken) {
			t.Errorf("%s: error %v", format, err)
		}
		if got := strings.Count(buffer.String(), id(0)); got == 0 || format == Text && got != 1 {
			t.Errorf("%s: the key before the error is printed %d times", format, got)
		}
	}
}

func TestPrintSaysWhatItCannotDo(t *testing.T) {
	m := Build(header(), shard.NewLineage(fresh()), now)
	if _, err := ParseFormat("yaml"); err == nil {
		t.Error("an unknown format is no error")
	}
	for _, format := range []Format{Text, JSON, DOT, SVG} {
		for _, o := range []Options{{}, asked(t)} {
			o.Format = format
			if err := m.Print(pipe(full{}), o); !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("%s on a full disk: %v", format, err)
			}
		}
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }
