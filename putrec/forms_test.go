package putrec

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"

	"kinspect/internal/jq"
	"kinspect/internal/stream"
)

func formed(t *testing.T, o Options, text string) (*source, error) {
	t.Helper()
	f := o.form(stream.Summary{RecordBytesMax: 1 << 20})
	return f.record(line{data: []byte(text), size: len(text)})
}

func TestBase64IsUndoneBeforeGzipIsDone(t *testing.T) {
	s, err := formed(t, Options{Base64: true, Gzip: true, PartitionKeyJQ: program(t, ".k")}, base64.StdEncoding.EncodeToString([]byte(`{"k":"é"}`)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(s.payload))
	if err != nil {
		t.Fatal(err)
	}
	if data, err := io.ReadAll(r); err != nil || string(data) != `{"k":"é"}` || s.key != "é" {
		t.Errorf("%q under %q, %v", data, s.key, err)
	}
}

func TestBase64IsStrict(t *testing.T) {
	for _, text := range []string{"eA", "eA=", "eB==", "e A==", "eA==x", "-_==", "é"} {
		if s, err := formed(t, Options{Base64: true}, text); err == nil || !strings.HasPrefix(err.Error(), "not base64") {
			t.Errorf("%q: %+v, %v", text, s, err)
		}
	}
}

func program(t *testing.T, expr string) *jq.Program {
	t.Helper()
	p, err := jq.Compile(expr)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestKeysByJQ(t *testing.T) {
	const no = "no partition key by jq: "
	cases := []struct{ expr, data, key, err string }{
		{".a", `{"a":"ключ"}`, "ключ", ""},
		{".a", `{"a":12.50}`, "12.50", ""},
		{".a", `{"a":12345678901234567890}`, "12345678901234567890", ""},
		{".a|tostring", `{"a":true}`, "true", ""},
		{".a", `{}`, "", no + "null is neither a string nor a number"},
		{".a", `{"a":[1]}`, "", no + "[1] is neither a string nor a number"},
		{".a", `{"a":""}`, "", "the partition key is empty"},
		{".a", `{"a":"` + strings.Repeat("x", 257) + `"}`, "", "the partition key has 257 characters, and at most 256 are allowed"},
		{".[]", `[1,2]`, "", no + "it gave 2 outputs, and a record has one key"},
		{"empty", `1`, "", no + "it gave 0 outputs, and a record has one key"},
		{"nan", `1`, "", no + "null is neither a string nor a number"},
		{".a", `[]`, "", no + "jq: "},
		{".a", `text`, "", no + "the record is not JSON from byte 2 on"},
		{".a", `1 2`, "", no + "reading JSON: a second value follows the first"},
	}
	for _, c := range cases {
		s, err := formed(t, Options{PartitionKeyJQ: program(t, c.expr)}, c.data)
		switch {
		case c.err == "" && (err != nil || s.key != c.key):
			t.Errorf("%s of %s: %+v, %v", c.expr, c.data, s, err)
		case c.err != "" && (err == nil || !strings.HasPrefix(err.Error(), c.err)):
			t.Errorf("%s of %s: %v, want %s", c.expr, c.data, err, c.err)
		}
	}
}

func TestFlagsGoBeforeAnEnvelopesKey(t *testing.T) {
	const text = `{"data":"{\"id\":7}","partitionKey":"own"}`
	for want, o := range map[string]Options{
		"own": {}, "given": {PartitionKey: "given"}, "7": {PartitionKeyJQ: program(t, ".id")},
	} {
		o.Envelopes = true
		if s, err := formed(t, o, text); err != nil || s.key != want {
			t.Errorf("%+v, %v, want the key %s", s, err, want)
		}
	}
	for own, want := range map[string]string{"": "the partition key is empty", strings.Repeat("é", 257): "the partition key has 257 characters"} {
		text := fmt.Sprintf(`{"data":"x","partitionKey":%q}`, own)
		if _, err := formed(t, Options{Envelopes: true}, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
		if s, err := formed(t, Options{Envelopes: true, PartitionKey: "given"}, text); err != nil || s.key != "given" {
			t.Errorf("%+v, %v: an envelope's key counts where another is given", s, err)
		}
	}
}

// A line may be longer than its record.
func TestLongLineOfAShortRecord(t *testing.T) {
	text := strings.Repeat("a", 20<<20)
	if s, err := formed(t, Options{Gzip: true}, text); err != nil || s.bytes() > 100<<10 {
		t.Errorf("%v", err)
	}
	if _, err := formed(t, Options{}, text); err == nil || !strings.Contains(err.Error(), "the stream takes 1048576") {
		t.Errorf("%v", err)
	}
}
