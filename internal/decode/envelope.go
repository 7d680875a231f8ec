package decode

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// envelope is JSON in which AWS wraps what others wrote.
type envelope struct {
	name string
	// mark stands in every such envelope. Its first byte is rare in JSON, as that is
	// what is looked for first.
	mark []byte
	// open returns the documents inside as JSON, one after the other; nothing where
	// the value is no such envelope after all.
	open func(document []byte, limit int) ([]byte, error)
}

var envelopes = []envelope{
	{"cloudwatch-logs", []byte("DATA_MESSAGE"), openLogs},
	{"cloudwatch-logs-control", []byte("CONTROL_MESSAGE"), openControl},
	{"dynamodb", []byte("Keys"), openChange},
	{"string", []byte(`"`), openString},
}

// marked tells whether a document may be such an envelope.
func (e envelope) marked(document []byte) bool {
	first := byte('{')
	if len(e.mark) == 1 {
		first = e.mark[0]
	}
	return document[0] == first && bytes.Contains(document, e.mark)
}

// Unwrapped tells whether the documents were taken out of an envelope of JSON, so
// that they lack what else stood in that, or its form.
func (b Blob) Unwrapped() bool {
	return slices.ContainsFunc(envelopes, func(e envelope) bool {
		return e.name != "cloudwatch-logs-control" && slices.Contains(b.Layers, e.name)
	})
}

// member is one of an object.
type member struct {
	name  string
	value json.RawMessage
}

// members returns those of an object in order, or false where it is no object.
func members(object []byte) ([]member, bool) {
	decoder := jsontext.NewDecoder(bytes.NewBuffer(object), jsonOptions...)
	if token, err := decoder.ReadToken(); err != nil || token.Kind() != '{' {
		return nil, false
	}
	var all []member
	for decoder.PeekKind() == '"' {
		token, err := decoder.ReadToken()
		if err != nil {
			return nil, false
		}
		m := member{name: token.String()}
		value, err := decoder.ReadValue()
		if err != nil {
			return nil, false
		}
		m.value = bytes.Clone(value)
		all = append(all, m)
	}
	return all, true
}

// openControl names what CloudWatch Logs sends to see whether a stream takes it. It
// stays whole.
func openControl(document []byte, limit int) ([]byte, error) {
	var control struct{ MessageType, Owner string }
	if json.Unmarshal(document, &control) != nil || control.MessageType != "CONTROL_MESSAGE" || control.Owner != "CloudwatchLogs" {
		return nil, nil
	}
	if len(document) > limit {
		return nil, errTooLarge
	}
	return document, nil
}

// openLogs takes a subscription of CloudWatch Logs apart: each log event is a
// document, with the names of its group and stream.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
func openLogs(document []byte, limit int) ([]byte, error) {
	var events []json.RawMessage
	about, isLogs := []member{}, false
	all, _ := members(document)
	for _, m := range all {
		switch m.name {
		case "logEvents":
			if json.Unmarshal(m.value, &events) != nil {
				return nil, nil
			}
		case "messageType":
			isLogs = string(m.value) == `"DATA_MESSAGE"`
		default:
			about = append(about, m)
		}
	}
	if !isLogs || len(events) == 0 {
		return nil, nil
	}
	var out []byte
	for _, event := range events {
		inner, ok := members(event)
		if !ok {
			return nil, nil
		}
		out = append(appendObject(out, append(about[:len(about):len(about)], inner...)), '\n')
		if len(out) > limit {
			return nil, errTooLarge
		}
	}
	return out, nil
}

func appendObject(out []byte, members []member) []byte {
	out = append(out, '{')
	for i, m := range members {
		if i > 0 {
			out = append(out, ',')
		}
		out, _ = jsontext.AppendQuote(out, m.name) // fails on invalid UTF-8 alone, which no JSON has that came so far
		out = append(out, ':')
		out = append(out, m.value...)
	}
	return append(out, '}')
}

// openString returns the JSON object or array, or several, that a JSON string
// holds, or base64 that shows what is in it.
func openString(document []byte, limit int) ([]byte, error) {
	inner, err := jsontext.AppendUnquote(nil, document)
	if err != nil || !isDocument(inner) && !showsBase64(inner) {
		return nil, nil
	}
	if len(inner) > limit {
		return nil, errTooLarge
	}
	return inner, nil
}
