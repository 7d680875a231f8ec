package decode

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const order = `{"orderId":"ord-9"}`

// zipped is data as one gzip member.
func zipped(data string) string {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := io.WriteString(z, data); err != nil {
		panic(err)
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return out.String()
}

// based is data as base64.
func based(data string) string { return base64.StdEncoding.EncodeToString([]byte(data)) }

// unbased is the data that a table spells in base64.
func unbased(text string) string {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// opened is a Blob in words: what a table can spell.
type opened struct {
	State     State
	Err       string
	Layers    []string
	Documents []string
	Text      bool
	Innermost string
	Count     int
}

func inWords(b Blob) opened {
	o := opened{State: b.State, Layers: b.Layers, Text: b.Text, Count: len(b.Bytes)}
	o.Innermost = string(b.Bytes[len(b.Bytes)-1])
	for _, d := range b.Documents {
		o.Documents = append(o.Documents, string(d))
	}
	if b.Err != nil {
		o.Err = b.Err.Error()
	}
	return o
}

func wantOpened(t *testing.T, data string, want opened) {
	t.Helper()
	got := Open([]byte(data))
	if string(got.Bytes[0]) != data {
		t.Errorf("%.60q: the first bytes are not the data", data)
	}
	if diff := cmp.Diff(want, inWords(got)); diff != "" {
		t.Errorf("%.60q (-want +got):\n%s", data, diff)
	}
}

func TestText(t *testing.T) {
	for _, data := range []string{
		"", " ", "\r\n", "ord-9", "ord-9\n", "a\tb\r\n", "café ☕ 🙂", "\uFEFFord-9", "\u200Bord-9\uFFFD",
		"2026-11-23 10:15:02 GET /orders/ord-9 200", "2026-11-23", "404 200", "12 monkeys", "007", "1.", "+1",
		"nul", "NaN", "true false", `"a" 5`, `5 "a"`, `{"a":1}5`, `{"a":1},{"a":2}`, `a,"b",{"c":1}`,
		`{"orderId":"ord-9"`, `{"orderId":}`, `{orderId:"ord-9"}`, `{"a":NaN}`, `{'a':1}`, `[1,2`, `[1,2]]`, `{"a":1} trailing`,
		`{"a":"\x"}`, "{\"a\":\"b\nc\"}", `[INFO] started`, "{", "[", `"`, `"open`, "\uFEFF{",
	} {
		wantOpened(t, data, opened{Text: true, Innermost: data, Count: 1})
	}
}

func TestJSON(t *testing.T) {
	cases := []struct {
		data      string
		documents []string
	}{
		{order, []string{order}},
		{" \r\n\t" + order + "\n", []string{order}},
		{"\uFEFF" + order, []string{order}},
		{"\uFEFF\n" + order, []string{order}},
		{order + "\x00\x00", []string{order}},
		{order + "\r\n\x00", []string{order}},
		{"[]", []string{"[]"}},
		{`"ord\u002d9"`, []string{`"ord\u002d9"`}},
		{"12345", []string{"12345"}},
		{"-0.10e+400", []string{"-0.10e+400"}},
		{strings.Repeat("9", 400), []string{strings.Repeat("9", 400)}},
		{"true", []string{"true"}},
		{"null\n", []string{"null"}},
		{order + "\n" + order + "\n", []string{order, order}},
		{order + "\r\n\r\n[1]", []string{order, "[1]"}},
		{order + order + order, []string{order, order, order}},
		{`"a""b"`, []string{`"a"`, `"b"`}},
		{`{"a":1,"a":2}`, []string{`{"a":1,"a":2}`}},                           // a name twice
		{`{"a":"\ud83d"}`, []string{`{"a":"\ud83d"}`}},                         // half a surrogate pair
		{"{\"a\":\"x\u007fy\u0085\"}", []string{"{\"a\":\"x\u007fy\u0085\"}"}}, // control characters that JSON allows
		{`{"café":"☕\u0000"}`, []string{`{"café":"☕\u0000"}`}},
	}
	for _, c := range cases {
		wantOpened(t, c.data, opened{Layers: []string{"json"}, Documents: c.documents, Innermost: c.data, Count: 1})
	}
}

func TestGzip(t *testing.T) {
	json := []opened{{Layers: []string{"gzip", "json"}, Documents: []string{order}, Innermost: order, Count: 2}}
	cases := []struct {
		name, data string
		want       opened
	}{
		{"of JSON", zipped(order), json[0]},
		{"by the gzip command, with a file name", unbased("H4sICP5tBWsAA2UuanNvbgCrVsovSkkt8kxRsgKxdC2VagEr7fcGEwAAAA=="), json[0]},
		{"by Python", unbased("H4sIAABuBWsC/6tWyi9KSS3yTFGyArF0LZVqASvt9wYTAAAA"), json[0]},
		{"of several members, cut within a word", zipped(order[:4]) + zipped("") + zipped(order[4:]), json[0]},
		{"padded with NULs", zipped(order) + "\x00\x00\x00", json[0]},
		{"padded with a line break", zipped(order) + "\r\n", json[0]},
		{"of text", zipped("ord-9"), opened{Layers: []string{"gzip"}, Text: true, Innermost: "ord-9", Count: 2}},
		{"of nothing", zipped(""), opened{Layers: []string{"gzip"}, Text: true, Count: 2}},
		{"of lines of JSON", zipped(order + "\n" + order), opened{Layers: []string{"gzip", "json"}, Documents: []string{order, order}, Innermost: order + "\n" + order, Count: 2}},
		{"of text that only starts like JSON", zipped(`{"a":`), opened{Layers: []string{"gzip"}, Text: true, Innermost: `{"a":`, Count: 2}},
		{"of gzip", zipped(zipped(order)), opened{Layers: []string{"gzip", "gzip", "json"}, Documents: []string{order}, Innermost: order, Count: 3}},
		{"of base64 of gzip", zipped(based(zipped(order))), opened{Layers: []string{"gzip", "base64", "gzip", "json"}, Documents: []string{order}, Innermost: order, Count: 4}},
		{"of binary", zipped("\x00\x01"), opened{State: Opaque, Err: "binary data of no known format", Layers: []string{"gzip"}, Innermost: "\x00\x01", Count: 2}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { wantOpened(t, c.data, c.want) })
	}
}

func TestDamagedGzip(t *testing.T) {
	whole := zipped(order)
	damaged := func(at int) string {
		data := []byte(whole)
		data[(len(data)+at)%len(data)] ^= 0x40
		return string(data)
	}
	long := zipped(strings.Repeat(order+"\n", 5000))
	cases := []struct {
		name, data string
		err        string
		out        string // what came out nevertheless
	}{
		{"the magic alone", "\x1f\x8b\x08", "unexpected EOF", ""},
		{"half a header", whole[:9], "unexpected EOF", ""},
		{"a header alone", whole[:10], "unexpected EOF", ""},
		{"without its trailer", whole[:len(whole)-8], "unexpected EOF", order},
		{"without its last byte", whole[:len(whole)-1], "unexpected EOF", order},
		{"a wrong checksum", damaged(-8), "gzip: invalid checksum", order},
		{"a wrong length", damaged(-4), "gzip: invalid checksum", order},
		{"garbage behind", whole + "ord-9", "5 bytes after its end", order},
		{"a second member cut short", whole + whole[:5], "unexpected EOF", order},
		{"a second member with half a magic", whole + "\x1f", "1 bytes after its end", order},
		{"a third member after padding", whole + "\x00" + whole, fmt.Sprintf("%d bytes after its end", len(whole)+1), order},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			want := opened{State: Broken, Err: "opening gzip: " + c.err, Innermost: c.data, Count: 1}
			if c.out != "" {
				want.Layers, want.Innermost, want.Count = []string{"gzip"}, c.out, 2
			}
			wantOpened(t, c.data, want)
		})
	}
	t.Run("cut in the middle", func(t *testing.T) {
		got := Open([]byte(long[:len(long)-20]))
		if got.State != Broken || len(got.Bytes) != 2 || !bytes.HasPrefix(got.Bytes[1], []byte(order)) {
			t.Errorf("%v, %d layers of bytes: the start must be searched", got.State, len(got.Bytes))
		}
	})
}

