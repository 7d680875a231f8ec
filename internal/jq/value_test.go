package jq

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParse(t *testing.T) {
	cases := []struct {
		document string
		want     any
	}{
		{"null", nil},
		{" true\n", true},
		{"false", false},
		{`"a\u0431\n"`, "aб\n"},
		{"-0", json.Number("-0")},
		{"1.50", json.Number("1.50")},
		{"1E2", json.Number("1E2")},
		{"123456789012345678901234567890", json.Number("123456789012345678901234567890")},
		{"[]", []any{}},
		{"{}", map[string]any{}},
		{`[1,[null],{"a":{"b":[]}}]`, []any{json.Number("1"), []any{nil}, map[string]any{"a": map[string]any{"b": []any{}}}}},
		{`{"a":1,"b":2,"a":3}`, map[string]any{"a": json.Number("3"), "b": json.Number("2")}},
		{`{"\u0061":1,"a":2}`, map[string]any{"a": json.Number("2")}},
		{"\"\xff\"", "\ufffd"},
		{`"\ud800"`, "\ufffd"},
		{`"\ud83d\ude00"`, "😀"},
	}
	for _, c := range cases {
		got, err := Parse([]byte(c.document))
		if err != nil {
			t.Errorf("Parse(%s): %v", c.document, err)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("Parse(%s) = %#v, want %#v", c.document, got, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, document := range []string{
		"", " ", "{", "[1", `{"a"`, `{"a":`, `{"a":1,`, "[1,]", `{"a":1,}`, "}", "]", "nul", "1 2", "{} {}", "{}x",
		`"a`, "'a'", "01", "+1", "NaN", strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001),
	} {
		if got, err := Parse([]byte(document)); err == nil {
			t.Errorf("Parse(%.20q) = %v, want an error", document, got)
		} else if !strings.HasPrefix(err.Error(), "reading JSON: ") {
			t.Errorf("Parse(%.20q): %v does not say what was done", document, err)
		}
	}
}

func TestValuesAreBounded(t *testing.T) {
	full := "[" + strings.Repeat("0,", valuesMax-2) + "0]"
	if _, err := Parse([]byte(full)); err != nil {
		t.Errorf("as many values as may be: %v", err)
	}
	if _, err := Parse([]byte("[" + full + "]")); !errors.Is(err, errValues) {
		t.Errorf("one more: %v", err)
	}
}

func TestParseSaysWhy(t *testing.T) {
	if _, err := Parse([]byte("{} {}")); err == nil || !strings.Contains(err.Error(), "a second value follows") {
		t.Errorf("two values: %v", err)
	}
	for _, document := range []string{"", " ", "[1"} {
		if _, err := Parse([]byte(document)); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("Parse(%q): %v, want an unexpected EOF", document, err)
		}
	}
}

func TestEncode(t *testing.T) {
	digits := "49671234567890123456789012345678901234567890123456789012"
	large, _ := new(big.Int).SetString(digits, 10)
	cases := []struct {
		value any
		want  string
	}{
		{nil, "null"},
		{true, "true"},
		{7, "7"},
		{1.5, "1.5"},
		{large, digits},
		{json.Number("1.50"), "1.50"},
		{"a\"\n<б>\u009b\x7f", `"a\"\n<б>` + "\u009b" + `\u007f"`},
		{[]any{1, "a"}, `[1,"a"]`},
		{map[string]any{"b": 1, "a": nil}, `{"a":null,"b":1}`},
	}
	for _, c := range cases {
		if got := string(Encode(c.value)); got != c.want {
			t.Errorf("Encode(%v) = %s, want %s", c.value, got, c.want)
		}
	}
}

// FuzzParse holds Parse to the tokens of jsontext, to the last word of an error, and to
// encoding/json, but for depth, of which that has another limit.
func FuzzParse(f *testing.F) {
	for _, document := range []string{
		`{"a":[1,2.50,"x\u0041"],"a":null}`, "1 2", "[", "\"\xff\"", `"\ud83d"`, `"\ud83d\ud83d\ude00\q"`, "\"\xc3\\u00a9\\\"\xe2\x82\"", "{} x", "-0.0e+1", "-", "1.", "1e",
		"01", "[1,]", `{"a":1,}`, `{"a" 1}`, `{"a":}`, `{,}`, "[1 2]", "tru", "\x00", "1\x00", " \t\r\n{ } ", "\"\x1f\"", `"\`, `"\u12"`, "\ufeff1", `{"a":{"b":[[],{}]},"c":"\/\b\f\n\r\t"}`,
	} {
		f.Add([]byte(document))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		got, err := Parse(document)
		if byTokens, failed := parseByTokens(document); fmt.Sprint(err) != fmt.Sprint(failed) || !reflect.DeepEqual(got, byTokens) {
			t.Fatalf("Parse(%q) = %#v, %v; by tokens it is %#v, %v", document, got, err, byTokens, failed)
		}
		decoder := json.NewDecoder(strings.NewReader(string(document)))
		decoder.UseNumber()
		var want any
		valid := json.Valid(document) && decoder.Decode(&want) == nil
		if valid != (err == nil) {
			t.Fatalf("Parse(%q): error %v, encoding/json says %v", document, err, valid)
		}
		if valid && !reflect.DeepEqual(got, want) {
			t.Fatalf("Parse(%q) = %#v, encoding/json reads %#v", document, got, want)
		}
		if valid && !json.Valid(Encode(got)) {
			t.Fatalf("Encode after Parse(%q) = %q is no JSON", document, Encode(got))
		}
	})
}

// What is read of a document is the reader's own: another document may be read, and
// the first one's bytes be overwritten.
func TestValuesOutliveTheirDocument(t *testing.T) {
	first := []byte(`{"id":"ord-9","items":[1,{"sku":"a"}]}`)
	value, err := Parse(first)
	if err != nil {
		t.Fatal(err)
	}
	clear(first)
	if _, err := Parse([]byte(`{"xx":"xxxxx","yyyyy":[2,{"zzz":"z"}]}`)); err != nil {
		t.Fatal(err)
	}
	if got := string(Encode(value)); got != `{"id":"ord-9","items":[1,{"sku":"a"}]}` {
		t.Errorf("the first value is %s now", got)
	}
}

func TestDepthIsBounded(t *testing.T) {
	deep := func(depth int) []byte {
		return []byte(strings.Repeat(`[{"a":`, depth/2) + "1" + strings.Repeat("}]", depth/2))
	}
	if _, err := Parse(deep(depthMax)); err != nil {
		t.Errorf("as deep as may be: %v", err)
	}
	_, err := Parse(deep(depthMax + 2))
	if _, want := parseByTokens(deep(depthMax + 2)); err == nil || err.Error() != want.Error() {
		t.Errorf("one deeper: %v, want %v", err, want)
	}
}

// order is an event of a kilobyte.
var order = []byte(`{"id":"ord-7","items":[` + strings.Repeat(`{"sku":"A-1","count":12,"price":9.50},`, 25) + `{}]}`)

func BenchmarkParse1KiB(b *testing.B) {
	for name, parse := range map[string]func([]byte) (any, error){
		"impl=kinspect": Parse, "impl=jsontext": parseByTokens,
		"impl=utf8.Valid": func(document []byte) (any, error) { return utf8.Valid(document), nil },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(order)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := parse(order); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParseAndRun1KiB(b *testing.B) {
	document := order
	program, err := Compile(`select(.id == "ord-9")`)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(document)))
	for b.Loop() {
		value, err := Parse(document)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := program.Run(b.Context(), value, nil); err != nil {
			b.Fatal(err)
		}
	}
}
