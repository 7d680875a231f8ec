package decode

import (
	"bytes"
	"fmt"
	"strings"
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

	errTooDeep = fmt.Errorf("nested deeper than %d, our limit", MaxNesting)
	errTooMany = fmt.Errorf("more than %d values, our limit", MaxDocuments)
)

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
	s := jsonScanner{text: data}
	var values [][]byte
	scalars := false
	for s.blanks(); s.at < len(data); s.blanks() {
		start := s.at
		if !s.value() {
			return nil, s.err
		}
		if len(values) == MaxDocuments {
			return nil, errTooMany
		}
		value := data[start:s.at]
		values = append(values, value)
		scalars = scalars || !startsLikeJSON(value) && value[0] != '"'
		if scalars && len(values) > 1 {
			return nil, nil
		}
	}
	return values, nil
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

// mayBeDeep tells whether there are brackets enough for JSON that is too deep.
func mayBeDeep(json []byte) bool {
	return len(json) > MaxNesting && bytes.Count(json, []byte("["))+bytes.Count(json, []byte("{")) > MaxNesting
}

// mayBeJSON tells whether data starts like any JSON value, and so spares most
// texts the attempt.
func mayBeJSON(data []byte) bool {
	data = bytes.TrimLeft(data, " \t\r\n")
	return len(data) > 0 && strings.IndexByte(`{["-0123456789tfn`, data[0]) >= 0
}

// startsJSON tells whether an object or array begins with c.
func startsJSON(c byte) bool { return c == '{' || c == '[' }

// startsLikeJSON tells whether data starts like a JSON object or array.
func startsLikeJSON(data []byte) bool {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, utf8BOM), " \t\r\n")
	return len(data) > 0 && startsJSON(data[0])
}