func TestEveryCutAndFlippedBitOfGzipIsNoticed(t *testing.T) {
	whole := []byte(zipped(order))
	for n := 1; n < len(whole); n++ {
		if got := Open(whole[:n]); got.State == Read {
			t.Errorf("cut to %d bytes: read", n)
		}
	}
	for i := range whole {
		for bit := range 8 {
			flipped := bytes.Clone(whole)
			flipped[i] ^= 1 << bit
			got := Open(flipped)
			if got.State == Read && string(got.Bytes[len(got.Bytes)-1]) != order {
				t.Errorf("byte %d, bit %d: read as %q", i, bit, got.Bytes)
			}
		}
	}
}

func TestBase64(t *testing.T) {
	json := func(documents ...string) opened {
		return opened{Layers: []string{"base64", "json"}, Documents: documents, Innermost: strings.Join(documents, ""), Count: 2}
	}
	text := func(inner string) opened {
		return opened{Layers: []string{"base64"}, Text: true, Innermost: inner, Count: 2}
	}
	gzipped := opened{Layers: []string{"base64", "gzip", "json"}, Documents: []string{order}, Innermost: order, Count: 3}
	const slashes = `{"a":"???>>>"}` // needs both special characters
	wrapped := based(zipped(order))
	wrapped = wrapped[:20] + "\r\n" + wrapped[20:] + "\n"
	cases := []struct {
		data string
		want opened
	}{
		{based(order), json(order)},
		{based(order + order), json(order, order)},
		{strings.TrimRight(based(order), "="), json(order)},
		{" " + based(order) + "\n", json(order)},
		{based(slashes), json(slashes)},
		{base64.URLEncoding.EncodeToString([]byte(slashes)), json(slashes)},
		{base64.RawURLEncoding.EncodeToString([]byte(slashes)), json(slashes)},
		{based(zipped(order)), gzipped},
		{wrapped, gzipped},
		{based(based(order)), opened{Layers: []string{"base64", "base64", "json"}, Documents: []string{order}, Innermost: order, Count: 3}},
		{based("ord-9 is" + "!"), text("ord-9 is!")},
		{based("ord-9 is on its way") + "\n", text("ord-9 is on its way")},
		{based("заказ ord-9"), text("заказ ord-9")},
		{base64.URLEncoding.EncodeToString([]byte("???>>>???>>>")), text("???>>>???>>>")},
		{based(`{"orderId":"ord-9"`), text(`{"orderId":"ord-9"`)},
		{based(`"ord-9 is"`), json(`"ord-9 is"`)},
		{based(zipped(order)[:20]), opened{State: Broken, Err: "opening gzip: unexpected EOF", Layers: []string{"base64", "gzip"}, Innermost: `{"orderId`, Count: 3}},
	}
	if !strings.ContainsAny(based(slashes), "+/") {
		t.Fatal("the case of the two alphabets tests nothing")
	}
	for _, c := range cases {
		wantOpened(t, c.data, c.want)
	}
}

