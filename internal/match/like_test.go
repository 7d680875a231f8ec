package match

import (
	"crypto/sha256"
	"encoding/json"
	"testing"

	"kinspect/internal/decode"

	"github.com/go-json-experiment/json/jsontext"
)

// inStrings spells text as a JSON string, times over.
func inStrings(text string, times int) string {
	for range times {
		quoted, _ := jsontext.AppendQuote(nil, text)
		text = string(quoted)
	}
	return text
}

func TestLike(t *testing.T) {
	const order = `{"id":"ord-9","total":12.50,"n":49671234567890123456789012,"items":[{"sku":"a","count":1},{"sku":"b"}],"gift":false,"note":null,"customer":{"id":7,"tags":[]}}`
	const change = `{"eventSource":"aws:dynamodb","dynamodb":{"Keys":{"id":{"S":"ord-9"}}}}`
	const logs = `{"messageType":"DATA_MESSAGE","logGroup":"g","logEvents":[{"id":"1"},{"id":"2"}]}`
	cases := []struct {
		name, pattern, data string
		path                string // empty: not like it
	}{
		{"itself", order, order, "."},
		{"a field", `{"id":"ord-9"}`, order, "."},
		{"another value", `{"id":"ord-8"}`, order, ""},
		{"another field", `{"name":"ord-9"}`, order, ""},
		{"the name is no value", `{"id":"id"}`, order, ""},
		{"fields in another order", `{"note":null,"gift":false,"id":"ord-9"}`, order, "."},
		{"null is not absent", `{"nothing":null}`, order, ""},
		{"null is not false", `{"gift":null}`, order, ""},
		{"true is not false", `{"gift":true}`, order, ""},
		{"a subset within", `{"customer":{"id":7}}`, order, "."},
		{"the empty object", `{"customer":{}}`, order, "."},
		{"an object is no array", `{"items":{}}`, order, ""},
		{"an array is no object", `{"customer":[]}`, order, ""},
		{"the fields of a deeper object", `{"tags":[]}`, order, ""},
		{"an array", `{"items":[{"sku":"a"},{"sku":"b"}]}`, order, "."},
		{"an array in another order", `{"items":[{"sku":"b"},{"sku":"a"}]}`, order, ""},
		{"a shorter array", `{"items":[{"sku":"a"}]}`, order, ""},
		{"a longer array", `{"items":[{"sku":"a"},{"sku":"b"},{}]}`, order, ""},
		{"the empty array", `{"customer":{"tags":[]}}`, order, "."},
		{"a number spelled otherwise", `{"total":125e-1}`, order, "."},
		{"all digits of a number", `{"n":49671234567890123456789013}`, order, ""},
		{"no digit lost", `{"n":49671234567890123456789012.0}`, order, "."},
		{"a number is no string", `{"id":7}`, `{"id":"7"}`, ""},
		{"a string is no number", `{"id":"7"}`, `{"id":7}`, ""},
		{"escapes", `{"id":"ord\u002d9/"}`, `{"\u0069d":"ord-9\/"}`, "."},
		{"JSON in a string", `{"body":{"id":7}}`, `{"body":"{\"id\":7.0,\"a\":1}"}`, "."},
		{"an array in a string", `{"body":[7]}`, `{"body":" [7] "}`, "."},
		{"JSON in a string in a string", `{"body":{"id":7}}`, `{"body":` + inStrings(`{"id":7}`, 2) + `}`, "."},
		{"a string that holds none", `{"body":{"id":7}}`, `{"body":"{\"id\":7"}`, ""},
		{"a string that holds another", `{"body":{"id":7}}`, `{"body":"[7]"}`, ""},
		{"a string is asked for", `{"body":"{}"}`, `{"body":"{}"}`, "."},
		{"a document that is a string", `{"id":7}`, inStrings(`{"id":7}`, 2), ".|fromjson|fromjson"},
		{"the second document", `{"id":7}`, "{\"id\":6}\n{\"id\":7}", "."},
		{"fields of two documents", `{"id":7,"a":1}`, "{\"id\":7}\n{\"a\":1}", ""},
		{"a name twice, the first", `{"id":6}`, `{"id":6,"id":7}`, "."},
		{"a name twice, the second", `{"id":7}`, `{"id":6,"id":7}`, "."},
		{"gzip", `{"id":7}`, gzipped(t, `{"id":7}`), "."},
		{"a change record with its types", `{"dynamodb":{"Keys":{"id":{"S":"ord-9"}}}}`, change, "."},
		{"a change record without them", `{"dynamodb":{"Keys":{"id":"ord-9"}}}`, change, "."},
		{"a change record of another", `{"dynamodb":{"Keys":{"id":{"S":"ord-8"}}}}`, change, ""},
		{"an envelope of logs", `{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1"},{"id":"2"}]}`, gzipped(t, "\uFEFF"+logs), "."},
		{"a log event", `{"logGroup":"g","id":"2"}`, logs, "."},
		{"fields of the envelope and of an event", `{"messageType":"DATA_MESSAGE","id":"2"}`, logs, ""},
		{"an array around it", `{"id":7}`, `[{"id":7}]`, ""},
		{"text", `{"id":7}`, `INFO {"id":7}`, ""},
		{"opaque", `{"id":7}`, "\x00\xff", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m, err := Like([]byte(c.pattern))
			if err != nil {
				t.Fatal(err)
			}
			want := Hit{}
			if c.path != "" {
				want = whole(c.path, "")
			}
			if got, ok := look(t, m, subject(c.data)); ok != (c.path != "") || got != want {
				t.Errorf("%s like %s: %v %+v, want %+v", c.data, c.pattern, ok, got, want)
			}
		})
	}
}

