package decode

import (
	"errors"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// What a message takes once it is built, in bytes and about: we hold no more than
// maxBuilt of one. Two bytes can make a message, and one of a packed list a value.
const (
	maxBuilt     = 256 << 20
	builtMessage = 512
	builtValue   = 64
)

var errHeavy = fmt.Errorf("more than %d MiB to hold, our limit", maxBuilt>>20)

// wireScan reads the bytes of a message to their end, by its schema and before
// anything is built of them.
type wireScan struct {
	types *dynamicpb.Types
	// unknown counts the bytes of fields that the schema does not name.
	unknown int
	// built is what the message will take, at most maxBuilt.
	built int
}

// message scans one, and what it holds. A list or a map in it, which may be written
// though it is empty, is one level more.
func (s *wireScan) message(data []byte, md protoreflect.MessageDescriptor, depth int) error {
	if depth >= MaxNesting {
		return errTooDeep
	}
	if err := s.spend(builtMessage); err != nil {
		return err
	}
	for len(data) > 0 {
		n, err := s.field(data, md, depth)
		if err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

// field scans the first field of data and returns its length.
func (s *wireScan) field(data []byte, md protoreflect.MessageDescriptor, depth int) (int, error) {
	number, kind, tag := protowire.ConsumeTag(data)
	if tag < 0 {
		return 0, protowire.ParseError(tag)
	}
	size := protowire.ConsumeFieldValue(number, kind, data[tag:])
	if size < 0 {
		return 0, protowire.ParseError(size)
	}
	fd, err := s.find(md, number)
	if err != nil {
		return 0, err
	}
	if fd == nil {
		s.unknown += tag + size
		return tag + size, nil
	}
	if err := s.value(data[tag:tag+size], kind, fd, depth); err != nil {
		return 0, err
	}
	return tag + size, nil
}

// find returns the field of a number, or nil.
func (s *wireScan) find(md protoreflect.MessageDescriptor, number protowire.Number) (protoreflect.FieldDescriptor, error) {
	if number > protowire.MaxValidNumber {
		return nil, errors.New("a field number that no message can have")
	}
	if fd := md.Fields().ByNumber(number); fd != nil || !md.ExtensionRanges().Has(number) {
		return fd, nil
	}
	if x, err := s.types.FindExtensionByNumber(md.FullName(), number); err == nil {
		return x.TypeDescriptor(), nil
	}
	return nil, nil
}

// value scans what a field holds. No newer schema may give a field's number to
// another type, so a value that the type cannot have is of another message; readers
// would cut an integer off at its 32 bits, and we would miss what it was.
func (s *wireScan) value(raw []byte, kind protowire.Type, fd protoreflect.FieldDescriptor, depth int) error {
	want := wireTypes[fd.Kind()]
	packed := kind == protowire.BytesType && fd.IsList() && want != protowire.BytesType && want != protowire.StartGroupType
	if kind != want && !packed {
		return fmt.Errorf("field %d is not what %s of the schema is", fd.Number(), fd.FullName())
	}
	if fd.IsList() {
		depth++
	}
	switch {
	case packed:
		return s.packed(raw, fd)
	case want == protowire.StartGroupType:
		content, n := protowire.ConsumeGroup(fd.Number(), raw)
		if n < 0 {
			return protowire.ParseError(n)
		}
		if err := s.spend(n); err != nil { // each level reads it again
			return err
		}
		return s.message(content, fd.Message(), depth+1)
	case fd.Message() != nil:
		content, _ := protowire.ConsumeBytes(raw)
		return s.message(content, fd.Message(), depth+1)
	case want == protowire.VarintType && !holds(fd.Kind(), raw):
		return fmt.Errorf("field %d is more than %s of the schema can hold", fd.Number(), fd.FullName())
	}
	return s.spend(builtValue + len(raw))
}

// packed scans a list of numbers.
func (s *wireScan) packed(raw []byte, fd protoreflect.FieldDescriptor) error {
	kind := wireTypes[fd.Kind()]
	for list, _ := protowire.ConsumeBytes(raw); len(list) > 0; {
		n := protowire.ConsumeFieldValue(fd.Number(), kind, list)
		switch {
		case n < 0:
			return protowire.ParseError(n)
		case kind == protowire.VarintType && !holds(fd.Kind(), list[:n]):
			return fmt.Errorf("field %d is more than %s of the schema can hold", fd.Number(), fd.FullName())
		}
		if err := s.spend(builtValue); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

func (s *wireScan) spend(bytes int) error {
	if s.built += bytes; s.built > maxBuilt {
		return errHeavy
	}
	return nil
}

// holds tells whether a varint is a value of the kind.
func holds(kind protoreflect.Kind, raw []byte) bool {
	v, _ := protowire.ConsumeVarint(raw)
	switch kind {
	case protoreflect.BoolKind:
		return v <= 1
	case protoreflect.Int32Kind, protoreflect.EnumKind:
		return v <= math.MaxUint32 || v == uint64(int64(int32(v)))
	case protoreflect.Uint32Kind, protoreflect.Sint32Kind:
		return v <= math.MaxUint32
	}
	return true
}

// wireTypes is how each kind is written, one at a time.
//
// https://protobuf.dev/programming-guides/encoding/#structure
var wireTypes = map[protoreflect.Kind]protowire.Type{
	protoreflect.BoolKind:     protowire.VarintType,
	protoreflect.EnumKind:     protowire.VarintType,
	protoreflect.Int32Kind:    protowire.VarintType,
	protoreflect.Int64Kind:    protowire.VarintType,
	protoreflect.Sint32Kind:   protowire.VarintType,
	protoreflect.Sint64Kind:   protowire.VarintType,
	protoreflect.Uint32Kind:   protowire.VarintType,
	protoreflect.Uint64Kind:   protowire.VarintType,
	protoreflect.Fixed32Kind:  protowire.Fixed32Type,
	protoreflect.Sfixed32Kind: protowire.Fixed32Type,
	protoreflect.FloatKind:    protowire.Fixed32Type,
	protoreflect.Fixed64Kind:  protowire.Fixed64Type,
	protoreflect.Sfixed64Kind: protowire.Fixed64Type,
	protoreflect.DoubleKind:   protowire.Fixed64Type,
	protoreflect.StringKind:   protowire.BytesType,
	protoreflect.BytesKind:    protowire.BytesType,
	protoreflect.MessageKind:  protowire.BytesType,
	protoreflect.GroupKind:    protowire.StartGroupType,
}
