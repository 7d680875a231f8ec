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

func (d dataLines) Append(dst []byte, it Item) ([]byte, error) {
	if it.Kind != JSON {
		return appendLine(dst, it.Data, d.out), nil
	}
	start := len(dst)
	dst = appendCompact(dst, it.Data)
	line := dst[start:]
	if bytes.HasPrefix(line, []byte(`"`)) {
		if bare, err := jsontext.AppendUnquote(nil, line); err == nil {
			return appendLine(dst[:start], bare, d.out), nil
		}
	}
	if watched(d.out) {
		dst = appendColoured(dst[:start], term.AppendEscapedJSON(nil, line), d.out)
	}
	return append(dst, '\n'), nil
}

// appendLine appends data, escaped where a person reads along, and closes the
// line, unless data has done so.
func appendLine(dst, data []byte, out *term.Output) []byte {
	if watched(out) {
		data = term.AppendEscaped(nil, data)
	}
	dst = append(dst, data...)
	if bytes.HasSuffix(data, []byte("\n")) {
		return dst
	}
	return append(dst, '\n')
}

// watched tells that a person reads: on a terminal, or in colour through a pager.
func watched(out *term.Output) bool { return out.Terminal || out.Colour }
