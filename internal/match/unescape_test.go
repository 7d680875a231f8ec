package match

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"
)

func TestUnescape(t *testing.T) {
	cases := []struct {
		text, want string
		changed    bool
	}{
		{"", "", false},
		{"plain б", "plain б", false},
		{`\"\\\/\b\f\n\r\t`, "\"\\/\b\f\n\r\t", true},
		{`a\u0062c`, "abc", true},
		{`\u00E9\u00e9`, "éé", true},
		{`\u0000`, "\x00", true},
		{`\ud83d\ude00`, "😀", true},
		{`\uD83D\uDE00`, "😀", true},
		{`\ud83d`, "\ufffd", true},
		{`\ud83dx`, "\ufffdx", true},
		{`\ude00\ud83d`, "\ufffd\ufffd", true},
		{`\ud83d\u0041`, "\ufffdA", true},
		{`\ud83d\ud83d\ude00`, "\ufffd😀", true},
		{`\\u0041`, `\u0041`, true},
		{`\\\u0041`, `\A`, true},
		{`\`, `\`, false},
		{`a\`, `a\`, false},
		{`\x41\'\a\U0041`, `\x41\'\a\U0041`, false},
		{`\u`, `\u`, false},
		{`\u004`, `\u004`, false},
		{`\u004g\n`, `\u004g` + "\n", true},
		{`\u+041\u 041\u0x41\u_041`, `\u+041\u 041\u0x41\u_041`, false},
		{"\xff\\u0041\xff", "\xffA\xff", true},
		{`{"a":"\u0041"} \u0041`, `{"a":"A"} A`, true},
	}
	for _, c := range cases {
		before := []byte(c.text)
		got, changed := unescape(before)
		if string(got) != c.want || changed != c.changed {
			t.Errorf("unescape(%s) = %q, %v; want %q, %v", c.text, got, changed, c.want, c.changed)
		}
		if string(before) != c.text {
			t.Errorf("unescape(%s) changed its argument to %q", c.text, before)
		}
	}
}

// FuzzUnescape holds unescape to encoding/json, within strings of valid UTF-8.
func FuzzUnescape(f *testing.F) {
	for _, text := range []string{`a\u0062\n`, `\ud83d\ude00\ud83d`, `\\u0041\x`, "\xff\\"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, changed := unescape(text)
		if changed == bytes.Equal(got, text) {
			t.Errorf("unescape(%q) = %q, changed %v", text, got, changed)
		}
		if len(got) > len(text) {
			t.Errorf("unescape(%q) = %q is longer", text, got)
		}
		var want string
		if utf8.Valid(text) && json.Unmarshal([]byte(`"`+string(text)+`"`), &want) == nil && string(got) != want {
			t.Errorf("unescape(%q) = %q, encoding/json reads %q", text, got, want)
		}
	})
}
