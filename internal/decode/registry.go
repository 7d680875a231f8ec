package decode

import (
	"bytes"
	"compress/zlib"
)

// header stands before a message whose schema a registry holds.
type header struct {
	name string
	// body returns what follows the header.
	body func(data []byte) (body []byte, ok bool)
}

var headers = []header{{"glue", glueBody}, {"confluent", confluentBody}}

// Headers of schema registries.
//
// https://docs.aws.amazon.com/glue/latest/dg/schema-registry-integrations.html
// https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
const (
	glueMagic, glueZlib, glueHeader = 3, 5, 2 + 16
	confluentMagic, confluentHeader = 0, 1 + 4
)

// glueBody is behind the version, the compression and the schema version's UUID.
func glueBody(data []byte) ([]byte, bool) {
	if len(data) <= glueHeader || data[0] != glueMagic || data[1] != 0 && data[1] != glueZlib {
		return nil, false
	}
	return data[glueHeader:], true
}

// confluentBody is behind a zero and the schema's number.
func confluentBody(data []byte) ([]byte, bool) {
	if len(data) <= confluentHeader || data[0] != confluentMagic {
		return nil, false
	}
	return data[confluentHeader:], true
}

// peelHeader takes off a header whose body is JSON, or zlib of some; so few bytes
// are no proof of a header before anything else.
func (o *opener) peelHeader(h header, data, body []byte) bool {
	if h.name == "glue" && data[1] == glueZlib {
		z, err := zlib.NewReader(bytes.NewReader(body))
		if err != nil {
			return false
		}
		inner, err := readAll(z, o.most(data))
		if err != nil && err != errTooLarge {
			return false
		}
		body = inner
	}
	if documents, err := parseJSON(body); err != nil || documents == nil {
		return false
	}
	o.peel(layer{name: h.name, peel: func([]byte, int) ([]byte, error) { return body, nil }}, data)
	return true
}
