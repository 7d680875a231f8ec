package match

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"kinspect/internal/decode"
	"kinspect/internal/jq"
	"kinspect/internal/record"
)

func TestPartitionKey(t *testing.T) {
	if got, ok := look(t, PartitionKey("user-88"), keyed("user-88", "")); !ok || got != whole("partitionKey", "user-88") {
		t.Errorf("got %v %+v", ok, got)
	}
	if _, ok := look(t, PartitionKey("user-88"), keyed("user-881", "")); ok {
		t.Error("accepts another key")
	}
	if _, ok := look(t, PartitionKey(""), subject("")); ok {
		t.Error("accepts a record without a key")
	}
	// The key of a user record in an aggregate is its own, not the aggregate's.
	s := keyed("aggregate", "")
	own := "user-88"
	s.User.UserKey = &own
	if _, ok := look(t, PartitionKey("aggregate"), s); ok {
		t.Error("accepts the aggregate's key")
	}
	if _, ok := look(t, PartitionKey("user-88"), s); !ok {
		t.Error("refuses the user record's own key")
	}
}

func compiled(t *testing.T, expr string) *jq.Program {
	t.Helper()
	p, err := jq.Compile(expr)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestJQ(t *testing.T) {
	opaque := subject("\x00\xff")
	broken := Subject{Blob: decode.Blob{State: decode.Broken, Bytes: [][]byte{[]byte(`{}`)}, Documents: [][]byte{[]byte(`{}`)}}}
	cases := []struct {
		name, expr string
		in         Subject
		want       bool
		err        string
	}{
		{"true", `.id == "ord-9"`, subject(`{"id":"ord-9"}`), true, ""},
		{"false", `.id == "ord-9"`, subject(`{"id":"ord-8"}`), false, ""},
		{"null", `.nothing`, subject(`{}`), false, ""},
		{"no output", `empty`, subject(`{}`), false, ""},
		{"exact number", `.n == 49671234567890123456789013`, subject(`{"n":49671234567890123456789012}`), false, ""},
		{"last duplicate name", `.id == 2`, subject(`{"id":1,"id":2}`), true, ""},
		{"any document", `.id == 2`, subject("{\"id\":1}\n{\"id\":2}"), true, ""},
		{"no document", `.id == 3`, subject("{\"id\":1}\n{\"id\":2}"), false, ""},
		{"error", `.id`, subject(`["a"]`), false, "expected an object"},
		{"an output before the error", `true, error("late")`, subject(`{}`), true, ""},
		{"an error before the accepted document", `.id`, subject("[]\n{\"id\":2}"), true, ""},
		{"an error behind the accepted document", `.id`, subject("{\"id\":2}\n[]"), true, ""},
		{"an error and a refusal", `.id`, subject("{}\n[]\n{}"), false, "expected an object"},
		{"text", `. == "say \"no\"\n"`, subject("say \"no\"\n"), true, ""},
		{"gzipped text", `startswith("INFO")`, subject(gzipped(t, "INFO x")), true, ""},
		{"an error on what is ruled out", `.id == "ord-9"`, subject(`["a"]`), false, ""},
		{"an error where an escape may hide it", `.id == "ord-9"`, subject(`["\u0061"]`), false, "expected an object"},
		{"an error where the literal stands", `.id == "ord-9"`, subject(`["ord-9"]`), false, "expected an object"},
		{"error on text", `.id`, subject("text"), false, "expected an object"},
		{"base64 of text", `. == "ord-9 is!"`, subject("b3JkLTkgaXMh"), true, ""},
		{"what is base64 of text", `. == "b3JkLTkgaXMh"`, subject("b3JkLTkgaXMh"), true, ""},
		{"what is base64 of a number", `. == "MTIzNDU2Nzg5MDE="`, subject("MTIzNDU2Nzg5MDE="), true, ""},
		{"base64 of a number", `. == 12345678901`, subject("MTIzNDU2Nzg5MDE="), true, ""},
		{"what is base64 of JSON", `.id == 1`, subject("eyJpZCI6Mn0="), false, ""},
		{"neither", `. == "ord-8"`, subject("b3JkLTkgaXMh"), false, ""},
		{"empty data", `. == ""`, subject(""), true, ""},
		{"a blob of no bytes", `. == ""`, Subject{}, true, ""},
		{"meta", `$meta.partitionKey == "user-88" and ($meta | has("subSequenceNumber") | not)`, keyed("user-88", `{}`), true, ""},
		{"opaque", `true`, opaque, false, ""},
		{"broken", `true`, broken, false, ""},
		{"broken, would fail", `error`, broken, false, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, ok, err := JQ(compiled(t, c.expr)).Match(c.in)
			if ok != c.want {
				t.Errorf("accepts: %v, want %v", ok, c.want)
			}
			if (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("error %v, want %q", err, c.err)
			}
			if got != (Hit{Whole: c.want}) {
				t.Errorf("hit %+v", got)
			}
		})
	}
	if opaque.Blob.State != decode.Opaque {
		t.Errorf("the opaque blob is in state %v", opaque.Blob.State)
	}
}

