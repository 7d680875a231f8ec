package list

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLines(t *testing.T) {
	for text, want := range map[string]string{
		"ord-1\nord-2\n":                  "1 ord-1, 2 ord-2; 0 blank, 0 repeated",
		"\uFEFF ord-1\t\r\n\r\nord-2":     "1 ord-1, 3 ord-2; 1 blank, 0 repeated",
		"b\na\n \nb\n":                    "1 b, 2 a, 4 b; 1 blank, 1 repeated",
		"№ 7, eight\n":                    "1 № 7, eight; 0 blank, 0 repeated",
		"":                                "it has no events",
		"\n\n":                            "it has no events",
		"a\n\xff\xff\n":                   "line 2 is not UTF-8",
		"\xff\xfea\x00":                   "it is UTF-16, and must be UTF-8",
		"a\n" + strings.Repeat("x", 4097): "line 2 has more than 4096 bytes, which no ID has",
		"a\n" + strings.Repeat("x", 9e5):  "line 2 has more than 4096 bytes, which no ID has",
	} {
		if got := told(Lines(strings.NewReader(text))); got != want {
			t.Errorf("%.40q: %s, want %s", text, got, want)
		}
	}
	many := strings.Repeat("a\n", linesMax)
	if l, err := Lines(strings.NewReader(many + "\n\n")); err != nil || len(l.Lines) != linesMax || len(l.Events) != 1 {
		t.Errorf("a million: %v", err)
	}
	if _, err := Lines(strings.NewReader(many + "a")); err == nil || !strings.Contains(err.Error(), "more than 1,000,000 events") {
		t.Errorf("more than a million: %v", err)
	}
}

func TestColumn(t *testing.T) {
	for _, c := range []struct{ text, column, want string }{
		{"id,total\nord-1,7\nord-2,8\n", "id", "2 ord-1, 3 ord-2; 0 blank, 0 repeated"},
		{"\uFEFFid,total\r\nord-1,7\r\n", "2", "2 7; 0 blank, 0 repeated"},
		{"1,2\na,b\n", "2", "2 b; 0 blank, 0 repeated"},
		{"2,1\na,b\n", "2", "2 a; 0 blank, 0 repeated"},
		{"note,id\n\"two\nlines, and a \"\"quote\"\"\",ord-1\nx,ord-2\n", "id", "2 ord-1, 4 ord-2; 0 blank, 0 repeated"},
		{"id;total\nord-1;7,50\n", "id", "2 ord-1; 0 blank, 0 repeated"},
		{"id\ttotal\nord-1\t7\n", "total", "2 7; 0 blank, 0 repeated"},
		{"id,total\n,7\nord-2,8\n", "id", "3 ord-2; 1 blank, 0 repeated"},
		{"id,total\nord-1\n", "total", `line 2 has 1 of the columns, and not "total"`},
		{"id,total\nord-1,7\n", "3", `it has no column "3", but id, total`},
		{"id,id\nord-1,7\n", "id", `several columns are named "id"; give the number of one`},
		{"id\n\"a\n", "id", `parse error on line 2, column 4: extraneous or missing " in quoted-field`},
		{"", "id", "it has no events"},
	} {
		if got := told(Column(strings.NewReader(c.text), c.column)); got != c.want {
			t.Errorf("%q: %s, want %s", c.text, got, c.want)
		}
	}
}

func told(l *List, err error) string {
	if err != nil {
		return err.Error()
	}
	var lines []string
	for _, line := range l.Lines {
		lines = append(lines, fmt.Sprintf("%d %s", line.Number, l.Events[line.Event]))
	}
	return fmt.Sprintf("%s; %d blank, %d repeated", strings.Join(lines, ", "), l.Blank, l.Repeated())
}

// What is read once is the same when it is read again of its own lines, and each
// event is one that can be sought.
func FuzzList(f *testing.F) {
	f.Add("ord-1\n\nord-1\r\nord-2", "id")
	f.Add("id,total\n\"a\nb\",7\n", "id")
	f.Fuzz(func(t *testing.T, text, column string) {
		for _, read := range []func() (*List, error){
			func() (*List, error) { return Lines(strings.NewReader(text)) },
			func() (*List, error) { return Column(strings.NewReader(text), column) },
		} {
			first, err := read()
			if err != nil {
				continue
			}
			again, err := Of(func(yield func(int, string) bool) {
				for _, line := range first.Lines {
					if !yield(int(line.Number), first.Events[line.Event]) {
						return
					}
				}
			})
			again.Blank = first.Blank
			if err != nil || !reflect.DeepEqual(first, again) {
				t.Errorf("%v\n%+v\n%+v", err, first, again)
			}
			for _, event := range first.Events {
				if event == "" || event != strings.TrimSpace(event) || !utf8.ValidString(event) || len(event) > eventBytesMax {
					t.Errorf("event %q", event)
				}
			}
		}
	})
}