func TestWordsAreNotBase64(t *testing.T) {
	for _, data := range []string{
		"deadbeef", "d41d8cd98f00b204e9800998ecf8427e", "Message1", "orders/new", "AAAAAAAAAAAA", "zzzzzzzz",
		"e30=", "W10=",
		based("ord-9"), based("заказ"), // text in base64 that is too short to tell
		strings.TrimRight(based("ord-9 is on the way"), "="),        // nor is it strict without its padding
		based("ord-9 is on its way")[:16] + "\n" + based("way")[:4], // or on several lines
		"b3JkLTkgaXMgb24gaXRzIHdheR==",                              // or with bits left over
		based("\x00\x01\x02\x03\x04\x05"),                           // nor binary
		based("\x78\x9c\x00\x01\x02\x03\x04"),                       // nor two bytes of magic alone
		based(order) + "!", based(order) + " " + based(order), "+/" + "-_" + "AAAA", "====" + "====",
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJvcmQtOSJ9.c2lnbmF0dXJl", // a JWT
	} {
		wantOpened(t, data, opened{Text: true, Innermost: data, Count: 1})
	}
}

func TestLimits(t *testing.T) {
	nested := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	layered := func(layer func(string) string, count int) string {
		data := order
		for range count {
			data = layer(data)
		}
		return data
	}
	cases := []struct {
		name, data string
		state      State
		err        string
	}{
		{"four layers of gzip", layered(zipped, 4), Read, ""},
		{"five", layered(zipped, 5), Broken, "opening gzip: more than 4 layers, our limit"},
		{"four layers of base64", layered(based, 4), Read, ""},
		{"five", layered(based, 5), Broken, "opening base64: more than 4 layers, our limit"},
		{"twenty", layered(based, 20), Broken, "opening base64: more than 4 layers, our limit"},
		{"nesting at the limit", nested(MaxNesting), Read, ""},
		{"beside another list", "[[]," + nested(MaxNesting-1) + "]", Read, ""},
		{"nesting above it", nested(MaxNesting + 1), Broken, "parsing JSON: nested deeper than 1000, our limit"},
		{"nesting above the parser's own limit", nested(20_000), Broken, "parsing JSON: nested deeper than 1000, our limit"},
		{"in base64", based(nested(MaxNesting + 1)), Broken, "parsing JSON: nested deeper than 1000, our limit"},
		{"in a second value", order + nested(MaxNesting+1), Broken, "parsing JSON: nested deeper than 1000, our limit"},
		{"in objects", strings.Repeat(`{"a":`, 1001) + "1" + strings.Repeat("}", 1001), Broken, "parsing JSON: nested deeper than 1000, our limit"},
		{"brackets side by side", "[" + strings.Repeat("[],", 5000) + "[]]", Read, ""},
		{"brackets in a string", `["\"` + strings.Repeat("[", 5000) + `\\"]`, Read, ""},
		{"brackets in text", strings.Repeat("[x ", 5000), Read, ""},
		{"documents at the limit", strings.Repeat("{}", MaxDocuments), Read, ""},
		{"documents above it", strings.Repeat("{}", MaxDocuments+1), Broken, "parsing JSON: more than 262144 values, our limit"},
	}
	for _, c := range cases {
		got := Open([]byte(c.data))
		if got.State != c.state || c.err != fmt.Sprint(got.Err) && got.Err != nil || (got.Err == nil) != (c.err == "") {
			t.Errorf("%s: state %d, %v; want %d, %s", c.name, got.State, got.Err, c.state, c.err)
		}
	}
}

