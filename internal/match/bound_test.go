package match

import (
	"strings"
	"testing"

	"kinspect/internal/decode"
)

func TestTextWithinItsBound(t *testing.T) {
	deep := nest(`{"id":"ord-9"}`, depthMax+2)
	cases := []struct {
		name       string
		in         Subject
		text       string
		bound      Bound
		ignoreCase bool
		ok         bool
		want       Hit
	}{
		{"inside a word", subject(`{"id":"xord-91"}`), "ord-9", Anywhere, false, true, part(".id", "xord-91")},
		{"in another case", subject(`{"id":"ORD-9"}`), "ord-9", Word, true, true, whole(".id", "ORD-9")},
		{"inside a word, in another case", subject(`{"id":"XORD-9"}`), "ord-9", Word, true, false, Hit{InWord: true}},
		{"the partition key", keyed("ord-9", `{}`), "ord-9", Entire, false, true, whole("partitionKey", "ord-9")},
		{"part of the partition key", keyed("eu/ord-9", `{}`), "ord-9", Entire, false, false, Hit{InWord: true}},
		{"a string", subject(`[{"a":"for ord-9","b":"ord\u002d9"}]`), "ord-9", Entire, false, true, whole(".[0].b", "ord-9")},
		{"a string in another case", subject(`{"a":"Ord-9"}`), "ord-9", Entire, true, true, whole(".a", "Ord-9")},
		{"a string with blanks around it", subject(`{"a":" ord-9\n"}`), "ord-9", Entire, false, true, whole(".a", " ord-9\n")},
		{"a name", subject(`{"ord-9":1}`), "ord-9", Entire, false, true, whole(`."ord-9"`, "ord-9")},
		{"a number", subject(`{"a":[1,7.50]}`), "7.50", Entire, false, true, whole(".a[1]", "7.50")},
		{"a number spelled otherwise", subject(`{"a":7.5}`), "7.50", Entire, false, false, Hit{}},
		{"part of a number", subject(`{"a":7.50}`), "7", Entire, false, false, Hit{InWord: true}},
		{"a literal", subject(`{"a":null}`), "null", Entire, false, true, whole(".a", "null")},
		{"text", subject("ord-9"), "ord-9", Entire, false, true, whole("data", "ord-9")},
		{"a line", subject("ord-9\r\n"), "ord-9", Entire, false, true, whole("data", "ord-9\r\n")},
		{"part of a text", subject("INFO ord-9"), "ord-9", Entire, false, false, Hit{InWord: true}},
		{"gzipped text", subject(gzipped(t, "ord-9\n")), "ord-9", Entire, false, true, whole("data", "ord-9\n")},
		{"a document", subject(`{"a":1}`), `{"a":1}`, Entire, false, true, whole("data", `{"a":1}`)},
		{"one document of two", subject("{\"b\":2}\n{\"a\":1}"), `{"a":1}`, Entire, false, true, whole(".", `{"a":1}`)},
		{"an object in a document", subject(`[{"a":1}]`), `{"a":1}`, Entire, false, false, Hit{InWord: true}},
		{"in JSON in a string", subject(nest(`{"id":"ord-9"}`, 2)), "ord-9", Entire, false, true, whole(".a|fromjson|.a|fromjson|.id", "ord-9")},
		{"deeper than paths of words go", subject(deep), "ord-9", Entire, false, true,
			whole(strings.Repeat(".a|fromjson|", depthMax+2)+".id", "ord-9")},
		{"in JSON in a log", subject(`INFO {"id":"ord-9"}`), "ord-9", Entire, false, false, Hit{InWord: true}},
		{"nowhere", subject(`{"id":"ord-8"}`), "ord-9", Entire, false, false, Hit{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m, err := Text(c.text, c.bound, c.ignoreCase)
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := look(t, m, c.in); ok != c.ok || got != c.want {
				t.Errorf("%q: got %v %+v, want %v %+v", c.text, ok, got, c.ok, c.want)
			}
		})
	}
}

func TestRegexp(t *testing.T) {
	broken := Subject{Blob: decode.Blob{State: decode.Broken, Bytes: [][]byte{[]byte(`{"id":"ord\u002d9`)}}}
	cases := []struct {
		name, expr string
		in         Subject
		ok         bool
		want       Hit
	}{
		{"a part", `ord-\d+`, subject(`{"id":"for ord-91!"}`), true, part(".id", "for ord-91!")},
		{"a whole", `^ord-\d+$`, subject(`{"id":"ord\u002d91"}`), true, whole(".id", "ord-91")},
		{"a whole, by its longer branch", `o|ord-9`, subject(`{"id":"ord-9"}`), true, whole(".id", "ord-9")},
		{"a value that begins so", `^x`, subject(`{"id":"ax","b":"xa"}`), true, part(".b", "xa")},
		{"none", `^ord-\d$`, subject(`{"id":"ord-91"}`), false, Hit{}},
		{"a name", `^i.$`, subject(`{"id":1}`), true, whole(".id", "id")},
		{"a number", `^7\.`, subject(`{"a":7.50}`), true, part(".a", "7.50")},
		{"between values", `"id":\d`, subject(`{"id":77}`), true, part("data", `{"id":77}`)},
		{"behind escapes", `^a\nb$`, subject(`{"a":"a\nb"}`), true, whole(".a", "a\nb")},
		{"in JSON in a string", `^ord-9$`, subject(nest(`{"id":"ord-9"}`, 2)), true, whole(".a|fromjson|.a|fromjson|.id", "ord-9")},
		{"the partition key", `^user-\d\d$`, keyed("user-88", `{}`), true, whole("partitionKey", "user-88")},
		{"gzipped text", `declined$`, subject(gzipped(t, "INFO declined")), true, part("data", "INFO declined")},
		{"the outer layer", `^\x1f`, subject(gzipped(t, "")), true, Hit{Path: "data"}},
		{"the bytes of a broken blob", `ord-9`, broken, true, part("data", `{"id":"ord-9`)},
		{"the empty text", `^$`, subject(""), true, whole("data", "")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m, err := Regexp(c.expr, false)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := look(t, m, c.in)
			if c.name == "the outer layer" {
				got.Value = ""
			}
			if ok != c.ok || got != c.want {
				t.Errorf("%s: got %v %+v, want %v %+v", c.expr, ok, got, c.ok, c.want)
			}
		})
	}
	if _, err := Regexp(`(`, true); err == nil || !strings.HasPrefix(err.Error(), "bad regular expression: ") || strings.Contains(err.Error(), "?i") {
		t.Errorf("error %v", err)
	}
	if m, err := Regexp(`x|\QORD-9.`, true); err != nil {
		t.Errorf("a quotation without an end: %v", err)
	} else if _, ok := look(t, m, subject(`{"id":"ord-9."}`)); !ok {
		t.Error("a quotation without an end: not found")
	}
	m, err := Regexp(`a$|ord-9`, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := look(t, m, subject(`{"id":"ORD-9"}`)); !ok {
		t.Error("not found in another case")
	}
}
