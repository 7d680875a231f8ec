package jq

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// parseByTokens is Parse by the tokens that jsontext tells.
func parseByTokens(document []byte) (any, error) {
	tokens := jsontext.NewDecoder(bytes.NewBuffer(document),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	value, err := (&tokenParser{tokens, valuesMax}).value()
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

type tokenParser struct {
	*jsontext.Decoder
	left int // values that may still come
}

func (p *tokenParser) value() (any, error) {
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

func (p *tokenParser) object() (any, error) {
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

func (p *tokenParser) array() (any, error) {
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
