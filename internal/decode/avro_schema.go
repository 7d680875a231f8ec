package decode

import (
	"errors"
	"fmt"
	"strings"

	"github.com/twmb/avro"
)

var errLongSchema = fmt.Errorf("longer than %d MiB, our limit", maxSchema>>20)

// avroSchema is a schema that messages are decoded by.
type avroSchema struct {
	name        string // of its file
	fingerprint uint64 // CRC-64-AVRO of its canonical form
	root        *avroType
}

// avroType is a node of a schema, with what it refers to in its place: schemas
// may be recursive.
type avroType struct {
	kind    string // Avro's name of it
	logical string
	size    int         // of a fixed, in bytes
	scale   int         // of a decimal, in digits
	names   []string    // of a record's fields, or an enum's symbols
	parts   []*avroType // a record's fields, a union's branches, an array's items, a map's values
}

func parseAvroSchema(text []byte) (*avroSchema, error) {
	if len(text) > maxSchema {
		return nil, errLongSchema
	}
	if err := tooDeep(text); err != nil {
		return nil, err
	}
	schema, err := avro.Parse(string(text), avro.WithLaxNames(nil)) // names are the writer's affair
	if err != nil {
		return nil, err
	}
	fingerprint := avro.NewRabin()
	fingerprint.Write(schema.Canonical()) // never fails, by hash.Hash
	root, err := linker{}.link(schema.Root(), "")
	return &avroSchema{fingerprint: fingerprint.Sum64(), root: root}, err
}

// peel decodes one value that takes all of the message.
func (s *avroSchema) peel(message []byte, limit int) ([]byte, error) {
	v := avroValues{data: message, limit: limit}
	err := v.value(s.root)
	if err == nil && len(v.data) > 0 {
		err = errNotAll
	}
	if err != nil && s.name != "" {
		err = fmt.Errorf("%s: %w", s.name, err)
	}
	return v.out[:min(len(v.out), limit)], err
}

// linker are the named types met so far, by their full names.
type linker map[string]*avroType

// link turns a node and all under it; namespace is that around it.
func (l linker) link(n *avro.SchemaNode, namespace string) (_ *avroType, err error) {
	t := &avroType{kind: n.Type, logical: n.LogicalType, size: n.Size, scale: n.Scale}
	switch n.Type {
	case "null", "boolean", "int", "long", "float", "double", "string", "bytes":
		return t, nil
	case "array":
		return t, l.parts(t, namespace, n.Items)
	case "map":
		return t, l.parts(t, namespace, n.Values)
	case "union":
		for i := range n.Branches {
			if err = l.parts(t, namespace, &n.Branches[i]); err != nil {
				break
			}
		}
		return t, err
	case "record", "error", "enum", "fixed":
		return t, l.named(t, n)
	}
	return l.find(n.Type, namespace)
}

func (l linker) parts(t *avroType, namespace string, n *avro.SchemaNode) error {
	if n == nil {
		return errors.New("a type without what it holds")
	}
	part, err := l.link(n, namespace)
	t.parts = append(t.parts, part)
	return err
}

// named links a type that others may refer to, those inside it too.
func (l linker) named(t *avroType, n *avro.SchemaNode) error {
	full := n.Name
	if n.Namespace != "" && !strings.Contains(full, ".") {
		full = n.Namespace + "." + full
	}
	l[full] = t
	t.names = n.Symbols
	namespace := full[:max(0, strings.LastIndexByte(full, '.'))]
	for i := range n.Fields {
		t.names = append(t.names, n.Fields[i].Name)
		if err := l.parts(t, namespace, &n.Fields[i].Type); err != nil {
			return err
		}
	}
	return nil
}

// find returns the type of a name, in the namespace or without any.
func (l linker) find(name, namespace string) (*avroType, error) {
	if !strings.Contains(name, ".") && l[namespace+"."+name] != nil {
		name = namespace + "." + name
	}
	t := l[strings.TrimPrefix(name, ".")]
	if t == nil {
		return nil, fmt.Errorf("unknown type %q: a schema must define the types that it names", name)
	}
	return t, nil
}
