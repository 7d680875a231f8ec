package decode

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// maxDecimal bounds a decimal, in bytes: some 2,400 digits. Writing them takes
// longer than in proportion.
const maxDecimal = 1 << 10

// avroValues turns Avro's binary encoding into JSON as jq wants it: a union is
// the value of its branch, and what JSON has no words for is text. Bytes and
// fixed are base64; decimals are numbers with all their digits, and a UUID in 16
// bytes is written as such. Dates, times and timestamps stay the plain numbers
// that were written; a duration stays bytes.
//
// Each value writes at least a byte, so the limit bounds the work as well,
// whatever counts are forged. It is passed by one value that holds no others, at
// most.
//
// https://avro.apache.org/docs/current/specification/#binary-encoding
type avroValues struct {
	data  []byte // yet to be read
	out   []byte
	limit int // of out, in bytes
	depth int
}

// value reads one of type t.
func (v *avroValues) value(t *avroType) error {
	if err := v.within(); err != nil {
		return err
	}
	if err := v.kind(t); err != nil {
		return err
	}
	return v.within()
}

// within cuts what is over the limit.
func (v *avroValues) within() error {
	if len(v.out) <= v.limit {
		return nil
	}
	v.out = v.out[:max(0, v.limit)]
	return errTooLarge
}

func (v *avroValues) kind(t *avroType) error {
	switch t.kind {
	case "record", "error":
		return v.record(t)
	case "array":
		return v.blocks('[', ']', func() error { return v.value(t.parts[0]) })
	case "map":
		return v.blocks('{', '}', func() error { return v.entry(t.parts[0]) })
	case "union":
		branch, err := v.index(len(t.parts))
		if err != nil {
			return err
		}
		return v.value(t.parts[branch])
	case "enum":
		symbol, err := v.index(len(t.names))
		if err != nil {
			return err
		}
		return v.quote([]byte(t.names[symbol]))
	}
	return v.plain(t)
}

// plain reads a value that holds no others.
func (v *avroValues) plain(t *avroType) error {
	switch t.kind {
	case "null":
		v.out = append(v.out, "null"...)
		return nil
	case "boolean":
		return v.boolean()
	case "int", "long":
		return v.integer(t.kind == "int")
	case "float":
		b, err := v.next(4)
		if err == nil {
			v.float(float64(math.Float32frombits(binary.LittleEndian.Uint32(b))), 32)
		}
		return err
	case "double":
		b, err := v.next(8)
		if err == nil {
			v.float(math.Float64frombits(binary.LittleEndian.Uint64(b)), 64)
		}
		return err
	case "fixed":
		b, err := v.next(int64(t.size))
		if err != nil {
			return err
		}
		return v.bytes(t, b)
	}
	b, err := v.sized()
	if err != nil {
		return err
	}
	if t.kind == "string" {
		return v.quote(b)
	}
	return v.bytes(t, b)
}

func (v *avroValues) record(t *avroType) error {
	if err := v.enter('{'); err != nil {
		return err
	}
	for i, field := range t.parts {
		if i > 0 {
			v.out = append(v.out, ',')
		}
		if err := v.quote([]byte(t.names[i])); err != nil {
			return err
		}
		v.out = append(v.out, ':')
		if err := v.value(field); err != nil {
			return err
		}
	}
	v.leave('}')
	return nil
}

// entry reads one of a map.
func (v *avroValues) entry(t *avroType) error {
	key, err := v.sized()
	if err == nil {
		err = v.quote(key)
	}
	if err != nil {
		return err
	}
	v.out = append(v.out, ':')
	return v.value(t)
}

// blocks reads the items of an array or a map: blocks of them, the last of which
// is empty. A negative count has the block's size in bytes behind it.
func (v *avroValues) blocks(open, shut byte, item func() error) error {
	if err := v.enter(open); err != nil {
		return err
	}
	for first := true; ; {
		count, rest, err := v.block()
		if err != nil {
			return err
		}
		if count == 0 {
			v.leave(shut)
			return nil
		}
		for ; count > 0; count-- {
			if !first {
				v.out = append(v.out, ',')
			}
			if err := item(); err != nil {
				return err
			}
			first = false
		}
		if rest >= 0 && len(v.data) != rest {
			return errors.New("a block that is not of the size that it says")
		}
	}
}

