package render

import (
	"errors"
	"strings"
	"testing"

	"kinspect/internal/term"
)

func byTemplate(t *testing.T, text string, out *term.Output, it Item) (string, error) {
	t.Helper()
	r, err := NewTemplate(text, out)
	if err != nil {
		t.Fatal(err)
	}
	line, err := r.Append([]byte("> "), it)
	return strings.TrimPrefix(string(line), "> "), err
}

func TestTemplate(t *testing.T) {
	document := item(JSON, `{"id":"ord-7","n":12,"big":49678472125167179371387171109764757133,"total":59.90,"far":1e400,"b":{"z":1,"a":"<&>"}}`)
	aggregated := with(document, func(it *Item) {
		it.User.Aggregated, it.User.SubSequenceNumber, it.Layers = true, 2, []string{"json"}
	})
	cases := []struct {
		name, template string
		it             Item
		want           string
	}{
		{"fields", "{{.partitionKey}} {{.data.id}}", document, "user-88 ord-7\n"},
		{"the envelope", "{{.shardId}} {{.approximateArrivalTimestamp}} {{.encryptionType}}", document, "shardId-000000000003 2026-11-23T10:15:02.117Z NONE\n"},
		{"numbers", "{{.data.n}} {{.data.big}} {{.data.total}} {{.data.far}}", document, "12 49678472125167179371387171109764757133 59.90 1e400\n"},
		{"comparison", `{{if lt .data.n 13}}few{{end}} {{eq .data.n 12}}`, document, "few true\n"},
		{"layers and place", `{{.subSequenceNumber}} {{.decoded}} {{index .decoded 0}}`, aggregated, "2 [kpl json] kpl\n"},
		{"a field that is not there", `{{.data.coupon}} {{or .data.coupon "-"}} {{.subSequenceNumber}}`, document, "<no value> - <no value>\n"},
		{"json", "{{json .data.b}} {{json .data.total}} {{json .data.none}}", document, `{"a":"<&>","z":1} 59.90 null` + "\n"},
		{"base64d", "{{base64d .dataBase64}}|{{base64d .data}}", item(Binary, "a\xffb"), "a\xffb|\n"},
		{"text", "{{.data}}", item(Text, "a\nb"), "a\nb\n"},
		{"text that closes its line", "{{.data}}", item(Text, "a\n"), "a\n"},
		{"nothing is a line", "", document, "\n"},
		{"error", "{{.decodeError}}", with(item(Binary, "\x00"), func(it *Item) { it.Err = errors.New("cut") }), "cut\n"},
	}
	for _, c := range cases {
		got, err := byTemplate(t, c.template, output(0, term.Never), c.it)
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v, want %q", c.name, got, err, c.want)
		}
	}
}

// A key that no envelope has is told at once, wherever it stands; what the data, or
// an element, lacks is not.
func TestTemplateKeys(t *testing.T) {
	for text, want := range map[string]string{
		"{{.PartitionKey}}":                                      "PartitionKey",
		"{{if .data}}{{json .Data.x}}{{end}}":                    "Data",
		"{{with .data}}{{$.key}}{{end}}":                         "key",
		"{{range .decoded}}{{.}}{{else}}{{.none}}{{end}}":        "none",
		"{{with .data}}x{{else}}{{.value | json}}{{end}}":        "value",
		"{{range .data.items}}{{.sku}}{{end}}":                   "",
		"{{with .data}}{{.orderId}}{{end}} {{$.shardId}}":        "",
		"{{$x := .data}}{{$x.none}}{{.data.Other}} {{.decoded}}": "",
	} {
		_, err := NewTemplate(text, output(0, term.Never))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), `no key "`+want+`": its keys are shardId, sequenceNumber, `)) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestTemplateIsEscapedWhereAPersonReads(t *testing.T) {
	const want = `\x1b[1m \x1b]0;x\x07\r\u009b2J\x7f` + "\n"
	for _, out := range []*term.Output{output(80, term.Never), output(0, term.Always)} {
		got, err := byTemplate(t, "\x1b[1m {{.data}}", out, item(JSON, `"\u001b]0;x\u0007\r\u009b2J\u007f"`))
		if err != nil || got != want {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
}

func TestTemplateFails(t *testing.T) {
	cases := []struct {
		template string
		it       Item
		want     string
	}{
		{"lost {{.data.id}}", item(Text, "hello"), `at <.data.id>: can't evaluate field id in type interface {}`},
		{"{{index .data 3}}", item(JSON, "[1]"), `at <index .data 3>: error calling index: index out of range: 3`},
		{"{{base64d .data}}", item(JSON, "7"), `at <base64d .data>: error calling base64d: base64d takes a string`},
	}
	for _, c := range cases {
		got, err := byTemplate(t, c.template, output(0, term.Never), c.it)
		if err == nil || err.Error() != c.want || got != "" {
			t.Errorf("%s: %q, %v, want %s", c.template, got, err, c.want)
		}
	}
}

func TestNoTemplate(t *testing.T) {
	for text, want := range map[string]string{
		"a\n{{.data":   "template, line 2: unclosed action",
		"{{upper .a}}": `template, line 1: function "upper" not defined`,
	} {
		if _, err := NewTemplate(text, output(0, term.Never)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
