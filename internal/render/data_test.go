package render

import (
	"testing"

	"kinspect/internal/term"
)

func TestDataLine(t *testing.T) {
	cases := []struct {
		name             string
		it               Item
		pipe, onTerminal string
	}{
		{"JSON is compact", item(JSON, "{ \"b\": 1.0,\n \"a\": [] }"), "{\"b\":1.0,\"a\":[]}\n", "{\"b\":1.0,\"a\":[]}\n"},
		{"a name given twice", item(JSON, `{ "a": 1, "a": 2 }`), "{\"a\":1,\"a\":2}\n", "{\"a\":1,\"a\":2}\n"},
		{"a JSON string is bare", item(JSON, `"a\tb \u001b\u202e"`), "a\tb \x1b\u202e\n", "a\tb \\x1b\\u202e\n"},
		{"a string that no text can hold stays JSON", item(JSON, `"\ud800"`), "\"\\ud800\"\n", "\"\\ud800\"\n"},
		{"harmful JSON", item(JSON, "[\"\u202e\"]"), "[\"\u202e\"]\n", "[\"\\u202e\"]\n"},
		{"JSON that is not UTF-8", item(JSON, "[ \"\xe9\" ]"), "[\"\xe9\"]\n", "[\"\\ufffd\"]\n"},
		{"text keeps its lines", item(Text, "a\nb\x1b[2J"), "a\nb\x1b[2J\n", "a\nb\\x1b[2J\n"},
		{"text that closes its line", item(Text, "a\n"), "a\n", "a\n"},
		{"binary", item(Binary, "\x00\xff"), "\x00\xff\n", "\\x00\\xff\n"},
		{"no data", item(Text, ""), "\n", "\n"},
	}
	for _, c := range cases {
		if got := render(t, "data", output(0, term.Never), c.it); got != c.pipe {
			t.Errorf("%s, in a pipe: %q, want %q", c.name, got, c.pipe)
		}
		if got := render(t, "data", output(80, term.Never), c.it); got != c.onTerminal {
			t.Errorf("%s, on a terminal: %q, want %q", c.name, got, c.onTerminal)
		}
		if got := withoutStyles(render(t, "data", output(0, term.Always), c.it)); got != c.onTerminal {
			t.Errorf("%s, in colour through a pipe: %q, want %q", c.name, got, c.onTerminal)
		}
	}
}

func TestColouredJSON(t *testing.T) {
	document := item(JSON, `{"id":"a\u0062","n":[-1.50,true,null,{}],"o":{"s":"k"}}`)
	got := render(t, "data", output(80, term.Always), document)
	want := "{\x1b[36m\"id\"\x1b[0m:\x1b[32m\"a\\u0062\"\x1b[0m," +
		"\x1b[36m\"n\"\x1b[0m:[\x1b[35m-1.50\x1b[0m,\x1b[35mtrue\x1b[0m,\x1b[35mnull\x1b[0m,{}]," +
		"\x1b[36m\"o\"\x1b[0m:{\x1b[36m\"s\"\x1b[0m:\x1b[32m\"k\"\x1b[0m}}\n"
	if got != want {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

func FuzzColouredJSON(f *testing.F) {
	f.Add(`{"a":[1,"x",null],"a":{}}`)
	f.Add("[1, {\"cut\" :\t\"")
	f.Add("\"\xff\"")
	coloured := output(0, term.Always)
	f.Fuzz(func(t *testing.T, data string) {
		want := withoutStyles(data)
		if got := withoutStyles(string(appendColoured(nil, []byte(data), coloured))); got != want {
			t.Errorf("%q becomes %q", data, got)
		}
	})
}
