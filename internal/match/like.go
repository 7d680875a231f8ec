package match

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"kinspect/internal/decode"
	"kinspect/internal/jq"
)

// Like accepts user records with a document like pattern, a JSON object:
//
//   - an object is like one in the pattern if each field that is given there
//     stands in it, under the same name, with a value like the one given;
//   - an array, if it has as many elements, each like the one in its place;
//   - a number, if it has the same value: 1.0 is 1 and 1e2 is 100, and no digit
//     is lost of a large one;
//   - a string, true, false or null, if it is the same.
//
// Where the pattern has an object or array and the record a string that holds
// JSON, what it holds is compared, and so is a document that is such a string.
// Of a name that a record gives twice, either value will do. The hit's Path is
// that of the document.
//
// An envelope of JSON is compared as it was put, too: what is taken out of it
// lacks some of its fields, and has others without their types.
//
// Like refuses an opaque or broken blob without an error, as JQ does. A pattern
// that is no object, has no fields, or holds a number with an exponent of more
// than nine digits is an error.
func Like(pattern []byte) (Matcher, error) {
	parsed, err := jq.Parse(pattern)
	if err != nil {
		return nil, err
	}
	object, ok := parsed.(map[string]any)
	if !ok || len(object) == 0 {
		return nil, errors.New("not a JSON object with a field")
	}
	return likeness{object, newPrefilter(neededBy(parsed))}, checkNumbers(parsed)
}

type likeness struct {
	pattern map[string]any
	prefilter
}

func (l likeness) Match(s Subject) (Hit, bool, error) {
	if s.Blob.State != decode.Read || s.Refused || !l.mayMatch(s.Blob.Bytes) {
		return Hit{}, false, nil
	}
	for _, document := range append(outerDocuments(s.Blob), s.Blob.Documents...) {
		like, err := isLike(l.pattern, document)
		if err != nil {
			return Hit{}, false, fmt.Errorf("comparing JSON: %w", err)
		}
		if like {
			return Hit{Path: documentPath(document), Whole: true}, true, nil
		}
	}
	return Hit{}, false, nil
}

// outerDocuments are the layers around the innermost that are JSON.
func outerDocuments(blob decode.Blob) (all [][]byte) {
	for _, layer := range blob.Bytes[:max(0, len(blob.Bytes)-1)] {
		if row := rowOf(layer); jsontext.Value(row).IsValid(anyJSON...) {
			all = append(all, row)
		}
	}
	return all
}

// documentPath leads to the object in a document, which may be a string, or a
// string in a string, that holds it.
func documentPath(document jsontext.Value) string {
	path := "."
	for document.Kind() == jsontext.KindString {
		path, document = fromJSON(func() string { return path })("."), unquoted(document)
	}
	return path
}

// isLike compares one value of the pattern with one of the record, which is
// valid JSON.
func isLike(pattern any, value jsontext.Value) (bool, error) {
	kind := value.Kind()
	switch pattern := pattern.(type) {
	case map[string]any:
		value, ok := taken(value, jsontext.KindBeginObject)
		if !ok {
			return false, nil
		}
		return hasFields(pattern, value)
	case []any:
		value, ok := taken(value, jsontext.KindBeginArray)
		if !ok {
			return false, nil
		}
		return hasElements(pattern, value)
	case string:
		return kind == jsontext.KindString && string(unquoted(value)) == pattern, nil
	case json.Number:
		return kind == jsontext.KindNumber && sameNumber(pattern.String(), string(bytes.TrimSpace(value))), nil
	case bool:
		return pattern && kind == jsontext.KindTrue || !pattern && kind == jsontext.KindFalse, nil
	}
	return kind == jsontext.KindNull, nil
}

// taken takes JSON out of the strings that hold it, and tells whether that is of
// a kind. It comes to an end, as every level takes a pair of quotes.
func taken(value jsontext.Value, kind jsontext.Kind) (jsontext.Value, bool) {
	for value.Kind() == jsontext.KindString {
		if value = unquoted(value); !value.IsValid(anyJSON...) {
			return nil, false
		}
	}
	return value, value.Kind() == kind
}

// unquoted is the value of a JSON string; invalid UTF-8 becomes U+FFFD.
func unquoted(text jsontext.Value) jsontext.Value {
	value, _ := jsontext.AppendUnquote(nil, bytes.TrimSpace(text)) // its error is that of invalid UTF-8
	return value
}

func hasFields(pattern map[string]any, object jsontext.Value) (bool, error) {
	fields := jsontext.NewDecoder(bytes.NewBuffer(object), anyJSON...)
	if _, err := fields.ReadToken(); err != nil {
		return false, err
	}
	had := map[string]bool{}
	for fields.PeekKind() != jsontext.KindEndObject && len(had) < len(pattern) {
		token, err := fields.ReadToken()
		if err != nil {
			return false, err
		}
		name := token.String() // the token does not outlive the next read
		value, err := fields.ReadValue()
		if err != nil {
			return false, err
		}
		want, given := pattern[name]
		if !given || had[name] {
			continue
		}
		like, err := isLike(want, value)
		if err != nil {
			return false, err
		}
		if like {
			had[name] = true
		}
	}
	return len(had) == len(pattern), nil
}

func hasElements(pattern []any, array jsontext.Value) (bool, error) {
	elements := jsontext.NewDecoder(bytes.NewBuffer(array), anyJSON...)
	if _, err := elements.ReadToken(); err != nil {
		return false, err
	}
	for _, want := range pattern {
		if elements.PeekKind() == jsontext.KindEndArray {
			return false, nil
		}
		value, err := elements.ReadValue()
		if err != nil {
			return false, err
		}
		if like, err := isLike(want, value); !like || err != nil {
			return false, err
		}
	}
	return elements.PeekKind() == jsontext.KindEndArray, nil
}
