package render

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"

	"kinspect/internal/term"
)

// lenient takes all the JSON that encoding/json takes, and changes nothing in
// it but the white space between tokens.
var lenient = []jsontext.Options{
	jsontext.AllowDuplicateNames(true),
	jsontext.AllowInvalidUTF8(true),
	jsontext.PreserveRawStrings(true),
}

// appendCompact appends a JSON value on one line; what is no JSON it appends as it is.
func appendCompact(dst, data []byte) []byte {
	if isCompact(data) { // as most is that a program wrote
		return append(dst, data...)
	}
	line, _ := jsontext.AppendFormat(dst, data, lenient...) // appends data on an error
	return line
}

// isCompact tells that in data, if it is JSON, no white space is between tokens.
func isCompact(data []byte) bool {
	for inString := false; ; {
		quote := bytes.IndexByte(data, '"')
		if quote < 0 {
			return !inString && !hasBlank(data)
		}
		before := data[:quote]
		switch {
		case inString:
			backslashes := len(before) - len(bytes.TrimRight(before, `\`))
			inString = backslashes%2 != 0 // then the quote is of the text
		case hasBlank(before):
			return false
		default:
			inString = true
		}
		data = data[quote+1:]
	}
}

func hasBlank(data []byte) bool {
	for _, c := range data {
		if c <= ' ' {
			return true
		}
	}
	return false
}

// appendColoured appends a JSON value, laid out and escaped, with its tokens
// styled. Everything else in data stays, also what follows where the JSON breaks.
func appendColoured(dst, data []byte, out *term.Output) []byte {
	if !out.Colour {
		return append(dst, data...)
	}
	tokens := jsontext.NewDecoder(bytes.NewBuffer(data), lenient[:2]...)
	done := 0
	for {
		token, err := tokens.ReadToken()
		if err != nil {
			return append(dst, data[done:]...)
		}
		end := int(tokens.InputOffset())
		text := bytes.TrimLeft(data[done:end], " \t\r\n,:")
		dst = append(dst, data[done:end-len(text)]...)
		dst = append(dst, styled(string(text), token.Kind(), isName(tokens), out)...)
		done = end
	}
}

// isName tells whether the token just read is the name of an object's member:
// names and values are counted alike, so after a name the count is odd.
func isName(tokens *jsontext.Decoder) bool {
	kind, count := tokens.StackIndex(tokens.StackDepth())
	return kind == jsontext.KindBeginObject && count%2 == 1
}

func styled(text string, kind jsontext.Kind, name bool, out *term.Output) string {
	switch kind {
	case jsontext.KindString:
		if name {
			return out.JSONKey(text)
		}
		return out.JSONString(text)
	case jsontext.KindNumber:
		return out.JSONNumber(text)
	case jsontext.KindTrue, jsontext.KindFalse, jsontext.KindNull:
		return out.JSONLiteral(text)
	}
	return text
}
