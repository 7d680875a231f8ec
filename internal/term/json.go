package term

import (
	"bytes"
	"encoding/json"
	"io"
)

// AppendJSON appends a value as JSON with a line end to dst, indented unless
// indent is empty. What could command a terminal or mislead its reader is escaped
// within JSON's own rules, so the value stays the same; wherever it goes, for a
// file may be shown on a terminal later.
func AppendJSON(dst []byte, value any, indent string) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(value); err != nil {
		return dst, err
	}
	return AppendEscapedJSON(dst, text.Bytes()), nil
}

// WriteJSON writes a value as AppendJSON makes it, in one Write.
func WriteJSON(w io.Writer, value any, indent string) error {
	text, err := AppendJSON(nil, value, indent)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}
