package trace

import (
	"strings"
	"testing"

	"kinspect/trace/receipt"
)

// Copies have the key and the data in common; the same data under another key is
// another record.
func TestDuplicates(t *testing.T) {
	a, b := "a", "b"
	of := func(key *string, sum string) receipt.Match {
		m := receipt.Match{SHA256: sum}
		m.PartitionKey = key
		return m
	}
	for _, c := range []struct {
		name    string
		matches []receipt.Match
		said    string
	}{
		{"none", nil, ""},
		{"another key, another text", []receipt.Match{of(&a, "1"), of(&b, "1"), of(nil, "1"), of(&a, "2")}, ""},
		{"three of one", []receipt.Match{of(&a, "1"), of(&b, "1"), of(&a, "1"), of(&a, "1")}, "3 copies have the same partition key and data, "},
		{"two of two", []receipt.Match{of(&a, "1"), of(&b, "1"), of(&b, "1"), of(&a, "1")}, "2 matches repeat the partition key and the data of others, "},
	} {
		if text := duplicates(c.matches); (text == "") != (c.said == "") || !strings.HasPrefix(text, c.said) {
			t.Errorf("%s: %q", c.name, text)
		}
	}
}

// Layers are named where the event stands in them, and not where its key does.
func TestWithinLayers(t *testing.T) {
	match := func(path string, layers ...string) receipt.Match {
		return receipt.Match{Path: path, Decoded: layers, SHA256: "1"}
	}
	text := receipt.Event{Text: "ord-1"}
	for _, c := range []struct {
		event receipt.Event
		match receipt.Match
		said  string
	}{
		{text, match(".id", "json"), ""},
		{text, match(".id", "kpl", "json"), "inside a KPL aggregate"},
		{text, match(".id", "kpl", "base64", "gzip", "json"), "inside gzip in base64 in a KPL aggregate, where a search of the bytes as they are does not see it"},
		{text, match("partitionKey", "kpl", "gzip", "json"), ""},
		{receipt.Event{SHA256: "1"}, match("data", "gzip", "json"), ""},
		{receipt.Event{SequenceNumber: "1"}, match("", "gzip", "json"), ""},
	} {
		if said := within(c.event, c.match); said != c.said {
			t.Errorf("%v of %v: %q", c.match.Decoded, c.event, said)
		}
	}
}
