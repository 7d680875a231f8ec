package jq

import (
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"reflect"
	"strings"
	"testing"
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

// FuzzParse holds Parse to encoding/json, but for depth, of which each has its
// own limit.
func FuzzParse(f *testing.F) {
	for _, document := range []string{`{"a":[1,2.50,"x\u0041"],"a":null}`, "1 2", "[", "\"\xff\"", `"\ud83d"`} {
		f.Add([]byte(document))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		got, err := Parse(document)
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

func BenchmarkParseAndRun1KiB(b *testing.B) {
	document := []byte(`{"id":"ord-7","items":[` + strings.Repeat(`{"sku":"A-1","count":12,"price":9.50},`, 25) + `{}]}`)
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
