package jq

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/itchyny/gojq"
)

// Parse reads one JSON document as a program takes it: numbers keep their
// digits as json.Number, the last of equal names wins as in jq, and invalid
// UTF-8 becomes U+FFFD. Nesting deeper than 10,000 is an error, and so are more
// than valuesMax values in all.
func Parse(document []byte) (any, error) {
	tokens := jsontext.NewDecoder(bytes.NewBuffer(document),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	value, err := (&parser{tokens, valuesMax}).value()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, fmt.Errorf("reading JSON: %w", err)
	}
	switch _, err := tokens.ReadToken(); {
	case err == nil:
		return nil, errors.New("reading JSON: a second value follows the first")
	case err != io.EOF:
		return nil, fmt.Errorf("reading JSON: after the value: %w", err)
	}
	return value, nil
}

// valuesMax bounds the values of a document, each of which takes up to sixty bytes
// of memory, the ones that take three in the document too.
const valuesMax = 1 << 21

var errValues = fmt.Errorf("more than %d values, our limit", valuesMax)

type parser struct {
	*jsontext.Decoder
	left int // values that may still come
}

func (p *parser) value() (any, error) {
	token, err := p.ReadToken()
	if err != nil {
		return nil, err
	}
	if p.left--; p.left < 0 {
		return nil, errValues
	}
	switch token.Kind() {
	case jsontext.KindBeginObject:
		return p.object()
	case jsontext.KindBeginArray:
		return p.array()
	case jsontext.KindString:
		return token.String(), nil
	case jsontext.KindNumber:
		return json.Number(token.String()), nil
	case jsontext.KindTrue, jsontext.KindFalse:
		return token.Bool(), nil
	}
	return nil, nil // null; the decoder lets no closing bracket come here
}

func (p *parser) object() (any, error) {
	object := map[string]any{}
	for p.PeekKind() != jsontext.KindEndObject {
		token, err := p.ReadToken()
		if err != nil {
			return nil, err
		}
		name := token.String() // the token does not outlive the next read
		if object[name], err = p.value(); err != nil {
			return nil, err
		}
	}
	_, err := p.ReadToken()
	return object, err
}

func (p *parser) array() (any, error) {
	array := []any{}
	for p.PeekKind() != jsontext.KindEndArray {
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	_, err := p.ReadToken()
	return array, err
}

// Encode writes an output as jq -c prints it, sorted by name. A number that
// passed through the program untouched keeps its digits. Encode panics on a
// value that no program can give.
func Encode(output any) []byte {
	text, err := gojq.Marshal(output)
	if err != nil {
		panic(err) // gojq writes to memory and has no error to give
	}
	return text
}
