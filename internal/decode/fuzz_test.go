package decode

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzOpen opens bytes as they are, and again as what stands inside of gzip and
// of base64, whose checksums chance would never meet.
func FuzzOpen(f *testing.F) {
	for _, data := range []string{
		"", "ord-9", order, order + "\n" + order, "\uFEFF" + order + "\x00", zipped(order), zipped(zipped(order)), zipped(order) + "\x00",
		based(order), based(zipped(order)), based(based(order)), `["\ud83d"]`, "[\x00", "[[[[[", "2026-11-23", "\x1f\x8b\x08",
	} {
		f.Add([]byte(data))
	}
	for _, sample := range formatSamples {
		f.Add([]byte(sample.data))
	}
	addCorpus(f, "*")
	f.Fuzz(func(t *testing.T, data []byte) {
		checkOpened(t, data)
		checkOpened(t, []byte(zipped(string(data))))
		checkOpened(t, []byte(based(string(data))))
	})
}

// checkOpened holds what Open says against the rule itself.
func checkOpened(t *testing.T, data []byte) {
	blob := Open(data)
	if (blob.State == Read) != (blob.Err == nil) {
		t.Fatalf("state %d with the reason %v", blob.State, blob.Err)
	}
	if !bytes.Equal(blob.Bytes[0], data) {
		t.Fatal("the first bytes are not the data")
	}
	decoded, peeled := 0, 0
	for i, layer := range blob.Layers {
		if layer == "json" {
			continue
		}
		peeled++
		decoded += len(blob.Bytes[i+1])
		if blob.State == Read {
			checkLayer(t, layer, blob.Bytes[i], blob.Bytes[i+1])
		}
	}
	if decoded > MaxDecoded || peeled > MaxLayers || len(blob.Bytes) != peeled+1 {
		t.Fatalf("%d layers, %d of bytes, %d bytes decoded", peeled, len(blob.Bytes), decoded)
	}
	if blob.State == Read {
		checkRead(t, blob)
	}
}

// checkLayer decodes a layer by other means, where there are some. The standard
// reader takes padding after gzip for a damaged member, but only after it has
// given all before that.
func checkLayer(t *testing.T, layer string, outer, inner []byte) {
	var got []byte
	var err error
	switch layer {
	default:
		return
	case "string":
		var text string
		err = json.Unmarshal(bytes.Trim(bytes.TrimPrefix(outer, utf8BOM), "\x00"), &text)
		got = []byte(text)
	case "gzip":
		got, err = gunzipPlainly(outer)
		padded := strings.ContainsRune("\x00\r\n", rune(outer[len(outer)-1]))
		if padded && (err == gzip.ErrHeader || err == io.ErrUnexpectedEOF) {
			err = nil
		}
	case "base64":
		plain := strings.NewReplacer("-", "+", "_", "/", "=", "", "\r", "", "\n", "", " ", "", "\t", "", "\uFEFF", "").Replace(string(outer))
		got, err = base64.RawStdEncoding.DecodeString(plain)
	}
	if err != nil || !bytes.Equal(got, inner) {
		t.Fatalf("%s of %q is %q (%v), not %q", layer, outer, got, err, inner)
	}
}

func gunzipPlainly(data []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// checkRead demands of the innermost bytes that they are text by law 1, or JSON
// by encoding/json and nothing but space between.
func checkRead(t *testing.T, blob Blob) {
	innermost := blob.Bytes[len(blob.Bytes)-1]
	if blob.Text == (len(blob.Documents) > 0) {
		t.Fatalf("text %t, and %d documents", blob.Text, len(blob.Documents))
	}
	if !utf8.Valid(innermost) {
		t.Fatalf("read, but no UTF-8: %q", innermost)
	}
	if blob.Text {
		if i := bytes.IndexFunc(innermost, forbidden); i >= 0 {
			t.Fatalf("read as text, with %q", innermost[i:])
		}
		return
	}
	rest := bytes.TrimPrefix(innermost, utf8BOM)
	for _, document := range blob.Documents {
		if !json.Valid(document) {
			t.Fatalf("no JSON: %q", document)
		}
		before, after, found := bytes.Cut(rest, document)
		if !found || len(bytes.Trim(before, " \t\r\n")) > 0 {
			t.Fatalf("%q between documents", before)
		}
		rest = after
	}
	if len(bytes.Trim(rest, " \t\r\n\x00")) > 0 {
		t.Fatalf("%q after the documents", rest)
	}
}

func forbidden(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\t\r\n", r) }
