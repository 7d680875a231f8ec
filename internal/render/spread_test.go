package render

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestSpread(t *testing.T) {
	cases := []struct {
		name    string
		columns int
		compact string
		want    string
	}{
		{"fits", 20, `{"a":[1,2]}`, `
  {"a":[1,2]}`},
		{"a line a member, what fits stays together", 20, `{"a":[1,2],"b":{"c":"d"},"e":[]}`, `
  {
    "a": [1,2],
    "b": {"c":"d"},
    "e": []
  }`},
		{"as many elements on a line as fit", 20, `[1234,5678,"9","0123456789",true,null]`, `
  [
    1234, 5678, "9",
    "0123456789",
    true, null
  ]`},
		{"a line a container", 20, `[1,2,{"a":1},[2],{"b":"01234567"},3]`, `
  [
    1, 2,
    {"a":1},
    [2],
    {
      "b": "01234567"
    },
    3
  ]`},
		{"too long a string stays whole", 12, `{"a":"0123456789","b":{}}`, `
  {
    "a": "0123456789",
    "b": {}
  }`},
		{"brackets and escapes in strings", 16, `["}],{","\\\"","\"],"]`, `
  [
    "}],{",
    "\\\"",
    "\"],"
  ]`},
		{"wide characters", 16, `["注文","注"]`, `
  ["注文","注"]`},
		{"wide characters that do not fit", 15, `["注文","注"]`, `
  [
    "注文",
    "注"
  ]`},
	}
	for _, c := range cases {
		if got := "\n" + string(spread([]byte(c.compact), c.columns)); got != c.want {
			t.Errorf("%s:%s\nwant%s", c.name, got, c.want)
		}
	}
}

// What is nested to the limit takes time and room in proportion to its size.
func TestSpreadBoundsIndentation(t *testing.T) {
	deep := strings.Repeat("[", 9000) + "0" + strings.Repeat("]", 9000)
	if got := len(spread([]byte(deep), 80)); got > 60*len(deep) {
		t.Errorf("%d bytes become %d", len(deep), got)
	}
}

// Spreading changes white space alone, also where the JSON is broken.
func FuzzSpread(f *testing.F) {
	f.Add([]byte(`{"a":[1,2,{"b":"0123456789012345"}],"c":"注文 \\\"","d":{},"e":[]}`), uint8(20))
	f.Add([]byte(`[[[[["]"]]]],{"":[]}]`), uint8(0))
	f.Add([]byte(`{"cut":["`), uint8(9))
	f.Add([]byte("]}\\,:\""), uint8(9))
	f.Fuzz(func(t *testing.T, text []byte, columns uint8) {
		lines := spread(text, int(columns))
		if json.Valid(text) {
			var before, after bytes.Buffer
			if json.Compact(&before, text) != nil || json.Compact(&after, lines) != nil || before.String() != after.String() {
				t.Errorf("%q becomes %q", text, lines)
			}
		}
		white := func(text []byte) string { return strings.NewReplacer(" ", "", "\n", "").Replace(string(text)) }
		if white(lines) != white(text) {
			t.Errorf("%q becomes %q", text, lines)
		}
	})
}
