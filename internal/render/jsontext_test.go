package render

import (
	"bytes"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// What is known to be compact comes out as if it had been formatted.
func FuzzCompact(f *testing.F) {
	for _, text := range []string{
		`{"a":[1,2.50,"b c"],"d":null}`, `{"a": 1}`, ` 1`, `1 `, `"a\"b c"`, `"a\\"`, `"a\\" `, `"\\\" " `, "[1,\n2]", `"`, `"a`, `{"a" :1}`,
		`{"a":1}{"b":2}`, `{"a":1,"a":2}`, `"\u00e9\/é"`, "\"\xff\"", "\"\x01\"", `1e5`, `-0`, `[1,]`, `tru`, ``, "\x01",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		want, _ := jsontext.AppendFormat(nil, data, lenient...)
		if got := appendCompact(nil, data); !bytes.Equal(got, want) {
			t.Errorf("%q came out as %q, want %q", data, got, want)
		}
	})
}
