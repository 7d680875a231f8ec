package trace

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kinspect/internal/decode"
	"kinspect/internal/jq"
	"kinspect/internal/kpl"
	"kinspect/internal/match"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

func opens(t *testing.T, list string) func(*Options) {
	t.Helper()
	d, err := decode.NewDecoder(list)
	if err != nil {
		t.Fatal(err)
	}
	return func(o *Options) { o.Decoder = d }
}

// Who leaves layers closed is told that the event may be in one.
func TestAbsentOnConditionOfClosedLayers(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", "b3JkLTEgaXMgaW4gaGVyZQ==") // ord-1 is in here
	want(t, w.trace("ord-1"), receipt.Found)
	for _, list := range []string{"none", "auto,-base64", "gzip"} {
		r := w.trace("ord-1", opens(t, list))
		want(t, r, receipt.Absent)
		if len(r.Conditions) != 1 || r.Conditions[0].Code != notice.LeftClosed || !strings.Contains(r.Conditions[0].Text, "--decode "+list+" ") {
			t.Errorf("%s: conditions %+v", list, r.Conditions)
		}
		if text := printed(t, r); !strings.Contains(text, "\n  on condition that it is in no layer that --decode "+list+" leaves closed\n") {
			t.Errorf("%s: printed %s", list, text)
		}
	}
	for _, list := range []string{"auto", "auto,msgpack"} {
		if r := w.trace("ord-9", opens(t, list)); r.Verdict != receipt.Absent || len(r.Conditions) > 0 {
			t.Errorf("%s: %s, conditions %+v", list, r.Verdict, r.Conditions)
		}
	}
}

// The keys inside an aggregate that was left closed rule nothing out.
func TestClosedAggregateHidesItsKeys(t *testing.T) {
	key := "inner"
	w := newWorld(t, 1)
	w.put("outer", string(kpl.Aggregate([]record.UserRecord{{UserKey: &key, UserData: []byte(`{"id":"ord-1"}`)}})))
	byKey := func(o *Options) { o.Event.PartitionKey = &key }
	want(t, w.trace("ord-1", byKey), receipt.Found)
	for _, list := range []string{"none", "auto,-kpl", "gzip"} {
		want(t, w.trace("ord-1", byKey, opens(t, list)), receipt.Inconclusive, "opaque")
	}
}

// What cannot be opened is a hole, or judged by its bytes, on condition.
func TestJudgedByBytes(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", "\x00\x01ord-1\x02")
	w.put("a", "\x00\x01\x02")
	w.put("a", "\x1f\x8b\x08\x00")
	byBytes := func(o *Options) { o.OpaqueBytes = true }
	want(t, w.trace("ord-1", byBytes), receipt.Found)
	want(t, w.trace("ord-9"), receipt.Inconclusive, "broken", "opaque")
	r := w.trace("ord-9", byBytes)
	want(t, r, receipt.Absent)
	if r.Settings.Opaque != receipt.Bytes || r.Coverage.Opaque != 2 || r.Coverage.Broken != 1 {
		t.Errorf("settings %+v, %d opaque, %d broken", r.Settings, r.Coverage.Opaque, r.Coverage.Broken)
	}
	for _, said := range []string{"2 records are opaque", "1 record is broken"} {
		if !slices.ContainsFunc(r.Conditions, func(n notice.Notice) bool { return strings.HasPrefix(n.Text, said) }) {
			t.Errorf("%q is no condition: %+v", said, r.Conditions)
		}
		if text := printed(t, r); !strings.Contains(text, "\n  on condition that it is not inside them: "+said) {
			t.Errorf("printed %s", text)
		}
	}
}

func printed(t *testing.T, r receipt.Receipt) string {
	t.Helper()
	var out strings.Builder
	if err := Print(term.NewOutput(&out, term.Never, func(string) string { return "" }), r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// What records say makes no more kinds of holes than a reader can bear.
func TestKindsOfHolesAreBounded(t *testing.T) {
	w := newWorld(t, 1)
	for schema := range 2 * kindsMax {
		w.put("a", string([]byte{0, 0, 0, 1, byte(schema), 0xFF}))
	}
	r := w.trace("ord-9")
	if n := len(r.Reasons); r.Verdict != receipt.Inconclusive || n != kindsMax+1 {
		t.Errorf("%s, %d reasons", r.Verdict, n)
	}
	for _, reason := range r.Reasons {
		others := strings.HasPrefix(reason.Text, fmt.Sprintf("%d records are opaque, ", kindsMax))
		if one := strings.HasPrefix(reason.Text, "1 record is opaque, "); !others && !one {
			t.Errorf("%s", reason.Text)
		}
	}
}

// jq is given what stands in an envelope; where it saw no match, that is said.
func TestEnvelopesThatJQDoesNotSee(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", `{"eventSource":"aws:dynamodb","dynamodb":{"Keys":{"id":{"S":"ord-1"}}}}`)
	w.put("a", `{"id":"ord-2"}`)
	for expr, verdict := range map[string]receipt.Verdict{
		`.dynamodb.Keys.id? == "ord-1"`: receipt.Found, `.dynamodb?.Keys.id.S? == "ord-1"`: receipt.Absent, `.id == "ord-2"`: receipt.Found, `.id == "ord-3"`: receipt.Absent,
	} {
		program, err := jq.Compile(expr)
		if err != nil {
			t.Fatal(err)
		}
		r := w.trace("any", func(o *Options) { o.Event, o.Content = receipt.Event{JQ: expr}, match.JQ(program) })
		want(t, r, verdict)
		i := slices.IndexFunc(r.Caveats, func(n notice.Notice) bool { return n.Code == notice.Unwrapped })
		if (i >= 0) != (verdict == receipt.Absent) || i >= 0 && !strings.HasPrefix(r.Caveats[i].Text, "of 1 user record jq was given ") {
			t.Errorf("%s: caveats %+v", expr, r.Caveats)
		}
	}
	if r := w.trace("ord-9"); slices.ContainsFunc(r.Caveats, func(n notice.Notice) bool { return n.Code == notice.Unwrapped }) {
		t.Errorf("of a text: %+v", r.Caveats)
	}
}
