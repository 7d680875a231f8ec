package render

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"

	"kinspect/internal/term"
)

// dataLines is `-o data`: the decoded data, a line each. JSON is compact and a
// JSON string bare; text and binary data are written as they are, and line ends
// inside them stay. Where a person reads along, all of it is escaped.
type dataLines struct{ out *term.Output }

func (d dataLines) Append(dst []byte, it Item) []byte {
	if it.Kind != JSON {
		return d.appendBytes(dst, it.Data)
	}
	line := compact(it.Data)
	if bare, err := jsontext.AppendUnquote(nil, line); err == nil {
		return d.appendBytes(dst, bare)
	}
	if d.watched() {
		line = appendColoured(nil, term.AppendEscapedJSON(nil, line), d.out)
	}
	return append(append(dst, line...), '\n')
}

// appendBytes closes the line, unless data has done so.
func (d dataLines) appendBytes(dst, data []byte) []byte {
	if d.watched() {
		data = term.AppendEscaped(nil, data)
	}
	dst = append(dst, data...)
	if bytes.HasSuffix(data, []byte("\n")) {
		return dst
	}
	return append(dst, '\n')
}

// watched tells that a person reads: on a terminal, or in colour through a pager.
func (d dataLines) watched() bool { return d.out.Terminal || d.out.Colour }
