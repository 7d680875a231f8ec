package match

import (
	"reflect"
	"strings"
	"testing"

	"kinspect/internal/jq"
)

func ids(t testing.TB, expr string, events ...string) *IDs {
	t.Helper()
	program, err := jq.Compile(expr)
	if err != nil {
		t.Fatal(err)
	}
	return NewIDs(events, program)
}

func TestIDs(t *testing.T) {
	events := []string{"ord-7", "7", "7.0", "12345678901234567890123", "07", "true", "1e9999999999", "-0"}
	for _, c := range []struct {
		expr, data string
		want       []int
		has        bool
		failure    string
	}{
		{".id", `{"id":"ord-7"}`, []int{0}, true, ""},
		{".id", `{"id":"ord-8"}`, nil, true, ""},
		{".id", `{"id":" ord-7"}`, nil, true, ""},
		{".id", `{"id":"x ord-7"}`, nil, true, ""},
		{".id", `{"id":7}`, []int{1, 2}, true, ""},
		{".id", `{"id":70e-1}`, []int{1, 2}, true, ""},
		{".id", `{"id":"7"}`, []int{1}, true, ""},
		{".id", `{"id":"07"}`, []int{4}, true, ""},
		{".id", `{"id":12345678901234567890123}`, []int{3}, true, ""},
		{".id", `{"id":12345678901234567890124}`, nil, true, ""},
		{".id+1", `{"id":12345678901234567890122}`, []int{3}, true, ""},
		{".id", `{"id":0}`, []int{7}, true, ""},
		{".id", `{"no":1}`, nil, false, ""},
		{".id", `{"id":null}`, nil, false, ""},
		{".id", `{"id":true}`, nil, false, "the event's ID: jq gave a boolean"},
		{".id", `{"id":{"v":"ord-7"}}`, nil, false, "the event's ID: jq gave an object"},
		{".id", `{"id":["ord-7"]}`, nil, false, "the event's ID: jq gave an array"},
		{".id", `["id"]`, nil, false, "jq: expected an object"},
		{".ids[]", `{"ids":["x",7,"ord-7","ord-7",[]]}`, []int{0, 1, 2}, true, "the event's ID: jq gave an array"},
		{".", `ord-7`, []int{0}, true, ""},
		{".id", "{\"id\":\"ord-7\"}\n{\"id\":7}", []int{0, 1, 2}, true, ""},
		{`select(.kind=="order")|.id`, `{"id":7,"kind":"order"}`, []int{1, 2}, true, ""},
		{`select(.kind=="order")|.id`, `["no order"]`, nil, false, "jq: "},
		{"$meta.partitionKey", `{}`, []int{0}, true, ""},
	} {
		found, has, err := ids(t, c.expr, events...).Find(keyed("ord-7", c.data))
		var got []int
		for _, f := range found {
			got = append(got, f.Event)
		}
		said := ""
		if err != nil {
			said = err.Error()
		}
		if !reflect.DeepEqual(got, c.want) || has != c.has || (c.failure == "") != (said == "") || !strings.HasPrefix(said, c.failure) {
			t.Errorf("%s on %s: %v, an ID %t, %q; want %v, %t, %q", c.expr, c.data, got, has, said, c.want, c.has, c.failure)
		}
	}
}