// Many members fill the limit faster than one that has to be compressed first.
func TestMaxDecoded(t *testing.T) {
	var member bytes.Buffer
	z, err := gzip.NewWriterLevel(&member, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	got := Open(bytes.Repeat(member.Bytes(), MaxDecoded>>20+1))
	if got.State != Broken || got.Err.Error() != "opening gzip: more than 64 MiB decoded, our limit" {
		t.Errorf("state %d, %v", got.State, got.Err)
	}
	if len(got.Bytes) != 2 || len(got.Bytes[1]) != MaxDecoded {
		t.Errorf("%d layers of bytes, the last of %d", len(got.Bytes), len(got.Bytes[len(got.Bytes)-1]))
	}
}

func TestBomb(t *testing.T) {
	const limit = 1 << 20
	bomb := zipped(zipped(strings.Repeat("\x00", 4*limit)))
	o := opener{Decoder: Auto, left: limit}
	o.open([]byte(bomb))
	if len(bomb) > 200 || o.blob.State != Broken || !errors.Is(o.blob.Err, errTooLarge) {
		t.Errorf("%d bytes of 4 MiB: state %d, %v", len(bomb), o.blob.State, o.blob.Err)
	}
}

// The limit holds for all layers and members together; here it is a small one.
func TestDecodedSizesAddUp(t *testing.T) {
	const limit = 4 << 10
	half := zipped(strings.Repeat("\x01", limit/2))
	spaced := strings.Repeat(" ", limit*3/4) + based(order+strings.Repeat(" ", limit/8))
	cases := []struct {
		name, data string
		err        error
		last       int // bytes that came out of the last layer
	}{
		{"at the limit", half + half, nil, limit},
		{"above it by a second member", half + half + zipped("x"), errTooLarge, limit},
		{"above it in the second layer", zipped(half + half), errTooLarge, limit - len(half+half)},
		{"above it in the third", zipped(zipped(half + half)), errTooLarge, limit - len(half+half) - len(zipped(half+half))},
		{"above it by base64", zipped(spaced), errTooLarge, len(spaced)},
	}
	for _, c := range cases {
		o := opener{Decoder: Auto, left: limit}
		o.open([]byte(c.data))
		if c.err != nil && (o.blob.State != Broken || !errors.Is(o.blob.Err, c.err)) || c.err == nil && o.blob.State != Opaque {
			t.Errorf("%s: state %d, %v", c.name, o.blob.State, o.blob.Err)
		}
		if last := len(o.blob.Bytes[len(o.blob.Bytes)-1]); last != c.last {
			t.Errorf("%s: %d bytes decoded, want %d", c.name, last, c.last)
		}
	}
}

// A forged length must not make us reserve memory for it.
func TestSizeHintIsNotBelieved(t *testing.T) {
	forged := append([]byte(zipped(order)), 0xff, 0xff, 0xff, 0x7f)
	if got, want := sizeHint(forged, MaxDecoded), 16*len(forged)+bytes.MinRead; got != want {
		t.Errorf("%d bytes for a claim of 2 GiB, want %d", got, want)
	}
	if got, want := sizeHint([]byte(zipped(order)), MaxDecoded), len(order)+bytes.MinRead; got != want {
		t.Errorf("%d bytes for an honest claim, want %d", got, want)
	}
}

func TestOwnership(t *testing.T) {
	data := []byte(order)
	plain := Open(data)
	data[2] = 'O'
	if plain.Bytes[0][2] != 'O' || plain.Documents[0][2] != 'O' {
		t.Error("the outer layer is a copy, not a view")
	}
	data = []byte(zipped(order))
	first := Open(data)
	clear(data)
	Open([]byte(zipped(strings.ToUpper(order)))) // would reuse a pooled buffer
	if string(first.Bytes[1]) != order || string(first.Documents[0]) != order {
		t.Errorf("what came out of gzip changed to %q", first.Bytes[1])
	}
}
