package render

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode"

	"kinspect/internal/record"
	"kinspect/internal/term"
)

var errCut = errors.New("gzip: unexpected end\x1b[2J\nof data")

// a record as it comes from a stream, with that partition key and data.
func user(key, data string) record.UserRecord {
	return record.Plain(record.Record{
		ShardID:        "shardId-000000000003",
		SequenceNumber: "49678472125167179371387171109764757133171034173533585410",
		PartitionKey:   &key,
		ArrivedAt:      time.Date(2026, 11, 23, 10, 15, 2, 117e6, time.UTC),
		EncryptionType: "NONE",
		Data:           []byte(data),
	})
}

func item(kind Kind, data string) Item {
	return Item{User: user("user-88", data), Kind: kind, Data: []byte(data)}
}

func with(it Item, change func(*Item)) Item {
	change(&it)
	return it
}

// output is a pipe, or a terminal of so many columns.
func output(columns int, mode term.Mode) *term.Output {
	o := term.NewOutput(io.Discard, mode, func(string) string { return "" })
	o.Terminal, o.Width = columns > 0, columns
	return o
}

func render(t *testing.T, format string, out *term.Output, it Item) string {
	t.Helper()
	r, err := New(format, out)
	if err != nil {
		t.Fatal(err)
	}
	return renderBy(t, r, format, it)
}

func renderBy(t *testing.T, r Renderer, format string, it Item) string {
	t.Helper()
	const before = "before\n"
	appended, err := r.Append([]byte(before), it)
	if err != nil {
		t.Fatal(err)
	}
	got, ok := strings.CutPrefix(string(appended), before)
	if !ok {
		t.Fatalf("%s overwrites what stood before", format)
	}
	if !strings.HasSuffix(got, "\n") && format != "raw" {
		t.Errorf("%s leaves its last line open: %q", format, got)
	}
	return got
}

func TestNew(t *testing.T) {
	for _, format := range Formats() {
		if r, err := New(format, output(0, term.Never)); r == nil || err != nil {
			t.Errorf("%s: %v, %v", format, r, err)
		}
	}
	_, err := New("xml", output(0, term.Never))
	if want := `output format "xml" is not one of pretty, json, data, raw`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// hostile holds what must not reach a terminal in any field of a record.
const hostile = "\x1b]0;x\x07\r\u009b2J\x9b\x7f\u202e\ufeff"

func TestNothingHostileReachesATerminal(t *testing.T) {
	document := `{"a` + "\u009b\x7f" + `":"` + "\u202e\u2066\ufeff" + `"}`
	for kind, data := range map[Kind]string{Binary: hostile, Text: hostile, JSON: document} {
		for _, columns := range []int{20, 80, 1000} {
			checkHarmless(t, columns, kind, data, hostile)
		}
	}
}

func FuzzTerminal(f *testing.F) {
	f.Add("data", hostile, uint8(Text))
	f.Add("[\"\u202e\",\r\n\"\xff\"]", "key", uint8(JSON))
	f.Add("\r", "", uint8(JSON))
	f.Fuzz(func(t *testing.T, data, other string, kind uint8) {
		checkHarmless(t, 80, Kind(kind%3), data, other)
	})
}

// checkHarmless prints an item in all formats on a terminal, other being the
// text in all fields but the data.
func checkHarmless(t *testing.T, columns int, kind Kind, data, other string) {
	t.Helper()
	it := item(kind, data)
	it.User = user(other, data)
	it.User.ShardID, it.User.EncryptionType = other, other
	it.Layers, it.Err = []string{other}, errors.New(other)
	for _, format := range []string{"pretty", "json", "data"} { // raw is kept from terminals
		got := withoutStyles(render(t, format, output(columns, term.Always), it))
		if bad := strings.IndexFunc(got, harmful); bad >= 0 {
			t.Errorf("%s, %d columns: %q", format, columns, got[bad:])
		}
		if plain := render(t, format, output(columns, term.Never), it); plain != got {
			t.Errorf("%s, %d columns: %q without colour, %q with it", format, columns, plain, got)
		}
	}
	r, err := NewTemplate("{{.}} {{.partitionKey}} {{.data}} {{base64d .dataBase64}} {{json .}}", output(columns, term.Never))
	if err != nil {
		t.Fatal(err)
	}
	if got := renderBy(t, r, "template", it); strings.IndexFunc(got, harmful) >= 0 {
		t.Errorf("template, %d columns: %q", columns, got)
	}
}

func harmful(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff'
}

// withoutStyles removes the sequences that styles write, and nothing else.
func withoutStyles(s string) string {
	return strings.NewReplacer("\x1b[0m", "", "\x1b[2m", "", "\x1b[31m", "", "\x1b[32m", "",
		"\x1b[1m", "", "\x1b[35m", "", "\x1b[36m", "").Replace(s)
}
