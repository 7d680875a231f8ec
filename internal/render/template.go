package render

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/template"

	"kinspect/internal/record"
	"kinspect/internal/term"
)

// templated is `--template`: what a Go template makes of the envelope, closed by
// a line end. Where a person reads along, all of it is escaped, the template's
// own text too.
type templated struct {
	template *template.Template
	out      *term.Output
}

// helpers are the functions that a template has beside those of text/template.
var helpers = template.FuncMap{"json": toJSON, "base64d": fromBase64}

// NewTemplate returns the format that a template of text/template describes. Its
// dot is the envelope with the keys of `-o json`; whole numbers of up to 64 bits
// are numbers, others print as they are spelled. It may fail on an item, as where
// the data has no such field.
func NewTemplate(text string, out *term.Output) (Renderer, error) {
	parsed, err := template.New("template").Funcs(helpers).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("template, line %s", strings.TrimPrefix(err.Error(), "template: template:"))
	}
	if err := checkKeys(parsed.Tree); err != nil {
		return nil, err
	}
	return templated{parsed, out}, nil
}

func (t templated) Append(dst []byte, it Item) ([]byte, error) {
	dot, err := envelopeMap(it)
	if err != nil {
		return dst, err
	}
	var text bytes.Buffer
	if err := t.template.Execute(&text, dot); err != nil {
		return dst, shortened(err)
	}
	return appendLine(dst, text.Bytes(), t.out), nil
}

// AppendFailed appends, as `-o json` would, an item on which a template failed: its
// envelope with a last key templateError, so that no record goes missing.
func AppendFailed(dst []byte, it Item, failure error) []byte {
	line, err := term.AppendJSON(dst, struct {
		record.Envelope
		TemplateError string `json:"templateError"`
	}{it.Envelope(), failure.Error()}, "")
	if err != nil {
		panic(err) // data alone can fail, and Envelope has checked it
	}
	return line
}

// shortened leaves out of an error which template it was.
func shortened(err error) error {
	if _, at, found := strings.Cut(err.Error(), `executing "template" `); found {
		return errors.New(at)
	}
	return err
}

// envelopeMap is the envelope as a template takes it.
func envelopeMap(it Item) (any, error) {
	line, err := jsonLines{}.Append(nil, it)
	if err != nil {
		return nil, err
	}
	numbers := json.NewDecoder(bytes.NewReader(line))
	numbers.UseNumber()
	var dot any
	if err := numbers.Decode(&dot); err != nil { // nested deeper than 10,000
		return nil, fmt.Errorf("reading the envelope: %w", err)
	}
	return withWhole(dot), nil
}

// withWhole makes numbers of whole numbers, within the value itself. Others stay
// as they are spelled: a float64 would drop digits and print exponents.
func withWhole(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name := range v {
			v[name] = withWhole(v[name])
		}
	case []any:
		for i := range v {
			v[i] = withWhole(v[i])
		}
	case json.Number:
		if n, err := v.Int64(); err == nil && strconv.FormatInt(n, 10) == v.String() {
			return n
		}
	}
	return value
}

// toJSON writes a value as JSON on one line, sorted by name.
func toJSON(value any) (string, error) {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return strings.TrimSuffix(line.String(), "\n"), err
}

// fromBase64 returns the bytes of dataBase64; of a record without it, none.
func fromBase64(value any) (string, error) {
	if value == nil {
		return "", nil
	}
	text, isText := value.(string)
	if !isText {
		return "", errors.New("base64d takes a string")
	}
	data, err := base64.StdEncoding.DecodeString(text)
	return string(data), err
}
