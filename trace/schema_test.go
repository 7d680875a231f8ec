package trace

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"kinspect/internal/notice"
	"kinspect/trace/receipt"
)

const schemaFile = "../testdata/receipt.schema.json"

var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	return c.Compile(schemaFile)
})

// conforms fails unless the receipt, as it is written, is one of the schema.
func conforms(t *testing.T, r receipt.Receipt) {
	t.Helper()
	var text bytes.Buffer
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	if err := receipt.Intact(text.Bytes()); err != nil {
		t.Error(err)
	}
	if err := validate(t, text.Bytes()); err != nil {
		t.Errorf("%v\n%s", err, text.Bytes())
	}
	if said := kept(t, r).Contradictions(); said != nil {
		t.Errorf("check contradictions: it contradicts itself: %q\n%s", said, text.Bytes())
	}
}

func validate(t *testing.T, text []byte) error {
	t.Helper()
	schema, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// The schema is closed, and its conditions bind.
func TestSchemaRefuses(t *testing.T) {
	w := newWorld(t, 2)
	w.put("a", "ord-1")
	var found, absent bytes.Buffer
	if err := w.trace("ord-1").Write(&found); err != nil {
		t.Fatal(err)
	}
	if err := w.trace("ord-9").Write(&absent); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		text     []byte
		old, new string
	}{
		{"another key", found.Bytes(), `"verdict"`, `"more":1,"verdict"`},
		{"another key of a match", found.Bytes(), `"whole"`, `"more":1,"whole"`},
		{"a key less", found.Bytes(), `"whole": true`, `"path":"."`},
		{"found without matches", absent.Bytes(), `"absent"`, `"found"`},
		{"absent with matches", found.Bytes(), `"found"`, `"absent"`},
		{"absent and not complete", absent.Bytes(), `"complete": true`, `"complete": false`},
		{"inconclusive without a reason", absent.Bytes(), `"absent"`, `"inconclusive"`},
		{"a tip that does not tell how far behind", absent.Bytes(), `"millisBehindLatest": 0,`, ``},
		{"a code that is none", absent.Bytes(), `"assumes-order"`, `"assumes-odour"`},
		{"a hash that is none", found.Bytes(), `"sha256": "`, `"sha256": "x`},
	} {
		changed := bytes.Replace(c.text, []byte(c.old), []byte(c.new), 1)
		if bytes.Equal(changed, c.text) {
			t.Errorf("%s: nothing was changed", c.name)
		} else if validate(t, changed) == nil {
			t.Errorf("%s: the schema takes it", c.name)
		}
	}
}

// The codes of the schema are those of package notice, all and in order.
func TestSchemaKnowsTheCodes(t *testing.T) {
	schema, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, code := range schema.Properties["reasons"].Ref.Items2020.Ref.Properties["code"].Ref.Enum.Values {
		listed = append(listed, code.(string))
	}
	if codes := noticeCodes(t); !slices.Equal(listed, codes) {
		t.Errorf("the schema has\n%q\nand package notice\n%q", listed, codes)
	}
}

// The standings of the schema are those of package audience.
func TestSchemaKnowsTheStandings(t *testing.T) {
	schema, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	consumer := schema.Properties["consumers"].Items2020.Ref
	var listed []string
	for _, standing := range consumer.Properties["positions"].Items2020.Ref.Properties["standing"].Enum.Values {
		listed = append(listed, standing.(string))
	}
	if standings := constants(t, "../internal/audience/position.go", "Standing"); !slices.Equal(listed, standings) {
		t.Errorf("the schema has\n%q\nand package audience\n%q", listed, standings)
	}
}

// noticeCodes are the constants of type Code and the assumptions, as they stand.
func noticeCodes(t *testing.T) []string {
	t.Helper()
	codes := constants(t, "../internal/notice/notice.go", "Code")
	for _, a := range append(slices.Clone(notice.Assumptions), notice.OwnNumbers) {
		codes = append(codes, string(a.Code))
	}
	return codes
}

// constants are those of a type, as they stand in a file.
func constants(t *testing.T, path, of string) (values []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Type == nil {
			return true
		}
		if kind, named := spec.Type.(*ast.Ident); named && kind.Name == of {
			value, _ := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			values = append(values, value)
		}
		return true
	})
	return values
}
