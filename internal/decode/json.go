package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// What encoding/json takes, we take: names given twice, and escapes of half a
// surrogate pair, as JavaScript makes when it cuts a string. The bytes
// themselves must be UTF-8; parseJSON sees to that.
var jsonOptions = []jsontext.Options{
	jsontext.AllowDuplicateNames(true),
	jsontext.AllowInvalidUTF8(true),
}

var (
	utf8BOM = []byte("\uFEFF")

	errTooDeep  = fmt.Errorf("nested deeper than %d, our limit", MaxNesting)
	errTooMany  = fmt.Errorf("more than %d values, our limit", MaxDocuments)
	jsonParsers = sync.Pool{New: func() any { return new(jsonParser) }}
)

// jsonParser is a decoder with the buffer that it reads without copying.
type jsonParser struct {
	decoder jsontext.Decoder
	input   bytes.Buffer
}

// parseJSON returns the JSON values that fill data to its end, one or several,
// as views into it; none when data is anything else. Only a limit is an error.
// A byte order mark before the values and NUL padding after them are allowed:
// neither can hide an event.
//
// Several values must be objects, arrays or strings: 2026-11-23 would otherwise
// be three numbers.
func parseJSON(data []byte) ([][]byte, error) {
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

// tooDeep is errTooDeep when valid JSON, or the valid start of some, nests
// deeper than MaxNesting. Without that many brackets there is nothing to count.
func tooDeep(json []byte) error {
	if !mayBeDeep(json) {
		return nil
	}
	depth, quoted := 0, false
	for i := 0; i < len(json); i++ {
		switch c := json[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		}
		if depth > MaxNesting {
			return errTooDeep
		}
	}
	return nil
}

func mayBeDeep(json []byte) bool {
	return len(json) > MaxNesting && bytes.Count(json, []byte("["))+bytes.Count(json, []byte("{")) > MaxNesting
}

// mayBeJSON tells whether data starts like any JSON value, and so spares most
// texts the attempt.
func mayBeJSON(data []byte) bool {
	data = bytes.TrimLeft(data, " \t\r\n")
	return len(data) > 0 && strings.IndexByte(`{["-0123456789tfn`, data[0]) >= 0
}

// startsLikeJSON tells whether data starts like a JSON object or array.
func startsLikeJSON(data []byte) bool {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, utf8BOM), " \t\r\n")
	return len(data) > 0 && (data[0] == '{' || data[0] == '[')
}
