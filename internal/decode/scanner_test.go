package decode

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

var jsonParsers = sync.Pool{New: func() any { return new(jsonParser) }}

// jsonParser is a decoder with the buffer that it reads without copying.
type jsonParser struct {
	decoder jsontext.Decoder
	input   bytes.Buffer
}

// parseByTokens is parseJSON by what jsontext reads.
func parseByTokens(data []byte) ([][]byte, error) {
	data = bytes.TrimPrefix(data, utf8BOM)
	data = bytes.TrimRight(data, "\x00")
	if !mayBeJSON(data) || !utf8.Valid(data) {
		return nil, nil
	}
	p := jsonParsers.Get().(*jsonParser)
	defer p.release()
	p.input = *bytes.NewBuffer(data)
	p.decoder.Reset(&p.input, jsonOptions...)
	return p.values(data)
}

// release gives the parser back, without what it read.
func (p *jsonParser) release() {
	p.input = bytes.Buffer{}
	p.decoder.Reset(&p.input)
	jsonParsers.Put(p)
}

func (p *jsonParser) values(data []byte) ([][]byte, error) {
	var values [][]byte
	scalars := false
	for {
		value, err := p.decoder.ReadValue()
		end := p.decoder.InputOffset()
		switch {
		case err == io.EOF:
			return values, nil
		case err != nil:
			return nil, tooDeep(data[end:max(end, errorOffset(err))])
		case len(values) == MaxDocuments:
			return nil, errTooMany
		}
		value = data[end-int64(len(value)) : end]
		if err := tooDeep(value); err != nil {
			return nil, err
		}
		values = append(values, value)
		scalars = scalars || !startsLikeJSON(value) && value[0] != '"'
		if scalars && len(values) > 1 {
			return nil, nil
		}
	}
}

// errorOffset is where the JSON ends that was valid so far.
func errorOffset(err error) int64 {
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		return syntax.ByteOffset
	}
	return 0
}

func checkParsed(t *testing.T, data []byte) {
	t.Helper()
	got, err := parseJSON(data)
	if want, failed := parseByTokens(data); !errors.Is(err, failed) || !cmp.Equal(got, want) {
		t.Fatalf("%.300q: %.300q, %v; by tokens it is %.300q, %v", data, got, err, want, failed)
	}
}

// FuzzParseJSON holds the scanner to jsontext.
func FuzzParseJSON(f *testing.F) {
	addCorpus(f, "*.json")
	for _, text := range []string{`{"a":[1,-2.50e+1,"\ud83d\u00e9\n\/"],"b":null} [] "x"`, "1 2", `"a""b"`, "[1,]", `{"a":1,}`, `{"a" :1 , "a":{}}`, "tru", "truex", "01", "-", `"\x"`, `"\u00g9"`, `"\u12"`, `"\u123`, "[" + strings.Repeat("{},[],", MaxNesting) + "1]", "\"\t\"", "{} \x00\x00", "\ufeff[]", "[[[[", `{"a"`, "1[["} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkParsed(t, data) })
}

// Any text of JSON's own characters is JSON to both or to none.
func TestAnyTextOfJSONsCharacters(t *testing.T) {
	draw := rand.New(rand.NewPCG(2, 11))
	pieces := []string{"{", "}", "[", "]", ",", ":", `"`, `\`, "u00e9", "true", "null", "-", "0", "1", ".", "e", "+", " ", "\n", `"a"`, `"a":`, "1.5e3", "{}", "[]", "é", "\x00", "\x1f", "\xff"}
	valid := 0
	for range 200_000 {
		var text []byte
		for range draw.IntN(9) {
			text = append(text, pieces[draw.IntN(len(pieces))]...)
		}
		checkParsed(t, text)
		if documents, _ := parseJSON(text); documents != nil {
			valid++
		}
	}
	t.Logf("%d are JSON", valid)
	if valid < 2_000 {
		t.Errorf("%d are JSON: the test shows little", valid)
	}
}

func TestDepthByTokens(t *testing.T) {
	for depth := MaxNesting - 1; depth <= MaxNesting+2; depth++ {
		open, closed := bytes.Repeat([]byte(`[{"a":`), depth/2), bytes.Repeat([]byte("}]"), depth/2)
		if depth%2 == 1 {
			open = append(open, '[')
			closed = append([]byte("]"), closed...)
		}
		if depth%2 == 0 {
			checkParsed(t, append(append(open[:len(open):len(open)], '1'), closed...))
		}
		checkParsed(t, append(open[:len(open):len(open)], closed...))
		checkParsed(t, open)
		checkParsed(t, append([]byte("1 "), open...))
		checkParsed(t, append(open[:len(open):len(open)], "x]"...))
	}
}
