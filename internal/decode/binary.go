package decode

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"

	"github.com/fxamacker/cbor/v2"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/tinylib/msgp/msgp"
)

var errNotAll = errors.New("it does not take all of the data")

// unmsgpack turns a map or an array of MessagePack into JSON.
func unmsgpack(data []byte, limit int) ([]byte, error) {
	if kind := msgp.NextType(data); kind != msgp.MapType && kind != msgp.ArrayType {
		return nil, errNotAll
	}
	var out bytes.Buffer
	rest, err := msgp.UnmarshalAsJSON(&out, data)
	switch {
	case err != nil:
		return nil, err
	case len(rest) > 0:
		return nil, errNotAll
	case out.Len() > limit:
		return nil, errTooLarge
	}
	return out.Bytes(), nil
}

// cborMagic is the tag of self-described CBOR.
//
// https://www.rfc-editor.org/rfc/rfc8949#name-self-described-cbor
var cborMagic = []byte{0xD9, 0xD9, 0xF7}

var cborMode = func() cbor.DecMode {
	mode, err := cbor.DecOptions{MaxNestedLevels: MaxNesting, BigIntDec: cbor.BigIntDecodePointer}.DecMode()
	if err != nil {
		panic(err) // the options are ours
	}
	return mode
}()

// uncbor turns a map or an array of CBOR into JSON.
func uncbor(data []byte, limit int) ([]byte, error) {
	body := bytes.TrimPrefix(data, cborMagic)
	if len(body) == 0 || body[0] < 0x80 || body[0] > 0xBF {
		return nil, errNotAll
	}
	var value any
	if err := cborMode.Unmarshal(body, &value); err != nil {
		return nil, err
	}
	out, err := appendJSON(nil, value)
	if len(out) > limit {
		return nil, errTooLarge
	}
	return out, err
}

// appendJSON writes what CBOR holds: bytes as base64, digits as they are, and as
// text what JSON has no words for.
func appendJSON(out []byte, value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return append(out, "null"...), nil
	case bool:
		return strconv.AppendBool(out, v), nil
	case uint64:
		return strconv.AppendUint(out, v, 10), nil
	case int64:
		return strconv.AppendInt(out, v, 10), nil
	case *big.Int:
		return v.Append(out, 10), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return jsontext.AppendQuote(out, strconv.FormatFloat(v, 'g', -1, 64))
		}
		return strconv.AppendFloat(out, v, 'g', -1, 64), nil
	case string:
		return jsontext.AppendQuote(out, v)
	case []byte:
		return jsontext.AppendQuote(out, base64.StdEncoding.EncodeToString(v))
	case cbor.Tag:
		return appendJSON(out, v.Content)
	case []any:
		return appendArray(out, v)
	case map[any]any:
		return appendMap(out, v)
	}
	return jsontext.AppendQuote(out, fmt.Sprint(value)) // a time, a simple value
}

func appendArray(out []byte, items []any) (_ []byte, err error) {
	out = append(out, '[')
	for i, item := range items {
		if i > 0 {
			out = append(out, ',')
		}
		if out, err = appendJSON(out, item); err != nil {
			return nil, err
		}
	}
	return append(out, ']'), nil
}

// appendMap writes a map by the order of its keys, which JSON wants to be text. Of
// 1 and "1" one is left; the bytes that it came from are searched as well.
func appendMap(out []byte, m map[any]any) (_ []byte, err error) {
	out = append(out, '{')
	named := make(map[string]any, len(m))
	for key, value := range m {
		named[fmt.Sprint(key)] = value
	}
	for i, name := range slices.Sorted(maps.Keys(named)) {
		if i > 0 {
			out = append(out, ',')
		}
		if out, err = jsontext.AppendQuote(out, name); err != nil {
			return nil, err
		}
		if out, err = appendJSON(append(out, ':'), named[name]); err != nil {
			return nil, err
		}
	}
	return append(out, '}'), nil
}