func TestJQOnADocumentThatIsNone(t *testing.T) {
	s := Subject{Blob: decode.Blob{Documents: [][]byte{[]byte(`{"a":`)}}}
	if _, ok, err := JQ(compiled(t, "true")).Match(s); ok || err == nil {
		t.Errorf("got %v, %v; want an error", ok, err)
	}
}

// verdict is a matcher that always answers the same.
type verdict struct {
	hit Hit
	ok  bool
	err error
}

func (v verdict) Match(Subject) (Hit, bool, error) { return v.hit, v.ok, v.err }

func TestAll(t *testing.T) {
	failure, other := errors.New("broken"), errors.New("also broken")
	yes, no, fail := verdict{hit: Hit{Whole: true}, ok: true}, verdict{}, verdict{err: failure}
	placed := verdict{hit: part("placed", "a"), ok: true}
	s := keyed("user-88", `{"id":"for ord-9"}`)
	cases := []struct {
		name string
		ms   []Matcher
		hit  Hit
		ok   bool
		err  error
	}{
		{"none", nil, Hit{}, true, nil},
		{"one yes", []Matcher{yes}, Hit{Whole: true}, true, nil},
		{"one no", []Matcher{no}, Hit{}, false, nil},
		{"one error", []Matcher{fail}, Hit{}, false, failure},
		{"a no among yes", []Matcher{yes, no, placed}, Hit{}, false, nil},
		{"a no before an error", []Matcher{no, fail}, Hit{}, false, nil},
		{"a no behind an error", []Matcher{yes, fail, no}, Hit{}, false, nil},
		{"an error among yes", []Matcher{placed, fail, yes}, Hit{}, false, failure},
		{"the first error", []Matcher{fail, verdict{err: other}}, Hit{}, false, failure},
		{"a place is better than none", []Matcher{yes, placed, yes}, placed.hit, true, nil},
		{"the first place", []Matcher{placed, PartitionKey("user-88")}, placed.hit, true, nil},
		{"the event's place", []Matcher{PartitionKey("user-88"), event(t, "ord-9"), placed}, part(".id", "for ord-9"), true, nil},
		{"the first text's place", []Matcher{Grep("or", false), event(t, "ord-9")}, part(".id", "for ord-9"), true, nil},
		{"not the event", []Matcher{PartitionKey("user-88"), event(t, "ord-8"), fail}, Hit{}, false, nil},
	}
	for _, c := range cases {
		hit, ok, err := All(c.ms...).Match(s)
		if hit != c.hit || ok != c.ok || err != c.err {
			t.Errorf("%s: got %+v, %v, %v; want %+v, %v, %v", c.name, hit, ok, err, c.hit, c.ok, c.err)
		}
	}
}

// $meta is the envelope without the data, whatever is absent in it.
func TestMetaMapIsTheEnvelope(t *testing.T) {
	key, place := "user-88", 3
	for _, m := range []record.Meta{
		{},
		{ShardID: "shardId-000000000001", SequenceNumber: "4967", ApproximateArrivalTimestamp: record.Timestamp{Time: time.UnixMilli(1763923200123)}},
		{ShardID: "shardId-000000000001", SequenceNumber: "4967", SubSequenceNumber: &place, PartitionKey: &key, EncryptionType: "KMS"},
	} {
		encoded, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		want, err := jq.Parse(encoded)
		if err != nil {
			t.Fatal(err)
		}
		got, err := jq.Parse(jq.Encode(MetaMap(m)))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}
