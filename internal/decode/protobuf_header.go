package decode

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

var errIndexes = errors.New("no message index where the serializer writes it")

// behindConfluent takes off the message indexes, which must name our message: how
// many there are, and then one for each level of nesting, all as zigzag varints. A
// zero alone is short for the file's first message. The serializers for Go and
// Python count map entries among the nested messages and the one for Java does not;
// either way of counting will do.
//
// https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
func (p *Protobuf) behindConfluent(data []byte) ([]byte, error) {
	indexes, data, ok := readIndexes(data)
	if !ok {
		return nil, errIndexes
	}
	want := indexesOf(p.message, true)
	if !slices.Equal(indexes, want) && !slices.Equal(indexes, indexesOf(p.message, false)) {
		return nil, fmt.Errorf("it is the message with the indexes %v, and %s has %v", indexes, p.message.FullName(), want)
	}
	return data, nil
}

// readIndexes reads Confluent's message indexes; no message nests deeper than
// there are bytes.
func readIndexes(data []byte) (indexes []int64, rest []byte, ok bool) {
	levels, data, ok := zigzag(data)
	if levels == 0 {
		return []int64{0}, data, ok
	}
	for range levels {
		var index int64
		if index, data, ok = zigzag(data); !ok || index < 0 {
			return nil, nil, false
		}
		indexes = append(indexes, index)
	}
	return indexes, data, levels > 0
}

func zigzag(data []byte) (int64, []byte, bool) {
	v, n := protowire.ConsumeVarint(data)
	if n < 0 {
		return 0, nil, false
	}
	return protowire.DecodeZigZag(v), data[n:], true
}

// indexesOf says where a message stands in its file: which of those beside it it
// is, with or without map entries, outermost message first.
func indexesOf(md protoreflect.MessageDescriptor, entries bool) []int64 {
	parent, nested := md.Parent().(protoreflect.MessageDescriptor)
	if !nested {
		return []int64{int64(md.Index())}
	}
	index := int64(0)
	for i := range md.Index() {
		if entries || !parent.Messages().Get(i).IsMapEntry() {
			index++
		}
	}
	return append(indexesOf(parent, entries), index)
}

// behindGlue takes off the message index, a plain varint, which must be ours: that
// in the list of all messages of the file, nested ones and map entries too, sorted
// by full name.
//
// https://github.com/awslabs/aws-glue-schema-registry/blob/master/serializer-deserializer/src/main/java/com/amazonaws/services/schemaregistry/serializers/protobuf/MessageIndexFinder.java
func (p *Protobuf) behindGlue(data []byte) ([]byte, error) {
	index, n := protowire.ConsumeVarint(data)
	if n < 0 {
		return nil, errIndexes
	}
	messages := allMessages(p.message.ParentFile().Messages())
	slices.SortFunc(messages, func(a, b protoreflect.MessageDescriptor) int { return cmp.Compare(a.FullName(), b.FullName()) })
	switch want := slices.Index(messages, p.message); {
	case index == uint64(want):
		return data[n:], nil
	case index < uint64(len(messages)):
		return nil, fmt.Errorf("it is a message of the type %s, not %s", messages[index].FullName(), p.message.FullName())
	default:
		return nil, fmt.Errorf("it is message %d of its schema, and %s is %d", index, p.message.FullName(), want)
	}
}

// allMessages are messages and those nested in them, map entries too.
func allMessages(messages protoreflect.MessageDescriptors) []protoreflect.MessageDescriptor {
	var all []protoreflect.MessageDescriptor
	for i := range messages.Len() {
		all = append(all, messages.Get(i))
		all = append(all, allMessages(messages.Get(i).Messages())...)
	}
	return all
}