func TestLikeRefusesToJudge(t *testing.T) {
	for _, pattern := range []string{``, `7`, `"a"`, `[{"a":1}]`, `{}`, `{"a":1`, `{"a":1e9999999999}`, `{"a":[{"b":-1E+9999999999}]}`} {
		if _, err := Like([]byte(pattern)); err == nil {
			t.Errorf("%s: no error", pattern)
		}
	}
	m, err := Like([]byte(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	document := [][]byte{[]byte(`{"a":1}`)}
	if _, ok, err := m.Match(Subject{Blob: decode.Blob{State: decode.Broken, Documents: document}}); ok || err != nil {
		t.Errorf("broken: %v, %v", ok, err)
	}
	if _, ok, err := m.Match(Subject{Blob: decode.Blob{Documents: [][]byte{[]byte(`{"b":`)}}}); ok || err == nil {
		t.Errorf("no document: %v, %v", ok, err)
	}
}

func TestSameNumber(t *testing.T) {
	same := [][]string{
		{"0", "-0", "0.000", "0e99999999999999999999", "-0.0E-5"},
		{"1", "1.0", "1e0", "10e-1", "0.001e3", "1E+0", "1e-0", "1e00000000000000000000"},
		{"-1", "-1.00"},
		{"100", "1e2", "1.00e+2"},
		{"101"}, {"1e3"}, {"-100"},
		{"1e999999999", "10e999999998"},
		{"1e1000000000000000000000"},
		{"0.1", "1e-1"}, {"0.01"},
		{"49671234567890123456789012", "4967123456789012345678901.2e1"},
		{"49671234567890123456789013"},
	}
	for i, group := range same {
		for _, a := range group {
			if checkNumbers(json.Number(a)) != nil {
				continue // no pattern may ask for it
			}
			for j, others := range same {
				for _, b := range others {
					if got := sameNumber(a, b); got != (i == j) {
						t.Errorf("%s is %s: %v", a, b, got)
					}
				}
			}
		}
	}
}

func TestData(t *testing.T) {
	zipped := gzipped(t, `{"id":7}`)
	cases := []struct {
		name, sought, in string
		size             int64
		want             bool
	}{
		{"as it was put", zipped, zipped, int64(len(zipped)), true},
		{"decoded", `{"id":7}`, zipped, 8, true},
		{"of any size", `{"id":7}`, zipped, -1, true},
		{"of another size", `{"id":7}`, zipped, 9, false},
		{"with a line feed", "{\"id\":7}\n", zipped, 9, false},
		{"the same value", `{"id": 7}`, zipped, -1, false},
		{"nothing", "", "", 0, true},
	}
	for _, c := range cases {
		got, ok := look(t, Data(sha256.Sum256([]byte(c.sought)), c.size), subject(c.in))
		if ok != c.want || ok && got != whole("data", "") {
			t.Errorf("%s: got %v %+v", c.name, ok, got)
		}
	}
}
