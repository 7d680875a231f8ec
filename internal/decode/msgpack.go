package decode

import (
	"cmp"
	"errors"

	"github.com/tinylib/msgp/msgp"
)

var (
	errNotAll = errors.New("it does not take all of the data")
	errNoJSON = errors.New("it is not one value that JSON can hold")
)

// unmsgpack turns a map or an array of MessagePack into JSON.
//
// https://github.com/msgpack/msgpack/blob/master/spec.md
func unmsgpack(data []byte, limit int) ([]byte, error) {
	if kind := msgp.NextType(data); kind != msgp.MapType && kind != msgp.ArrayType {
		return nil, errNotAll
	}
	out := bounded{left: limit}
	if _, err := msgp.UnmarshalAsJSON(&out, data); err != nil { // which takes value after value
		return nil, err
	}
	if documents, err := parseJSON(out.written); err != nil || len(documents) != 1 {
		return nil, cmp.Or(err, errNoJSON)
	}
	return out.written, nil
}

// bounded is a writer that takes left more bytes.
type bounded struct {
	written []byte
	left    int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errTooLarge
	}
	b.written = append(b.written, p...)
	return len(p), nil
}
