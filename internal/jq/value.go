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
// UTF-8 becomes U+FFFD. Nesting deeper than 10,000 is an error.
func Parse(document []byte) (any, error) {
	tokens := jsontext.NewDecoder(bytes.NewBuffer(document),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	value, err := parseValue(tokens)
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

func parseValue(tokens *jsontext.Decoder) (any, error) {
	token, err := tokens.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case jsontext.KindBeginObject:
		return parseObject(tokens)
	case jsontext.KindBeginArray:
		return parseArray(tokens)
	case jsontext.KindString:
		return token.String(), nil
	case jsontext.KindNumber:
		return json.Number(token.String()), nil
	case jsontext.KindTrue, jsontext.KindFalse:
		return token.Bool(), nil
	}
	return nil, nil // null; the decoder lets no closing bracket come here
}

func parseObject(tokens *jsontext.Decoder) (any, error) {
	object := map[string]any{}
	for tokens.PeekKind() != jsontext.KindEndObject {
		token, err := tokens.ReadToken()
		if err != nil {
			return nil, err
		}
		name := token.String() // the token does not outlive the next read
		if object[name], err = parseValue(tokens); err != nil {
			return nil, err
		}
	}
	_, err := tokens.ReadToken()
	return object, err
}

func parseArray(tokens *jsontext.Decoder) (any, error) {
	array := []any{}
	for tokens.PeekKind() != jsontext.KindEndArray {
		value, err := parseValue(tokens)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	_, err := tokens.ReadToken()
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
