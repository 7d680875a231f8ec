package putrec

import (
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// What is wrong with a line is told to whoever made the line, without the names of
// our types and libraries.

// notJSON says from where on a text is no JSON, or why it is refused all the same.
func notJSON(err error) string {
	var syntax *jsontext.SyntacticError
	var meaning *json.SemanticError
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName) && errors.As(err, &syntax):
		return fmt.Sprintf("the key %q is there twice", syntax.JSONPointer.LastToken())
	case errors.As(err, &syntax):
		return fmt.Sprintf("not JSON from byte %d on", syntax.ByteOffset+1)
	case errors.Is(err, json.ErrUnknownName) && errors.As(err, &meaning):
		return fmt.Sprintf("the key %q is not one of an envelope", meaning.JSONPointer.LastToken())
	case errors.As(err, &meaning) && meaning.JSONPointer != "":
		return fmt.Sprintf("the key %q has a value that it cannot have", meaning.JSONPointer.LastToken())
	case errors.As(err, &meaning):
		return "not a JSON object"
	}
	return err.Error()
}

// notBase64 says what a text that is no base64 seems to be.
func notBase64(text string, err error) error {
	var at base64.CorruptInputError
	switch {
	case decodes(base64.RawStdEncoding, text):
		return errors.New("not base64: the = that fill it up are missing")
	case decodes(base64.URLEncoding, text), decodes(base64.RawURLEncoding, text):
		return errors.New("not base64: it is base64url, which has - and _ instead of + and /")
	case errors.As(err, &at):
		return fmt.Errorf("not base64 from byte %d on", int64(at)+1)
	}
	return fmt.Errorf("not base64: %w", err)
}

func decodes(encoding *base64.Encoding, text string) bool {
	_, err := encoding.Strict().DecodeString(text)
	return err == nil
}
