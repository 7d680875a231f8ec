package match

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"kinspect/internal/decode"
	"kinspect/internal/jq"

	"pgregory.net/rapid"
)

// quote spells text as a JSON string, each character in any way that JSON has.
func quote(t *rapid.T, text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range text {
		out.WriteString(rapid.SampledFrom(spellings(r)).Draw(t, "spelling"))
	}
	out.WriteByte('"')
	return out.String()
}

func spellings(r rune) []string {
	var all []string
	if r >= ' ' && r != '"' && r != '\\' {
		all = append(all, string(r))
	}
	if at := strings.IndexRune("\"\\/\b\f\n\r\t", r); at >= 0 {
		all = append(all, `\`+`"\/bfnrt`[at:at+1])
	}
	for _, form := range []string{`\u%04x`, `\u%04X`} {
		var spelled string
		for _, unit := range utf16.Encode([]rune{r}) {
			spelled += fmt.Sprintf(form, unit)
		}
		all = append(all, spelled)
	}
	return all
}

// sought draws texts as people look for them, and odd ones; none is made of
// what the documents around it are made of.
func sought() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[a-z]{1,3}-[0-9]{1,5}`),
		rapid.StringMatching(`[A-Z0-9]{8}(-[A-Z0-9]{4}){2}`),
		rapid.StringMatching(`[а-я]{2,6} №[0-9]`),
		rapid.StringOfN(rapid.RuneFrom([]rune("ab9_-б😀 \"\\/\n\t{}[]:,u0041")), 1, 12, -1),
		rapid.StringN(1, 8, -1),
	)
}

// around draws what may stand before or behind a word.
func around() *rapid.Generator[string] {
	return rapid.StringOfN(rapid.RuneFrom([]rune(" .-:;\n\t/\"\\№\u200b\u0301")), 0, 3, -1)
}

// wrap puts a JSON string among others in a document, as a value, an element or
// a name.
func wrap(t *rapid.T, quoted string) string {
	return fmt.Sprintf(rapid.SampledFrom([]string{
		`%s`, ` %s `, `[%s]`, `{"k":%s}`, `{"k":[7,{"odd key":%s}],"z":null}`, `{"k":7,"k":%s}`, `["C:\\",%s]`,
	}).Draw(t, "form"), quoted)
}

// A string is found whole, at a path that leads to it, however it is spelled.
func TestAnyStringIsFoundAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := sought().Draw(t, "text")
		document := wrap(t, quote(t, text))
		for range rapid.IntRange(0, depthMax).Draw(t, "depth") {
			document = wrap(t, quote(t, document))
		}
		got, ok := look(t, event(t, text), subject(document))
		if !ok || !got.Whole {
			t.Fatalf("%q in %s: got %v %+v", text, document, ok, got)
		}
		if got.Path != "data" && got.Value != text {
			t.Errorf("%q in %s: value %q", text, document, got.Value)
		}
	})
}

// A word is found in JSON, and in the same JSON where it is not JSON any more.
func TestAnyWordIsFoundInAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := sought().Draw(t, "word")
		document := wrap(t, quote(t, around().Draw(t, "before")+word+around().Draw(t, "behind")))
		for range rapid.IntRange(0, depthMax).Draw(t, "depth") {
			document = wrap(t, quote(t, document))
		}
		blobs := map[string]decode.Blob{
			"whole":  decode.Open([]byte(document)),
			"log":    {Text: true, Bytes: [][]byte{[]byte(rapid.SampledFrom([]string{"INFO ", `C:\`, `\\`, "{"}).Draw(t, "prefix") + document + " end")}},
			"cut":    {State: decode.Broken, Bytes: [][]byte{[]byte(`{"a":[` + document + `,{"b":"`)}},
			"opaque": {State: decode.Opaque, Bytes: [][]byte{[]byte("\x00\xff" + document + "\x80")}},
		}
		for name, blob := range blobs {
			if _, ok := look(t, event(t, word), Subject{Blob: blob}); !ok {
				t.Errorf("%s: %q not found in %q", name, word, blob.Bytes)
			}
		}
	})
}

// A word that goes on is another word, however its letters are spelled.
func TestNoPartOfAWordIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z][a-z0-9]{0,3}-[0-9]{1,4}`).Draw(t, "word")
		letter := rapid.SampledFrom([]string{"a", "Z", "0", "_", "б", "é", "中", "٣", "𝐀"}).Draw(t, "letter")
		longer := rapid.SampledFrom([]string{word + letter, letter + word, letter + word + letter}).Draw(t, "longer")
		document := wrap(t, quote(t, longer))
		for range rapid.IntRange(0, depthMax).Draw(t, "depth") {
			document = wrap(t, quote(t, document))
		}
		if got, ok := look(t, event(t, word), subject(document)); ok {
			t.Errorf("%q found in %s at %+v", word, document, got)
		} else if !got.InWord {
			t.Errorf("%q is not noticed inside a longer word of %s", word, document)
		}
		if _, ok := look(t, Grep(word, false), subject(document)); !ok {
			t.Errorf("%q not even part of %s", word, document)
		}
	})
}

// Every path leads jq to the value in which the hit stands.
func TestPathsLeadToTheirValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := sought().Filter(func(text string) bool { return !strings.ContainsAny(text, "k7z:,{}[]\"") }).Draw(t, "text")
		name := quote(t, rapid.OneOf(sought(), rapid.SampledFrom([]string{"", "a", "a.b", "and", "9", `\(1)`})).
			Filter(func(name string) bool { return !strings.Contains(name, text) && !strings.Contains(text, name) }).Draw(t, "name"))
		document := fmt.Sprintf(rapid.SampledFrom([]string{`{%s:%s}`, `[0,{%s:[[],%s]}]`, `{"k":{},%s:{"k":%s}}`}).Draw(t, "form"), name, quote(t, text))
		for range rapid.IntRange(0, depthMax).Draw(t, "depth") {
			document = wrap(t, quote(t, document))
		}
		hit, ok := look(t, event(t, text), subject(document))
		if !ok || !hit.Whole {
			t.Fatalf("%q in %s: got %v %+v", text, document, ok, hit)
		}
		program, err := jq.Compile(hit.Path)
		if err != nil {
			t.Fatalf("path %s: %v", hit.Path, err)
		}
		value, err := jq.Parse(decode.Open([]byte(document)).Documents[0]) // which a string may hold
		if err != nil {
			t.Fatal(err)
		}
		outputs, err := program.Run(context.Background(), value, nil)
		if err != nil || len(outputs) != 1 || fmt.Sprint(outputs[0]) != text { // it may be the 0 or 7 around
			t.Errorf("path %s of %s leads to %q, %v; want %q", hit.Path, document, outputs, err, text)
		}
	})
}
