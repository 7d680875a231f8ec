package decode

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// written are files by their paths in a new directory, which it returns.
func written(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// setOf is a set of one file in edition 2024, with one message.
func setOf(t *testing.T) string {
	t.Helper()
	data, err := proto.Marshal(&descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{{
		Name: proto.String("new.proto"), Syntax: proto.String("editions"), Edition: descriptorpb.Edition_EDITION_2024.Enum(),
		MessageType: []*descriptorpb.DescriptorProto{{Name: proto.String("New")}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestLoadProtobuf(t *testing.T) {
	shop, err := os.ReadFile("testdata/schemas/order.set")
	if err != nil {
		t.Fatal(err)
	}
	lacking, err := os.ReadFile("testdata/schemas/lacking.set")
	if err != nil {
		t.Fatal(err)
	}
	const box = "message Box { message Lid { } map<string, Lid> lids = 1; }"
	dir := written(t, map[string]string{
		"one.proto":          `syntax = "proto3"; package a; ` + box,
		"two.proto":          `syntax = "proto3"; package a; ` + box + ` message Bag { message Lid { } }`,
		"none.proto":         `syntax = "proto3";`,
		"many.proto":         `syntax = "proto3";` + manyMessages(25),
		"time.proto":         `syntax = "proto3"; import "google/protobuf/timestamp.proto"; message T { google.protobuf.Timestamp at = 1; }`,
		"a/b/deep.proto":     `syntax = "proto3"; import "beside.proto"; import "a/b/other.proto"; import "b/other2.proto"; message Deep { Beside x = 1; Other y = 2; Other2 z = 3; }`,
		"a/b/beside.proto":   `syntax = "proto3"; message Beside { }`,
		"beside.proto":       `syntax = "proto3"; message Wrong { }`,
		"a/b/other.proto":    `syntax = "proto3"; message Other { }`,
		"a/b/other2.proto":   `syntax = "proto3"; message Other2 { }`,
		"bad.proto":          "syntax = \"proto3\";\nmessage A {\n  string = 1;\n}",
		"untyped.proto":      "syntax = \"proto3\";\nmessage A {\n  Nope a = 1;\n}",
		"astray.proto":       "syntax = \"proto3\";\nimport \"x/y.proto\";",
		"importsbad.proto":   "syntax = \"proto3\";\nimport \"bad.proto\";",
		"2023.proto":         `edition = "2023"; message E { string a = 1; }`,
		"2024.proto":         `edition = "2024"; message E { string a = 1; }`,
		"2024.set":           setOf(t),
		"shop.set":           string(shop),
		"twice.binpb":        string(shop) + string(shop),
		"lacking.set":        string(lacking),
		"text.set":           "message A {}",
		"empty.set":          "",
		"huge.proto":         "//" + strings.Repeat(" ", maxDescriptors),
		"google.proto":       `syntax = "proto3"; package google.protobuf; message Timestamp { string seconds = 1; }`,
		"directory.proto/of": "",
	})
	cases := []struct{ file, message, want string }{
		{"one.proto", "", "a.Box"},
		{"one.proto", "Box", "a.Box"},
		{"one.proto", "a.Box.Lid", "a.Box.Lid"},
		{"one.proto", "Lid", "a.Box.Lid"},
		{"one.proto", "LidsEntry", `DIR/one.proto holds no message "LidsEntry", but a.Box, a.Box.Lid`},
		{"one.proto", "a.Box.LidsEntry", `DIR/one.proto holds no message "a.Box.LidsEntry", but a.Box, a.Box.Lid`},
		{"one.proto", "Lad", `DIR/one.proto holds no message "Lad", but a.Box, a.Box.Lid`},
		{"two.proto", "", "DIR/two.proto holds a.Box, a.Box.Lid, a.Bag, a.Bag.Lid: name one of them"},
		{"two.proto", "Lid", "DIR/two.proto holds more than one message Lid: a.Box.Lid, a.Bag.Lid"},
		{"none.proto", "", "DIR/none.proto holds no messages"},
		{"none.proto", "A", `DIR/none.proto holds no message "A", but no messages`},
		{"many.proto", "", "M18, M19 and 5 more: name one of them"},
		{"time.proto", "", "T"},
		{"time.proto", "google.protobuf.Timestamp", "google.protobuf.Timestamp"},
		{"a/b/deep.proto", "Deep", "Deep"},
		{"bad.proto", "", "compiling DIR/bad.proto:3:10: syntax error"},
		{"untyped.proto", "", "compiling DIR/untyped.proto:3:3: field A.a: unknown type Nope"},
		{"astray.proto", "", `compiling DIR/astray.proto:2:8: could not resolve path "x/y.proto": it is neither beside`},
		{"importsbad.proto", "", "compiling bad.proto:3:10: syntax error"},
		{"2023.proto", "", "E"},
		{"2024.proto", "", "let protoc compile it: --include_imports --descriptor_set_out=FILE"},
		{"2024.set", "", "New"},
		{"shop.set", "Order", "shop.v1.Order"},
		{"shop.set", "shop.v1.Money", "shop.v1.Money"},
		{"shop.set", "", "DIR/shop.set holds shop.v1.Customer, shop.v1.Order, shop.v1.Order.Item: name one of them"},
		{"twice.binpb", "Order", "shop.v1.Order"},
		{"lacking.set", "Order", "DIR/lacking.set lacks shop/v1/money.proto, which shop/v1/order.proto imports: make it with protoc --include_imports"},
		{"text.set", "A", "DIR/text.set is no set of descriptors"},
		{"empty.set", "A", "DIR/empty.set is no set of descriptors"},
		{"huge.proto", "A", "reading a schema: DIR/huge.proto: more than 16 MiB, our limit"},
		{"google.proto", "Timestamp", "reading the descriptors in DIR/google.proto"},
		{"directory.proto", "A", "reading a schema: read DIR/directory.proto: is a directory"},
		{"nowhere.proto", "A", "reading a schema: open DIR/nowhere.proto: no such file or directory"},
	}
	for _, c := range cases {
		p, err := LoadProtobuf(filepath.Join(dir, c.file), c.message)
		got := ""
		switch {
		case err != nil && p == nil:
			got = strings.ReplaceAll(err.Error(), dir, "DIR")
		case err == nil:
			got = string(p.message.FullName())
			if got != c.want {
				got = "the message " + got
			}
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%q of %s: %s, not %s", c.message, c.file, got, c.want)
		}
	}
}

func manyMessages(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, "message M%d { }", i)
	}
	return out.String()
}

func TestProtobufString(t *testing.T) {
	alone, err := os.ReadFile("testdata/schemas/old.proto")
	if err != nil {
		t.Fatal(err)
	}
	p := loaded(t, "old.proto", "")
	if want := fmt.Sprintf("protobuf Old of testdata/schemas/old.proto, SHA-256 %x", sha256.Sum256(alone)); p.String() != want {
		t.Errorf("%s, not %s", p, want)
	}
	const a, b = `syntax = "proto3"; import "b.proto"; message A { B b = 1; }`, `syntax = "proto3"; message B { }`
	dir := written(t, map[string]string{"a.proto": a, "b.proto": b})
	p, err = LoadProtobuf(filepath.Join(dir, "a.proto"), "A")
	if want := fmt.Sprintf("%x", sha256.Sum256([]byte(a+b))); err != nil || !strings.HasSuffix(p.String(), want) {
		t.Errorf("%s, %v; not %s", p, err, want)
	}
}
