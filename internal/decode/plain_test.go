package decode

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// decoders are those that differ in what they make of text.
var decoders = newDecoders("auto", "none", "base64", "auto,-json", "gzip,string", "auto,base64,msgpack")

func newDecoders(lists ...string) (all []*Decoder) {
	for _, list := range lists {
		d, err := NewDecoder(list)
		if err != nil {
			panic(err)
		}
		all = append(all, d)
	}
	return all
}

// sameText compares errors by what they say.
var sameText = cmp.Comparer(func(a, b error) bool { return fmt.Sprint(a) == fmt.Sprint(b) })

// checkUnread holds what is not parsed to what Open says of it, but for what only
// parsing tells.
func checkUnread(t *testing.T, data []byte, decoders []*Decoder) (unread bool) {
	t.Helper()
	for _, d := range decoders {
		var asked [][]byte
		blob, left := d.OpenUnless(data, func(layers [][]byte) bool {
			asked = slices.Clone(layers)
			return true
		})
		want := d.Open(data)
		if unread = left; left {
			if diff := cmp.Diff(want.Bytes, asked); diff != "" {
				t.Fatalf("%s of %.300q: asked of other layers (-opened +asked):\n%s", d, data, diff)
			}
			if want.Text == (len(want.Documents) > 0) {
				t.Fatalf("%s of %.300q: opened it is neither text nor JSON", d, data)
			}
			want.Documents, want.Text = nil, false
			if n := len(want.Layers); n > 0 && want.Layers[n-1] == "json" {
				want.Layers = want.Layers[: n-1 : n-1]
			}
			if len(want.Layers) == 0 {
				want.Layers = nil
			}
		}
		if diff := cmp.Diff(want, blob, sameText); diff != "" {
			t.Fatalf("%s of %.300q, unread %t (-opened +unless):\n%s", d, data, left, diff)
		}
		if without := d.PlainWithout("ord", `\u`); without(data) && (!d.Plain(data) || bytes.Contains(data, []byte("ord")) || bytes.Contains(data, []byte(`\u`))) {
			t.Fatalf("%s: %.300q passes as plain, without ord and \\u", d, data)
		}
		if kept, left := d.OpenUnless(data, func([][]byte) bool { return false }); left || !cmp.Equal(d.Open(data), kept, sameText) {
			t.Fatalf("%s of %.300q: not refused and yet another: %+v", d, data, kept)
		}
	}
	return unread
}

func FuzzUnread(f *testing.F) {
	addCorpus(f, "*")
	f.Fuzz(func(t *testing.T, data []byte) { checkUnread(t, data, decoders[:1]) })
}

func TestUnreadIsWhatOpenReads(t *testing.T) {
	cases := []struct {
		data   string
		unread bool
	}{
		{order, true}, {"\uFEFF " + order + "\n" + order, true}, {"[1,2,3,4,5,6,7,8,9]", true}, {`{"orderId":"ord-9"`, true}, {zipped(order), true},
		{"2026-11-23 10:15:02 GET /orders", true}, {"1234567890.1234567890", true}, {`["Чай", "\u0441 \"` + "\t" + `"]  `, true},
		{order + "\x00", false}, {`"` + strings.Repeat("A", 20) + `"`, false}, {based(order), true}, {based(zipped(order))[:40] + "!", false}, {"", false}, {order[:10], false},
		{`{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1"}]}`, false}, {`{"dynamodb":{"Keys":{}},"eventName":"INSERT"}`, false},
		{strings.Repeat("[", MaxNesting+1), false}, {"1" + strings.Repeat(" ", 20) + strings.Repeat("[", MaxNesting+1), false}, {strings.Repeat("[", MaxNesting) + "          ", true},
		{order + "\x1b", false}, {order + "\xff", false},
		{"----------------" + based(order), false}, {"================" + order, false},
	}
	for _, c := range cases {
		if unread := checkUnread(t, []byte(c.data), decoders); unread != c.unread {
			t.Errorf("%.80q: unread %t", c.data, unread)
		}
	}
}

// Objects are seen to be without what does not stand in them.
func TestPlainWithout(t *testing.T) {
	for _, text := range []string{order, order + "\n", "{\n\t\"id\": 17,\r\n\t\"text\": \"in lines\"\n}", order + order} {
		if !Auto.PlainWithout("9999", `\u`)([]byte(text)) {
			t.Errorf("%q does not pass", text)
		}
		for at := range len(text) - 1 {
			if gram := text[at:min(at+4, len(text))]; Auto.PlainWithout(gram, `\u`)([]byte(text)) {
				t.Errorf("%q passes as without %q", text, gram)
			}
			if pair := text[at : at+2]; Auto.PlainWithout("9999", pair)([]byte(text)) {
				t.Errorf("%q passes as without %q", text, pair)
			}
		}
	}
}

// What may be more documents than the limit is parsed.
func TestManyDocumentsAreNotUnread(t *testing.T) {
	many := []byte("{}" + strings.Repeat(`""`, MaxDocuments))
	if blob, unread := Auto.OpenUnless(many, func([][]byte) bool { return true }); unread || blob.State != Broken {
		t.Errorf("unread %t, state %d", unread, blob.State)
	}
}

// With a schema, text may be a message.
func TestNothingIsUnreadWithASchema(t *testing.T) {
	if Auto.With(&Avro{}).PlainWithout("9999", `\u`)([]byte(order)) {
		t.Error("plain")
	}
	if _, unread := Auto.With(&Avro{}).OpenUnless([]byte(order), func([][]byte) bool { return true }); unread {
		t.Error("unread")
	}
}

func TestMarksOfEnvelopesAreKnown(t *testing.T) {
	for _, e := range envelopes {
		if !mayWrap(e.mark) && len(e.mark) > 1 {
			t.Errorf("%s: nothing of its mark is looked for", e.name)
		}
	}
}

// readableSlowly is readable, a rune at a time.
func readableSlowly(data []byte) bool {
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\t' && r != '\r' && r != '\n' }
	return utf8.Valid(data) && bytes.IndexFunc(data, control) < 0
}

func TestReadable(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 9))
	odd := []string{"\x00", "\x1f", "\x7f", "\x80", "\xff", "é", "Ч", "\u0085", "\u00a0", "\n", "\t", "\r", "😀", "\xe2\x82", "~", " "}
	for range 50_000 {
		text := []byte(strings.Repeat("a", draw.IntN(70)))
		for range draw.IntN(4) {
			at := draw.IntN(len(text) + 1)
			text = slices.Insert(text, at, []byte(odd[draw.IntN(len(odd))])...)
		}
		if got, want := Readable(text), readableSlowly(text); got != want {
			t.Fatalf("%q: %t, want %t", text, got, want)
		}
	}
	for c := range 256 {
		for at := range 40 {
			text := []byte(strings.Repeat("x", 40))
			text[at] = byte(c)
			if got, want := Readable(text), readableSlowly(text); got != want {
				t.Fatalf("%q: %t, want %t", text, got, want)
			}
		}
	}
}
