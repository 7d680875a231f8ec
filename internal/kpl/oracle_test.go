package kpl

import (
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"kinspect/internal/record"
)

// aggregatedRecord is the format as its description has it, for Google's own
// parser.
var aggregatedRecord = func() protoreflect.MessageDescriptor {
	file := &descriptorpb.FileDescriptorProto{
		Name: proto.String("messages.proto"), Syntax: proto.String("proto2"),
		MessageType: []*descriptorpb.DescriptorProto{
			{Name: proto.String("AggregatedRecord"), Field: []*descriptorpb.FieldDescriptorProto{
				fieldOf("partition_key_table", 1, "repeated", "string"),
				fieldOf("explicit_hash_key_table", 2, "repeated", "string"),
				fieldOf("records", 3, "repeated", ".Record"),
			}},
			{Name: proto.String("Record"), Field: []*descriptorpb.FieldDescriptorProto{
				fieldOf("partition_key_index", 1, "required", "uint64"),
				fieldOf("explicit_hash_key_index", 2, "optional", "uint64"),
				fieldOf("data", 3, "required", "bytes"),
				fieldOf("tags", 4, "repeated", ".Tag"),
			}},
			{Name: proto.String("Tag"), Field: []*descriptorpb.FieldDescriptorProto{
				fieldOf("key", 1, "required", "string"),
				fieldOf("value", 2, "optional", "string"),
			}},
		},
	}
	built, err := protodesc.NewFile(file, nil)
	if err != nil {
		panic(err)
	}
	return built.Messages().Get(0)
}()

func fieldOf(name string, number int32, label, kind string) *descriptorpb.FieldDescriptorProto {
	f := &descriptorpb.FieldDescriptorProto{Name: &name, Number: &number}
	f.Label = map[string]*descriptorpb.FieldDescriptorProto_Label{
		"optional": descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
		"required": descriptorpb.FieldDescriptorProto_LABEL_REQUIRED.Enum(),
		"repeated": descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum(),
	}[label]
	f.Type = map[string]*descriptorpb.FieldDescriptorProto_Type{
		"uint64": descriptorpb.FieldDescriptorProto_TYPE_UINT64.Enum(),
		"string": descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(),
		"bytes":  descriptorpb.FieldDescriptorProto_TYPE_BYTES.Enum(),
	}[kind]
	if f.Type == nil {
		f.Type, f.TypeName = descriptorpb.FieldDescriptorProto_TYPE_MESSAGE.Enum(), &kind
	}
	return f
}

// parsed is an aggregate's message as Google's parser reads it.
func parsed(body []byte) (protoreflect.Message, error) {
	m := dynamicpb.NewMessage(aggregatedRecord)
	return m, proto.Unmarshal(body, m)
}

func list(m protoreflect.Message, name protoreflect.Name) protoreflect.List {
	return m.Get(m.Descriptor().Fields().ByName(name)).List()
}

// agree demands that Google's parser reads in an aggregate what we did, and that
// it knows of no bytes that we kept nowhere.
func agree(t *testing.T, users []record.UserRecord) {
	m, err := parsed(users[0].Data[len(magic) : len(users[0].Data)-16])
	if err != nil {
		t.Fatalf("read by us alone: %v", err)
	}
	records := list(m, "records")
	if records.Len() != len(users) {
		t.Fatalf("%d user records, Google's parser reads %d", len(users), records.Len())
	}
	for i, user := range users {
		same(t, m, records.Get(i).Message(), user)
	}
	if unread(m) && len(users[0].Beside) == 0 {
		t.Fatal("fields beside the user records are lost")
	}
}

func same(t *testing.T, m, r protoreflect.Message, user record.UserRecord) {
	fields := r.Descriptor().Fields()
	index := func(number protoreflect.FieldNumber) int { return int(r.Get(fields.ByNumber(number)).Uint()) }
	if key := list(m, "partition_key_table").Get(index(1)).String(); key != *user.UserKey {
		t.Fatalf("partition key %q, Google's parser reads %q", *user.UserKey, key)
	}
	if has := r.Has(fields.ByNumber(2)); has != (user.ExplicitHashKey != nil) {
		t.Fatalf("explicit hash key: %t, Google's parser: %t", !has, has)
	}
	if user.ExplicitHashKey != nil && list(m, "explicit_hash_key_table").Get(index(2)).String() != *user.ExplicitHashKey {
		t.Fatalf("explicit hash key %q is another one", *user.ExplicitHashKey)
	}
	if data := r.Get(fields.ByNumber(3)).Bytes(); string(data) != string(user.UserData) {
		t.Fatalf("data %q, Google's parser reads %q", user.UserData, data)
	}
	if unread(r) && len(user.Beside) == 0 {
		t.Fatal("fields beside the data are lost")
	}
}

// unread tells whether a message has bytes in fields without a name.
func unread(m protoreflect.Message) (bytes bool) {
	_ = eachField(m.GetUnknown(), func(f field) error {
		bytes = bytes || len(f.bytes) > 0
		return nil
	})
	return bytes
}
