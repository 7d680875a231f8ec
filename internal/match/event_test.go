package match

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"kinspect/internal/decode"
	"kinspect/internal/record"

	"pgregory.net/rapid"
)

// subject is a plain user record without a partition key.
func subject(data string) Subject {
	return Subject{
		User: record.Plain(record.Record{Data: []byte(data)}),
		Blob: decode.Open([]byte(data)),
	}
}

// keyed is a plain user record with a partition key.
func keyed(key, data string) Subject {
	s := subject(data)
	s.User.PartitionKey, s.User.UserKey = &key, &key
	return s
}

func gzipped(t testing.TB, data string) string {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func event(t rapid.TB, text string) Matcher {
	t.Helper()
	m, err := Event(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// look asks m and expects no error, which a text's matcher never gives.
func look(t rapid.TB, m Matcher, s Subject) (Hit, bool) {
	t.Helper()
	hit, ok, err := m.Match(s)
	if err != nil {
		t.Errorf("error %v", err)
	}
	if !ok && hit != (Hit{InWord: hit.InWord}) {
		t.Errorf("refused, yet with hit %+v", hit)
	}
	return hit, ok
}

func whole(path, value string) Hit { return Hit{Path: path, Whole: true, Value: value} }
func part(path, value string) Hit  { return Hit{Path: path, Value: value} }

func TestEventIsFound(t *testing.T) {
	cases := []struct {
		name  string
		in    Subject
		event string
		want  Hit
	}{
		{"partition key", keyed("ord-9", `{}`), "ord-9", whole("partitionKey", "ord-9")},
		{"part of a partition key", keyed("eu/ord-9", `{}`), "ord-9", part("partitionKey", "eu/ord-9")},
		{"JSON in a partition key", keyed(`{"id":"ord\u002d9"}`, `{}`), "ord-9", whole("partitionKey|fromjson|.id", "ord-9")},
		{"whole text", subject("ord-9"), "ord-9", whole("data", "ord-9")},
		{"part of text", subject("shipped ord-9 today"), "ord-9", part("data", "shipped ord-9 today")},
		{"text with spaces and quotes", subject(`he said "ord 9" twice`), `"ord 9"`, part("data", `he said "ord 9" twice`)},
		{"string", subject(`{"id":"ord-9"}`), "ord-9", whole(".id", "ord-9")},
		{"string in text", subject(`{"m":"shipped ord-9"}`), "ord-9", part(".m", "shipped ord-9")},
		{"document", subject(`"ord-9"`), "ord-9", whole(".", "ord-9")},
		{"deep", subject(`{"a":{"b":[1,{"odd key":["x","ord-9"]}]}}`), "ord-9", whole(`.a.b[1]."odd key"[1]`, "ord-9")},
		{"root array", subject(`[["x"],[1,"ord-9"]]`), "ord-9", whole(".[1][1]", "ord-9")},
		{"array index behind objects", subject(`[{"a":1},{"a":1},{"b":"ord-9"}]`), "ord-9", whole(".[2].b", "ord-9")},
		{"key", subject(`{"a":{"ord-9":1}}`), "ord-9", whole(`.a."ord-9"`, "ord-9")},
		{"escaped key", subject(`{"ord\u002d9":1}`), "ord-9", whole(`."ord-9"`, "ord-9")},
		{"part of a key", subject(`{"eu ord-9":1}`), "ord-9", part(`."eu ord-9"`, "eu ord-9")},
		{"JSON in a key", subject(`{"{\"id\":\"ord\\u002d9\"}":1}`), "ord-9", part(`."{\"id\":\"ord\\u002d9\"}"`, `{"id":"ord-9"}`)},
		{"keys that need quotes", subject(`{"a/b~c":{"":{"\"":{"\\(1)":"ord-9"}}}}`), "ord-9", whole(`."a/b~c".""."\""."\\(1)"`, "ord-9")},
		{"numeric key is no index", subject(`{"0":["ord-9"]}`), "ord-9", whole(`."0"[0]`, "ord-9")},
		{"number as spelled", subject(`{"n":[1.50,1.5e2]}`), "1.5e2", whole(".n[1]", "1.5e2")},
		{"large number", subject(`{"n":49671234567890123456789012}`), "49671234567890123456789012", whole(".n", "49671234567890123456789012")},
		{"part of a number", subject(`{"n":12.75}`), "75", part(".n", "12.75")},
		{"number document", subject(`123`), "123", whole(".", "123")},
		{"every duplicate name", subject(`{"id":"ord-9","id":"x"}`), "ord-9", whole(".id", "ord-9")},
		{"second of many documents", subject("{\"id\":1}\n{\"id\":\"ord-9\"}"), "ord-9", whole(".id", "ord-9")},
		{"literal", subject(`{"a":true}`), "true", whole(".a", "true")},
		{"JSON across tokens", subject(`{"id":"ord-9","n":1}`), `"id":"ord-9"`, part("data", `{"id":"ord-9","n":1}`)},
		{"JSON across tokens that ends in one", subject(`{"id":"ord-9"}`), `{"id":"ord`, part("data", `{"id":"ord-9"}`)},
		{"a string and its last quote", subject(`{"id":"ord-9"}`), `ord-9"`, part("data", `{"id":"ord-9"}`)},
		{"a string and its first quote", subject(`{"id":"ord-9"}`), `"ord-9`, part("data", `{"id":"ord-9"}`)},
		{"JSON across documents", subject("{\"a\":1}\n{\"b\":2}"), "1}\n{", part("data", "{\"a\":1}\n{\"b\":2}")},
		{"all of a document", subject(`{"a":1}`), `{"a":1}`, whole("data", `{"a":1}`)},
		{"spelled with a backslash", subject(`{"m":"one\ntwo"}`), `one\ntwo`, part("data", `{"m":"one\ntwo"}`)},
		{"Cyrillic", subject(`{"имя":"заказ №7"}`), "заказ", part(`."имя"`, "заказ №7")},
		{"Cyrillic, escaped", subject(`{"m":"\u0437\u0430\u043a\u0430\u0437"}`), "заказ", whole(".m", "заказ")},
		{"above the basic plane", subject(`{"m":"\ud83d\udE00!"}`), "😀!", whole(".m", "😀!")},
		{"behind half of a pair", subject(`{"m":"\ud83dord-9"}`), "ord-9", part(".m", "\ufffdord-9")},
		{"quotes in the event", subject(`{"m":"say \"no\""}`), `"no"`, part(".m", `say "no"`)},
		{"slash", subject(`{"m":"a\/b"}`), "a/b", whole(".m", "a/b")},
		{"control characters", subject(`{"m":"a\tb\u000ac"}`), "a\tb\nc", whole(".m", "a\tb\nc")},
		{"backslash", subject(`{"m":"a\\b"}`), `a\b`, whole(".m", `a\b`)},
		{"word at an escape letter", subject(`{"m":"x\nord-9"}`), "ord-9", part(".m", "x\nord-9")},
		{"word before an escape", subject(`{"m":"ord-9\u002c"}`), "ord-9", part(".m", "ord-9,")},
		{"the second occurrence is the word", subject(`{"m":"ord-91 ord-9"}`), "ord-9", part(".m", "ord-91 ord-9")},
		{"overlapping occurrences", subject("xa-a-a"), "a-a", part("data", "xa-a-a")},
		{"whole before part", keyed("for ord-9", `{"a":"see ord-9","b":["ord-9"]}`), "ord-9", whole(".b[0]", "ord-9")},
		{"the first whole", subject(`{"a":"ord-9","b":"ord-9"}`), "ord-9", whole(".a", "ord-9")},
		{"the first part", subject(`{"a":"1 ord-9","b":"2 ord-9"}`), "ord-9", part(".a", "1 ord-9")},

		{"JSON in a string", subject(`{"a":"{\"b\":\"ord-9\"}"}`), "ord-9", whole(".a|fromjson|.b", "ord-9")},
		{"JSON in a string, escaped", subject(`{"a":"{\"b\":\"ord\\u002d9\"}"}`), "ord-9", whole(".a|fromjson|.b", "ord-9")},
		{"array in a string", subject(`{"a":"[0,\"ord-9\"]"}`), "ord-9", whole(".a|fromjson|.[1]", "ord-9")},
		{"string in a string", subject(`"\"ord-9\""`), "ord-9", whole(".|fromjson", "ord-9")},
		{"number in JSON in a string", subject(`{"a":"{\"b\":9}"}`), "9", whole(".a|fromjson|.b", "9")},
		{"key of JSON in a string", subject(`{"a":" {\"ord-9\":1} "}`), "ord-9", whole(`.a|fromjson|."ord-9"`, "ord-9")},
		{"across tokens of JSON in a string", subject(`{"a":"{\"b\":1}"}`), `"b":1`, part(".a", `{"b":1}`)},
		{"all of JSON in a string", subject(`{"a":"{\"b\":1}"}`), `{"b":1}`, whole(".a", `{"b":1}`)},
		{"four deep", subject(nest(`{"b":"ord\u002d9"}`, 4)), "ord-9", whole(".a|fromjson|.a|fromjson|.a|fromjson|.a|fromjson|.b", "ord-9")},
		{"JSON lines in a string", subject(`{"a":"{\"b\":1}\n{\"b\":\"ord\\u002d9\"}"}`), "ord-9", part(".a", "{\"b\":1}\n{\"b\":\"ord-9\"}")},
		{"JSON in a log line in a string", subject(`{"a":"INFO {\"b\":\"ord\\u002d9\"}"}`), "ord-9", part(".a", `INFO {"b":"ord-9"}`)},
		{"four deep by a log line in a string", subject(logged(`{"a":%s}`)), "ord-9", part(".a", deepLog)},
		{"four deep by a log line in a key", subject(logged(`{%s:0}`)), "ord-9", part("."+quoteName(logLine), deepLog)},

		{"JSON in a log line", subject(`INFO {"b":"ord\u002d9"}`), "ord-9", part("data", `INFO {"b":"ord-9"}`)},
		{"JSON in JSON in a log line", subject(`INFO {"a":"{\"b\":\"x\\nord-9\"}"}`), "ord-9", part("data", "INFO {\"a\":\"{\"b\":\"x\nord-9\"}\"}")},
		{"four deep in a log line", subject("INFO " + nest(`{"b":"ord\u002d9"}`, 4)), "ord-9", part("data", `INFO {"a":"{"a":"{"a":"{"a":"{"b":"ord-9"}"}"}"}"}`)},
		{"cut off", subject(`{"b":"ord\u002d9","c":`), "ord-9", part("data", `{"b":"ord-9","c":`)},
		{"not JSON for a control character", subject("{\"b\":\"\x01ord\\u002d9\"}"), "ord-9", part("data", "{\"b\":\"\x01ord-9\"}")},
		{"a backslash that escapes nothing", subject(`C:\data\ord-9`), "ord-9", part("data", `C:\data\ord-9`)},
		{"backslash at the end", subject(`x\u002dord-9\`), "ord-9", part("data", `x-ord-9\`)},
		{"an escape cut off", subject(`x\u002dord-9\u00`), "ord-9", part("data", `x-ord-9\u00`)},

		{"gzip", subject(gzipped(t, `{"b":"ord-9"}`)), "ord-9", whole(".b", "ord-9")},
		{"gzipped text", subject(gzipped(t, "ord-9")), "ord-9", whole("data", "ord-9")},
		{"bytes of an outer layer", subject(base64.StdEncoding.EncodeToString([]byte(`{"b":"ord-9"}`))), "eyJiIjoib3JkLTkifQ", part("data", "eyJiIjoib3JkLTkifQ==")},
		{"broken gzip", subject(gzipped(t, "ord-9 "+noise)[:400]), "ord-9", part("data", "ord-9 "+noise[:192]+"…")},
		{"opaque", subject("\x00\x01\xffid\x05ord-9\x00"), "ord-9", part("data", "\x00\x01\ufffdid\x05ord-9\x00")},
		{"byte order mark", subject("\ufeff" + `{"b":"ord\u002d9"}`), "ord-9", whole(".b", "ord-9")},
		{"NUL padding", subject(`{"b":"ord\u002d9"}` + "\x00\x00"), "ord-9", whole(".b", "ord-9")},
		{"invalid UTF-8 around", subject("{\"b\":\"\xd0ord\\u002d9\xd0\"}"), "ord-9", part("data", "{\"b\":\"\ufffdord-9\ufffd\"}")},
		{"invalid UTF-8 sought", subject("a \xffb"), "\xffb", part("data", "a \ufffdb")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, ok := look(t, event(t, c.event), c.in)
			if !ok || got != c.want {
				t.Errorf("%q: got %v\n%+v, want\n%+v", c.event, ok, got, c.want)
			}
		})
	}
}

// noise is text that gzip hardly shortens.
var noise = base64.StdEncoding.EncodeToString(func() []byte {
	bytes := make([]byte, 900)
	for i, state := 0, uint32(1); i < len(bytes); i++ {
		state = state*1664525 + 1013904223
		bytes[i] = byte(state >> 24)
	}
	return bytes
}())

// nest puts document into a string of a document, that into another, and so on.
func nest(document string, depth int) string {
	for range depth {
		quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(document)
		document = `{"a":"` + quoted + `"}`
	}
	return document
}

// logLine holds JSON whose innermost strings, the line being a document's
// string, are four deep; deepLog is the line when they are laid open.
var (
	logLine = "INFO " + nest(`{"b":"ord\u002d9"}`, 3)
	deepLog = `INFO {"a":"{"a":"{"a":"{"b":"ord-9"}"}"}"}`
)

// logged puts logLine, quoted, into a document.
func logged(form string) string { return fmt.Sprintf(form, quoteName(logLine)) }

// Deeper than JSON is taken apart, a string is still searched as text.
func TestEventDeepDown(t *testing.T) {
	for _, deep := range []int{5, 6, 10} {
		got, ok := look(t, event(t, "ord-9"), subject(nest(`{"b":"ord\u002d9"}`, deep)))
		if !ok || got.Whole {
			t.Errorf("%d deep: found %v, %+v", deep, ok, got)
		}
	}
}

// A text that takes more unescapings than there are passes is no sure miss.
func TestEscapesWithoutEnd(t *testing.T) {
	for _, c := range []struct {
		passes   int
		found    bool
		hopeless bool
	}{{escapesMax - 1, true, false}, {escapesMax + 1, false, true}} {
		text := `\u005c` + strings.Repeat("u005c", c.passes-2) + "u006frd-9"
		_, found, err := event(t, "ord-9").Match(subject(text))
		if found != c.found || errors.Is(err, errTooDeep) != c.hopeless {
			t.Errorf("%d passes: found %v, %v", c.passes, found, err)
		}
	}
}

func TestEventIsNotFound(t *testing.T) {
	cases := []struct {
		name  string
		in    Subject
		event string
	}{
		{"nothing", subject(""), "ord-9"},
		{"another", keyed("ord-8", `{"ord-7":"ord-6","n":9}`), "ord-9"},
		{"a letter before", subject(`{"id":"Xord-9"}`), "ord-9"},
		{"a letter behind", subject(`{"id":"ord-9X"}`), "ord-9"},
		{"a digit behind", keyed("ord-91", `{"ord-92":"ord-93"}`), "ord-9"},
		{"an underscore", subject(`["_ord-9","ord-9_"]`), "ord-9"},
		{"a Cyrillic letter", subject(`["бord-9","ord-9б"]`), "ord-9"},
		{"an Arabic digit", subject("٣ord-9"), "ord-9"},
		{"a letter in text", subject("Xord-9 ord-9X"), "ord-9"},
		{"an escaped letter behind", subject(`{"id":"ord-9\u0041"}`), "ord-9"},
		{"an escaped letter before", subject(`{"id":"\u0041ord-9"}`), "ord-9"},
		{"an escaped letter of a pair", subject(`{"id":"ord-9\ud835\udc00"}`), "ord-9"},
		{"an escaped letter behind, two deep", subject(nest(`{"id":"ord-9\u0431"}`, 2)), "ord-9"},
		{"an escaped letter in a key", subject(`{"ord-9\u0041":1}`), "ord-9"},
		{"an escaped letter behind a byte order mark", subject("\ufeff" + `{"id":"ord-9\u0041"}` + "\x00"), "ord-9"},
		{"the letter of an escape", subject(`{"m":"x\nord-9"}`), "nord-9"},
		{"the letter of an escape, two deep", subject(nest(`{"m":"x\nord-9"}`, 2)), "nord-9"},
		{"digits of an escape", subject(`{"m":"\u0041"}`), "u0041"},
		{"another spelling of a number", subject(`{"n":[123,1.0]}`), "1.23e2"},
		{"a number of more digits", subject(`{"n":1234}`), "123"},
		{"case", subject(`{"id":"ORD-9"}`), "ord-9"},
		{"base64 of it", subject(`{"m":"b3JkLTk="}`), "ord-9"},
		{"spread over two strings", subject(`["ord","-9"]`), "ord-9"},
		{"no partition key", subject(`{}`), "partitionKey"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got, ok := look(t, event(t, c.event), c.in); ok {
				t.Errorf("%q: found at %+v", c.event, got)
			}
		})
	}
}

func TestEventRefusesTheEmpty(t *testing.T) {
	if m, err := Event(""); err == nil || m != nil {
		t.Errorf("Event(\"\") = %v, %v; want an error", m, err)
	}
}

// A blob's State never keeps its bytes from being searched.
func TestEventLooksAtEveryState(t *testing.T) {
	for state := decode.Read; state <= decode.Opaque; state++ {
		s := Subject{Blob: decode.Blob{State: state, Bytes: [][]byte{[]byte("\x00"), []byte("ord-9 "), []byte("\x01")}}}
		if got, ok := look(t, event(t, "ord-9"), s); !ok || got != part("data", "ord-9 ") {
			t.Errorf("state %d: got %v %+v", state, ok, got)
		}
	}
}

// Documents that are none, against the contract of decode.Blob, hide nothing.
func TestEventMistrustsDocuments(t *testing.T) {
	layer := []byte(`{"a":1};{"b":"ord\u002d9"} {"c":`)
	s := Subject{Blob: decode.Blob{
		State:     decode.Broken,
		Bytes:     [][]byte{layer},
		Documents: [][]byte{layer[:7], layer[8:26], layer[27:]},
	}}
	if got, ok := look(t, event(t, "ord-9"), s); !ok || got != whole(".b", "ord-9") {
		t.Errorf("got %v %+v", ok, got)
	}
	s.Blob.Documents = s.Blob.Documents[:1]
	if got, ok := look(t, event(t, "ord-9"), s); !ok || got != part("data", `{"a":1};{"b":"ord-9"} {"c":`) {
		t.Errorf("without its document: got %v %+v", ok, got)
	}
}

func TestGrep(t *testing.T) {
	cases := []struct {
		name       string
		in         Subject
		text       string
		ignoreCase bool
		want       Hit
	}{
		{"part of a word", subject(`{"id":"Xord-91"}`), "ord-9", false, part(".id", "Xord-91")},
		{"part of a key", subject(`{"Xord-91":1}`), "ord-9", false, part(`."Xord-91"`, "Xord-91")},
		{"partition key", keyed("Xord-91", "{}"), "ord-9", false, part("partitionKey", "Xord-91")},
		{"escaped", subject(`{"id":"X\u006frd-91"}`), "ord-9", false, part(".id", "Xord-91")},
		{"bytes as they are", subject(`{"id":"X\u006frd-91"}`), `u006f`, false, part("data", `{"id":"X\u006frd-91"}`)},
		{"case", subject(`{"id":"ORD-9"}`), "ord-9", true, whole(".id", "ORD-9")},
		{"case, escaped", subject(`{"id":"\u004fRD-9"}`), "ord-9", true, whole(".id", "ORD-9")},
		{"case, Cyrillic", subject(`{"m":"ЗАКАЗ №7"}`), "заказ", true, part(".m", "ЗАКАЗ №7")},
		{"case, Cyrillic, escaped", subject(`{"m":"\u0417АКАЗ"}`), "заказ", true, whole(".m", "ЗАКАЗ")},
		{"case of the text sought", subject("xord-9"), "ORD", true, part("data", "xord-9")},
		{"case, signs of patterns", subject("A.B*(c"), "a.b*(", true, part("data", "A.B*(c")},
		{"no case in invalid UTF-8", subject("a\xffb A\xffB"), "A\xffB", true, part("data", "a\ufffdb A\ufffdB")},
		{"empty", subject("a"), "", false, part("data", "a")},
		{"empty in empty", subject(""), "", true, whole("data", "")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, ok := look(t, Grep(c.text, c.ignoreCase), c.in)
			if !ok || got != c.want {
				t.Errorf("%q: got %v\n%+v, want\n%+v", c.text, ok, got, c.want)
			}
		})
	}
	for _, c := range []struct {
		in         Subject
		text       string
		ignoreCase bool
	}{
		{subject(`{"id":"ORD-9"}`), "ord-9", false},
		{subject(`{"id":"ord9"}`), "ord.9", true},
		{subject(`{"id":"ord","-9":1}`), "ord-9", true},
	} {
		if got, ok := look(t, Grep(c.text, c.ignoreCase), c.in); ok {
			t.Errorf("%q: found at %+v", c.text, got)
		}
	}
}

// What stands around the innermost documents is JSON too, and searched as such.
func TestEnvelopesAreSearchedAsJSON(t *testing.T) {
	const logs = `{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1"}]}`
	cases := []struct {
		name, text string
		bound      Bound
		in         string
		ok         bool
		want       Hit
	}{
		{"a value that no document has", "DATA_MESSAGE", Entire, logs, true, whole("data", "DATA_MESSAGE")},
		{"in gzip", "DATA_MESSAGE", Word, gzipped(t, logs), true, whole("data", "DATA_MESSAGE")},
		{"behind a mark", "DATA_MESSAGE", Entire, "\uFEFF" + logs, true, whole("data", "DATA_MESSAGE")},
		{"a part of a value", "MESSAGE", Anywhere, logs, true, part("data", "DATA_MESSAGE")},
		{"a name", "logEvents", Entire, logs, true, whole("data", "logEvents")},
		{"a letter behind, spelled as an escape", "ord-9", Word, inStrings(`["ord-9\u0061"]`, 1), false, Hit{InWord: true}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m, err := Text(c.text, c.bound, false)
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := look(t, m, subject(c.in)); ok != c.ok || got != c.want {
				t.Errorf("%s in %q: got %v %+v, want %v %+v", c.text, c.in, ok, got, c.ok, c.want)
			}
		})
	}
}
