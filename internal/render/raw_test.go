package render

import (
	"testing"

	"kinspect/internal/decode"
	"kinspect/internal/term"
)

func TestRawIsWhatWasPut(t *testing.T) {
	for name, data := range map[string]string{
		"text": "a\r\nb", "two documents": "{\"a\":1}\n{\"b\":2}\n", "hostile": hostile, "nothing": "", "white space": " {\"a\" : 1.0}\n",
	} {
		u, got := user("k", data), ""
		for _, it := range Items(u, decode.Open(u.UserData)) {
			got += render(t, "raw", output(80, term.Always), it)
		}
		if got != data {
			t.Errorf("%s: %q, want %q", name, got, data)
		}
	}
}
