package term

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestEscape(t *testing.T) {
	cases := []struct{ name, in, text, line string }{
		{"ordinary", "order 7 ✓ grüße 注文 👩‍👧 \\x1b", "order 7 ✓ grüße 注文 👩‍👧 \\x1b", "order 7 ✓ grüße 注文 👩‍👧 \\x1b"},
		{"empty", "", "", ""},
		{"newline and tab", "a\n\tb", "a\n\tb", `a\n\tb`},
		{"carriage return", "safe\rEVIL", `safe\rEVIL`, `safe\rEVIL`},
		{"colour", "\x1b[31mred", `\x1b[31mred`, `\x1b[31mred`},
		{"window title", "\x1b]0;pwned\x07", `\x1b]0;pwned\x07`, `\x1b]0;pwned\x07`},
		{"backspace, null, delete", "a\x08\x00\x7f", `a\x08\x00\x7f`, `a\x08\x00\x7f`},
		{"C1 as a character", "\u009b31m", `\u009b31m`, `\u009b31m`},
		{"C1 as a byte", "\x9b31m", `\x9b31m`, `\x9b31m`},
		{"direction turned", "abc\u202etxt.exe\u2066", `abc\u202etxt.exe\u2066`, `abc\u202etxt.exe\u2066`},
		{"marks", "\u200e\u200f\u061c", `\u200e\u200f\u061c`, `\u200e\u200f\u061c`},
		{"invisible", "or\u200bd\ufeff\u2028", `or\u200bd\ufeff\u2028`, `or\u200bd\ufeff\u2028`},
		{"joiner within an ID", "or\u200dd-7\ufe0f", `or\u200dd-7\ufe0f`, `or\u200dd-7\ufe0f`},
		{"joiner at the beginning", "\u200c注", `\u200c注`, `\u200c注`},
		{"selectors in a row", "☺\ufe0f\ufe0e\U000e0101", "☺\ufe0f" + `\ufe0e\U000e0101`, "☺\ufe0f" + `\ufe0e\U000e0101`},
		{"joiners in a row", "注\u200d\u200c\u200d", "注\u200d" + `\u200c\u200d`, "注\u200d" + `\u200c\u200d`},
		{"behind what was spelled", "\u202e\u200d", `\u202e\u200d`, `\u202e\u200d`},
		{"emoji and scripts that need them", "❤\ufe0f\u200d🔥 می\u200cخواهم क्\u200dष 葛\U000e0100", "❤\ufe0f\u200d🔥 می\u200cخواهم क्\u200dष 葛\U000e0100", "❤\ufe0f\u200d🔥 می\u200cخواهم क्\u200dष 葛\U000e0100"},
		{"tag", "a\U000e0041", `a\U000e0041`, `a\U000e0041`},
		{"cut character", "é\xc3", `é\xc3`, `é\xc3`},
		{"surrogate, overlong", "\xed\xa0\x80\xc0\x9b", `\xed\xa0\x80\xc0\x9b`, `\xed\xa0\x80\xc0\x9b`},
		{"replacement character itself", "\ufffd", "\ufffd", "\ufffd"},
	}
	for _, c := range cases {
		if got := Escape(c.in); got != c.text {
			t.Errorf("%s: Escape gives %q, want %q", c.name, got, c.text)
		}
		if got := EscapeLine(c.in); got != c.line {
			t.Errorf("%s: EscapeLine gives %q, want %q", c.name, got, c.line)
		}
		if got := string(AppendEscaped([]byte("> "), []byte(c.in))); got != "> "+c.text {
			t.Errorf("%s: AppendEscaped gives %q", c.name, got)
		}
		if got := string(AppendEscapedLine([]byte("> "), []byte(c.in))); got != "> "+c.line {
			t.Errorf("%s: AppendEscapedLine gives %q", c.name, got)
		}
	}
}

func TestAppendEscapedJSON(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"ordinary", `{"a":"grüße 注文 \u001b \\"}`, `{"a":"grüße 注文 \u001b \\"}`},
		{"C1, delete, direction", "[\"\u009b\",\"\x7f\",\"\u202e\"]", `["\u009b","\u007f","\u202e"]`},
		{"after an escaped backslash", "\"\\\\\u202e\"", `"\\\u202e"`},
		{"outside the first plane", "\"\U000e0041\"", `"\udb40\udc41"`},
		{"white space", "{\r\n\t\"a\": 1}", "{ \n\t\"a\": 1}"},
		{"byte that is not UTF-8", "\"Ren\xe9\"", `"Ren\ufffd"`},
	}
	for _, c := range cases {
		if got := string(AppendEscapedJSON(nil, []byte(c.in))); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCleanTextCostsNoAllocation(t *testing.T) {
	clean := strings.Repeat("ord-7 für 注文\n", 20)
	if n := testing.AllocsPerRun(10, func() { _ = Escape(clean) }); n != 0 {
		t.Errorf("Escape allocates %v times", n)
	}
	dst, src := make([]byte, 0, 2*len(clean)), []byte(clean)
	if n := testing.AllocsPerRun(10, func() { _ = AppendEscaped(dst, src) }); n != 0 {
		t.Errorf("AppendEscaped allocates %v times", n)
	}
}

// dangers lists, independently of the table under test, what must not survive.
func dangers(s string, allowed string) (found []rune) {
	for i, r := range s {
		invisible := unicode.Is(unicode.Bidi_Control, r) || r == 0xfeff || r == 0x2028 || r == 0x2029
		_, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || invisible || unicode.IsControl(r) && !strings.ContainsRune(allowed, r) {
			found = append(found, r)
		}
	}
	return found
}

func FuzzEscape(f *testing.F) {
	for _, seed := range []string{"plain", "\x1b[2J", "\u009b\u202e\xff", "a\r\n\tb", `{"a":"` + "\x7f\u2066" + `"}`, "\U000e0041"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, line := Escape(s), EscapeLine(s)
		if bad := dangers(text, "\n\t"); bad != nil {
			t.Errorf("Escape(%q) keeps %q", s, bad)
		}
		if bad := dangers(line, ""); bad != nil {
			t.Errorf("EscapeLine(%q) keeps %q", s, bad)
		}
		if Escape(text) != text || EscapeLine(line) != line {
			t.Errorf("%q: what is escaped is escaped again", s)
		}
		if same := text == s; same != inText.isSafe(s) {
			t.Errorf("%q: changed, and yet safe: %v", s, same)
		}
		if got := string(AppendEscaped(nil, []byte(s))); got != text {
			t.Errorf("%q: as bytes %q, as a string %q", s, got, text)
		}
	})
}

func FuzzEscapeJSON(f *testing.F) {
	for _, seed := range []string{`{"a":1}`, "[\"\x7f\u2066\xff\",\r\n\"\U000e0041\"]", `"\\\ud800"`, "\"\\\\\u202e\""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, s []byte) {
		escaped := AppendEscapedJSON(nil, s)
		if bad := dangers(string(escaped), "\n\t"); bad != nil {
			t.Errorf("%q keeps %q", s, bad)
		}
		if again := AppendEscapedJSON(nil, escaped); !bytes.Equal(again, escaped) {
			t.Errorf("%q: what is escaped is escaped again", s)
		}
		var before, after any
		if json.Unmarshal(s, &before) != nil {
			return
		}
		if err := json.Unmarshal(escaped, &after); err != nil || !reflect.DeepEqual(before, after) {
			t.Errorf("%q becomes %q: %v", s, escaped, err)
		}
	})
}
