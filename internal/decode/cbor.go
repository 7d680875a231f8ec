package decode

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"

	"github.com/fxamacker/cbor/v2"
	"github.com/go-json-experiment/json/jsontext"
)

// cborMagic is the tag of self-described CBOR.
//
// https://www.rfc-editor.org/rfc/rfc8949#name-self-described-cbor
var cborMagic = []byte{0xD9, 0xD9, 0xF7}

// maxBits bounds integers, whose digits cost more than their number of time.
const maxBits = 1 << 15

var errTooLong = fmt.Errorf("an integer of more than %d bits, our limit", maxBits)

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
	if cborItems(body) > MaxDocuments {
		return nil, errTooMany
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

// cborItems counts values up to one above MaxDocuments: each may take a hundred
// bytes of memory for the one that it has in the data.
func cborItems(data []byte) (n int) {
	for len(data) > 0 && n <= MaxDocuments {
		major, argument := data[0]>>5, uint64(data[0]&0x1F)
		data, n = data[1:], n+1
		if 24 <= argument && argument <= 27 {
			size := min(1<<(argument-24), len(data))
			argument = 0
			for _, b := range data[:size] {
				argument = argument<<8 | uint64(b)
			}
			data = data[size:]
		} else if argument > 27 {
			continue // of indefinite length, or malformed
		}
		if major == 2 || major == 3 { // strings
			data = data[min(argument, uint64(len(data))):]
		}
	}
	return n
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
		if v.BitLen() > maxBits {
			return nil, errTooLong
		}
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

// appendMap writes a map by the order of its keys, which JSON wants to be text: 1
// and "1" are a name given twice.
func appendMap(out []byte, m map[any]any) (_ []byte, err error) {
	type pair struct {
		name, kind string
		value      any
	}
	pairs := make([]pair, 0, len(m))
	for key, value := range m {
		pairs = append(pairs, pair{fmt.Sprint(key), fmt.Sprintf("%T", key), value})
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.kind, b.kind)) })
	out = append(out, '{')
	for i, p := range pairs {
		if i > 0 {
			out = append(out, ',')
		}
		if out, err = jsontext.AppendQuote(out, p.name); err != nil {
			return nil, err
		}
		if out, err = appendJSON(append(out, ':'), p.value); err != nil {
			return nil, err
		}
	}
	return append(out, '}'), nil
}