// block reads a block's head: how many items, and how many bytes must be left
// behind them, or -1 where it does not say.
func (v *avroValues) block() (count uint64, rest int, err error) {
	n, err := v.long()
	if err != nil || n >= 0 {
		return uint64(n), -1, err
	}
	size, err := v.long()
	if err == nil && (size < 0 || size > int64(len(v.data))) {
		err = io.ErrUnexpectedEOF
	}
	return -uint64(n), len(v.data) - int(size), err
}

func (v *avroValues) enter(open byte) error {
	if v.depth++; v.depth > MaxNesting {
		return errTooDeep
	}
	v.out = append(v.out, open)
	return nil
}

func (v *avroValues) leave(shut byte) {
	v.depth--
	v.out = append(v.out, shut)
}

// next takes n bytes.
func (v *avroValues) next(n int64) ([]byte, error) {
	if n < 0 {
		return nil, fmt.Errorf("a length of %d", n)
	}
	if n > int64(len(v.data)) {
		return nil, io.ErrUnexpectedEOF
	}
	b := v.data[:n]
	v.data = v.data[n:]
	return b, nil
}

// sized takes the bytes whose count stands before them.
func (v *avroValues) sized() ([]byte, error) {
	n, err := v.long()
	if err != nil {
		return nil, err
	}
	return v.next(n)
}

func (v *avroValues) long() (int64, error) {
	n, size := binary.Varint(v.data)
	if size < 0 {
		return 0, errors.New("a number of more than 64 bits")
	}
	if size == 0 {
		return 0, io.ErrUnexpectedEOF
	}
	v.data = v.data[size:]
	return n, nil
}

// index reads which of n it is.
func (v *avroValues) index(n int) (int, error) {
	i, err := v.long()
	if err == nil && (i < 0 || i >= int64(n)) {
		err = fmt.Errorf("number %d of %d", i, n)
	}
	return int(i), err
}

func (v *avroValues) integer(short bool) error {
	n, err := v.long()
	if err == nil && short && n != int64(int32(n)) {
		err = fmt.Errorf("%d, which is no int", n)
	}
	v.out = strconv.AppendInt(v.out, n, 10)
	return err
}

func (v *avroValues) boolean() error {
	b, err := v.next(1)
	if err == nil && b[0] > 1 {
		err = fmt.Errorf("%d, which is no boolean", b[0])
	}
	if err == nil {
		v.out = strconv.AppendBool(v.out, b[0] == 1)
	}
	return err
}

// float writes the shortest digits that mean f; what is no number as Avro's own
// JSON calls it.
func (v *avroValues) float(f float64, bits int) {
	format := byte('f')
	switch size := math.Abs(f); {
	case math.IsNaN(f):
		v.out = append(v.out, `"NaN"`...)
		return
	case math.IsInf(f, 1):
		v.out = append(v.out, `"Infinity"`...)
		return
	case math.IsInf(f, -1):
		v.out = append(v.out, `"-Infinity"`...)
		return
	case size != 0 && (size < 1e-6 || size >= 1e21):
		format = 'e'
	}
	v.out = strconv.AppendFloat(v.out, f, format, -1, bits)
}

func (v *avroValues) quote(text []byte) (err error) {
	if !utf8.Valid(text) {
		return errors.New("a string that is not UTF-8")
	}
	v.out, err = jsontext.AppendQuote(v.out, text)
	return err
}

func (v *avroValues) bytes(t *avroType, b []byte) error {
	switch {
	case t.logical == "decimal":
		return v.decimal(b, t.scale)
	case t.logical == "uuid" && len(b) == 16:
		v.out = fmt.Appendf(v.out, `"%s"`, uuid(b))
		return nil
	}
	v.out = append(v.out, '"')
	v.out = base64.StdEncoding.AppendEncode(v.out, b)
	v.out = append(v.out, '"')
	return nil
}

// decimal writes big-endian two's complement with a point before the last digits.
func (v *avroValues) decimal(b []byte, scale int) error {
	if len(b) > maxDecimal {
		return fmt.Errorf("a decimal of %d bytes, more than %d, our limit", len(b), maxDecimal)
	}
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
		v.out = append(v.out, '-')
	}
	digits := n.Abs(n).String()
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - scale
	v.out = append(v.out, digits[:point]...)
	if scale > 0 {
		v.out = append(append(v.out, '.'), digits[point:]...)
	}
	return nil
}
