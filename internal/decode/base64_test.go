package decode

import (
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
)

// Base64 hides what is in it, so it is opened wherever it shows itself.
func TestBase64ThatShowsItself(t *testing.T) {
	order := `{"orderId":"ord-9"}`
	binary := "\x0a\x05ord-9\x10\xff" + strings.Repeat("\x80\x01", 16) // a message of a schema that nobody gave
	lines := func(text string, at int) string {
		var out strings.Builder
		for ; len(text) > at; text = text[at:] {
			out.WriteString(text[:at] + "\n")
		}
		return out.String() + text
	}
	long := based(strings.Repeat("order ord-9 was placed. ", 9))
	for name, c := range map[string]struct {
		text, layers string
		state        State
	}{
		"binary data":                    {based(binary), "base64", Opaque},
		"binary data, too short":         {based(binary[:30]), "", Read},
		"digits in hex":                  {strings.Repeat("0123456789abcdef", 4), "", Read},
		"an ID in both cases":            {"aB3dE5gH7jK9mN1pQ3sT5vX7zB9d", "", Read},
		"text in lines of 76":            {lines(long, 76), "base64", Read},
		"text in lines of 64 and a last": {lines(long, 64) + "\n", "base64", Read},
		"JSON behind a byte order mark":  {"\uFEFF" + based(order) + "\n", "base64,json", Read},
		"gzip cut short, and a mark":     {"\uFEFF" + strings.TrimRight(based(zipped(order)), "=")[:41], "", Broken},
		"text in short lines":            {lines(long, 8), "", Read},
		"text in lines of any length":    {long[:80] + "\n" + long[80:144] + "\n" + long[144:], "", Read},
		"JSON that is no text":           {based("{\"id\":\"Zo\xEB\"}"), "base64", Broken},
		"UTF-16":                         {based("\xFF\xFE{\x00}\x00"), "base64", Opaque},
		"gzip in a JSON string":          {strconv.Quote(based(zipped(order))), "string,base64,gzip,json", Read},
		"JSON in a JSON string":          {strconv.Quote(based(order)), "string,base64,json", Read},
		"a word in a JSON string":        {`"b3JkLTc1"`, "json", Read},
		"gzip cut short by a letter":     {strings.TrimRight(based(zipped(order)), "=")[:41], "", Broken},
		"gzip with a letter of no kind":  {based(zipped(order))[:30] + "*" + based(zipped(order))[31:], "", Broken},
		"zstd with a blank":              {based("\x28\xB5\x2F\xFD" + strings.Repeat("\x00", 20))[:20] + " AAAA", "", Broken},
		"a word that begins so":          {"H4sIAAAA is a word", "", Read},
	} {
		blob := Open([]byte(c.text))
		if got := strings.Join(blob.Layers, ","); got != c.layers || blob.State != c.state || (blob.Err == nil) != (c.state == Read) {
			t.Errorf("%s: %s, state %d, %v; want %s, state %d", name, got, blob.State, blob.Err, c.layers, c.state)
		}
	}
	barred, err := NewDecoder("auto,-base64")
	if err != nil {
		t.Fatal(err)
	}
	if blob := barred.Open([]byte(base64.StdEncoding.EncodeToString([]byte(binary)))); blob.State != Read || !blob.Text {
		t.Errorf("barred: %+v", inWords(blob))
	}
}
