package render

import (
	"encoding/json"
	"errors"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"kinspect/internal/decode"
	"kinspect/internal/jq"
	"kinspect/internal/record"
)

// Kind is what an item's data is.
type Kind int

const (
	// Binary data is neither text nor JSON, or not known to be.
	Binary Kind = iota
	// Text is UTF-8.
	Text
	// JSON is one JSON value.
	JSON
)

// Item is one thing to print: a user record with one document of its data, or
// with one output of jq in the data's place. Like the record it came from it may
// be a view into a page.
type Item struct {
	User record.UserRecord
	// Document is its place among the documents of the blob, from 0.
	Document int
	// Layers are those peeled from the user record's data, outermost first.
	Layers []string
	Kind   Kind
	Data   []byte
	// Err says why the data is broken or opaque.
	Err error
}

// Items returns what there is to print of a user record: an item for each JSON
// document, or a single one of the innermost bytes. A broken blob is a single one
// even if some documents could be read, so that what follows them is not lost.
func Items(u record.UserRecord, b decode.Blob) []Item { return AppendItems(nil, u, b) }

// AppendItems appends Items to dst.
func AppendItems(dst []Item, u record.UserRecord, b decode.Blob) []Item {
	it := Item{User: u, Layers: b.Layers, Err: b.Err}
	if b.State == decode.Broken || len(b.Documents) == 0 {
		it.Kind, it.Data = innermost(u, b)
		return append(dst, it)
	}
	for i, document := range b.Documents {
		it.Document, it.Kind, it.Data = i, JSON, document
		dst = append(dst, it)
	}
	return dst
}

// innermost returns the bytes of the last layer that was opened. Those of a
// broken blob were not judged, and are often text all the same.
func innermost(u record.UserRecord, b decode.Blob) (Kind, []byte) {
	data := u.UserData
	if n := len(b.Bytes); n > 0 {
		data = b.Bytes[n-1]
	}
	if b.Text || decode.Readable(data) {
		return Text, data
	}
	return Binary, data
}

// ErrBinary is data that jq cannot be given.
var ErrBinary = errors.New("data that is neither JSON nor text")

// Value is the item's data as jq is given it: a text is a string.
func (it Item) Value() (any, error) {
	switch it.Kind {
	case Text:
		return string(it.Data), nil
	case JSON:
		return jq.Parse(it.Data)
	}
	return nil, ErrBinary
}

// Replace returns the item with an output of jq, a JSON value, for its data.
func (it Item) Replace(output []byte) Item {
	it.Kind, it.Data = JSON, output
	return it
}

// Envelope is the item as the line of `-o json`. Its data is text or JSON only
// if that holds; bytes that are not UTF-8 always stand in dataBase64. In names,
// keys and errors they become U+FFFD once they are JSON.
func (it Item) Envelope() record.Envelope {
	e := record.Envelope{Meta: it.User.Meta(), Decoded: it.decoded()}
	switch it.sound() {
	case JSON:
		e.Data = it.Data
	case Text:
		e.Data, _ = jsontext.AppendQuote(nil, it.Data) // fails on invalid UTF-8 alone
	case Binary:
		e.DataBase64 = it.Data
	}
	if it.Err != nil {
		e.DecodeError = it.Err.Error()
	}
	return e
}

// decoded is the layers with the one that de-aggregation peeled before them.
func (it Item) decoded() []string {
	if !it.User.Aggregated {
		return it.Layers
	}
	return append([]string{"kpl"}, it.Layers...)
}

// appendJSON appends the data on one line, if it is JSON, and tells whether it is.
func (it Item) appendJSON(dst []byte) (_ []byte, isJSON bool) {
	if it.Kind != JSON || !utf8.Valid(it.Data) {
		return dst, false
	}
	line, err := jsontext.AppendFormat(dst, it.Data, lenient...)
	if err != nil {
		return dst, false
	}
	return line, true
}

// sound is the kind that the data can be printed as, whatever it was called.
func (it Item) sound() Kind {
	switch {
	case !utf8.Valid(it.Data):
		return Binary
	case it.Kind == JSON && !json.Valid(it.Data):
		return Text
	}
	return it.Kind
}
