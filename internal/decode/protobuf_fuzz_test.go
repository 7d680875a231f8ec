package decode

import (
	"encoding/json"
	"testing"
)

// FuzzProtobuf opens bytes as a message, bare and behind what each registry's
// serializer writes, of a type that has nearly all that there is in protobuf 3, and
// of one that has what only protobuf 2 has.
func FuzzProtobuf(f *testing.F) {
	whole := inFile(f, "order.protobuf")
	for _, data := range []string{
		whole, inFile(f, "order.confluent.protobuf")[confluentHeader:], inFile(f, "order.glue.protobuf")[glueHeader:],
		field(1, "a") + group(4, number(2, 5)) + field(100, "b"), nested(3, field(1, "a"), parted),
		field(12, anyOf("shop.v1.Order", whole)), field(14, whole), field(18, whole) + field(18, whole), field(15, "\x00\x01"), field(99, whole),
	} {
		f.Add([]byte(data))
	}
	order, old := loaded(f, "shop/v1/order.proto", "Order"), loaded(f, "old.proto", "")
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, p := range []*Protobuf{order, old} {
			for _, header := range []string{"", "confluent", "glue"} {
				checkProtobuf(t, p, header, data)
			}
		}
	})
}

// checkProtobuf demands of what comes out that it is JSON, within a limit and of a
// nesting that are ours, and that a smaller limit is kept too.
func checkProtobuf(t *testing.T, p *Protobuf, header string, data []byte) {
	const limit = smallDecoded
	out, err := peelProtobuf(t, p, header, string(data), limit)
	if (err == nil) == (out == "") || len(out) > limit {
		t.Fatalf("%d bytes of JSON, %v", len(out), err)
	}
	if err != nil {
		return
	}
	documents, err := parseJSON([]byte(out))
	if err != nil || len(documents) != 1 || string(documents[0]) != out || !json.Valid([]byte(out)) {
		t.Fatalf("%s: %v", out, err)
	}
	if again, err := peelProtobuf(t, p, header, string(data), limit); err != nil || again != out {
		t.Fatalf("%s, and again %s: %v", out, again, err)
	}
	if small, err := peelProtobuf(t, p, header, string(data), len(out)-1); err != errTooLarge {
		t.Fatalf("%d bytes of JSON with a limit of %d: %v", len(small), len(out)-1, err)
	}
}
