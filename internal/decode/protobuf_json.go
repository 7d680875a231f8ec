package decode

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// builder builds a message, and reckons how long it will be as JSON.
type builder struct {
	wireScan
	limit, size int
	sizes       map[protoreflect.FullName]int
}

// build scans a message and builds it, if it may be as large.
func (b *builder) build(data []byte, md protoreflect.MessageDescriptor, depth int) (proto.Message, error) {
	if err := b.message(data, md, depth); err != nil {
		return nil, err
	}
	m := dynamicpb.NewMessage(md)
	options := proto.UnmarshalOptions{AllowPartial: true, Resolver: b.types, RecursionLimit: MaxNesting + 1}
	if err := options.Unmarshal(data, m); err != nil {
		return nil, err
	}
	return m, b.measure(m, depth)
}

// json writes a message as protojson does, without its random spaces. Fields that
// have no presence are written when they are zero, so that .paid == false holds;
// a message that lacks required fields is an error.
func (b *builder) json(m proto.Message) ([]byte, error) {
	if b.size > b.limit {
		return nil, errTooLarge
	}
	out, err := protojson.MarshalOptions{EmitDefaultValues: true, Resolver: b.types}.Marshal(m)
	if err != nil {
		return nil, err
	}
	value := jsontext.Value(out)
	if err := value.Compact(); err != nil {
		return nil, err
	}
	if len(value) > b.limit {
		return nil, errTooLarge
	}
	return value, nil
}

// measure adds what m is long, so that a few bytes that become many are refused
// before they are written; and opens each Any in it, whose type must be known.
func (b *builder) measure(m protoreflect.Message, depth int) error {
	b.size += b.empty(m.Descriptor())
	if m.Descriptor().FullName() == "google.protobuf.Any" {
		return b.open(m, depth)
	}
	var err error
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if fd.HasPresence() {
			b.size += named(fd)
		}
		err = b.value(fd, v, depth)
		return err == nil
	})
	return err
}

// open builds what an Any holds, for what building it tells.
func (b *builder) open(m protoreflect.Message, depth int) error {
	fields := m.Descriptor().Fields()
	url, value := m.Get(fields.ByNumber(1)).String(), m.Get(fields.ByNumber(2)).Bytes()
	b.size += len(url)
	if url == "" {
		return nil // empty, or protojson refuses it
	}
	held, err := b.types.FindMessageByURL(url)
	if err != nil {
		return fmt.Errorf("a google.protobuf.Any holds %.100q, which the schema does not name", url)
	}
	_, err = b.build(value, held.Descriptor(), depth+1)
	return err
}

// value adds what the value of a field is long.
func (b *builder) value(fd protoreflect.FieldDescriptor, v protoreflect.Value, depth int) (err error) {
	switch {
	case fd.IsList():
		for i := range v.List().Len() {
			if err := b.single(fd, v.List().Get(i), depth+1); err != nil {
				return err
			}
		}
		return nil
	case fd.IsMap():
		v.Map().Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
			b.size += len(k.String())
			err = b.single(fd.MapValue(), v, depth+1)
			return err == nil
		})
		return err
	}
	return b.single(fd, v, depth)
}

// single adds what one value and the comma behind it are long, at the least.
func (b *builder) single(fd protoreflect.FieldDescriptor, v protoreflect.Value, depth int) error {
	b.size += 2
	switch fd.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return b.measure(v.Message(), depth+1)
	case protoreflect.StringKind:
		b.size += quotedLen(v.String())
	case protoreflect.BytesKind:
		b.size += 2 + len(v.Bytes())*4/3
	case protoreflect.BoolKind:
		b.size += 3
	}
	return nil
}

// quotedLen is how long a string is as JSON.
func quotedLen(s string) int {
	n := 2 + len(s)
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\n' || c == '\t' || c == '\r' || c == '\b' || c == '\f' || c == '"' || c == '\\':
			n++
		case c < ' ':
			n += len(`\u0000`) - 1
		}
	}
	return n
}

// empty is how long a message of a type is with nothing in it.
func (b *builder) empty(md protoreflect.MessageDescriptor) int {
	size, known := b.sizes[md.FullName()]
	if known {
		return size
	}
	size = len("{}")
	for i := range md.Fields().Len() {
		if fd := md.Fields().Get(i); !fd.HasPresence() {
			size += named(fd) + 1
		}
	}
	b.sizes[md.FullName()] = size
	return size
}

// named is how long the name of a field is, with quotes, colon and comma.
func named(fd protoreflect.FieldDescriptor) int { return len(fd.JSONName()) + len(`"":,`) }
