package jq

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// run compiles expr and runs it on a JSON document.
func run(t *testing.T, expr, document string, meta map[string]any) ([]any, error) {
	t.Helper()
	program, err := Compile(expr)
	if err != nil {
		t.Fatalf("Compile(%q): %v", expr, err)
	}
	value, err := Parse([]byte(document))
	if err != nil {
		t.Fatalf("Parse(%q): %v", document, err)
	}
	return program.Run(context.Background(), value, meta)
}

// lines encodes outputs as jq -c would print them.
func lines(outputs []any) string {
	var text []string
	for _, output := range outputs {
		text = append(text, string(Encode(output)))
	}
	return strings.Join(text, "\n")
}

func TestRun(t *testing.T) {
	meta := map[string]any{"shardId": "shardId-000000000003", "subSequenceNumber": 7}
	cases := []struct{ expr, document, want string }{
		{".", `{"b":1,"a":[1.0,1E2,null,true]}`, `{"a":[1.0,1E2,null,true],"b":1}`},
		{".a", `{"a":49671234567890123456789012345678901234567890123456789012}`, "49671234567890123456789012345678901234567890123456789012"},
		{".a + 1", `{"a":49671234567890123456789012345678901234567890123456789012}`, "49671234567890123456789012345678901234567890123456789013"},
		{".[]", `[1,"two",{}]`, "1\n\"two\"\n{}"},
		{"empty", `1`, ""},
		{"select(.id == 7)", `{"id":7}`, `{"id":7}`},
		{"$meta.shardId", `null`, `"shardId-000000000003"`},
		{"$meta.subSequenceNumber + 1", `null`, "8"},
		{"$meta.partitionKey", `null`, "null"},
		{". / \"\\n\"", `"a\nб"`, `["a","б"]`},
		// Nothing of this machine is to be seen.
		{"env", `1`, "{}"},
		{"$ENV.PATH", `1`, "null"},
	}
	for _, c := range cases {
		got, err := run(t, c.expr, c.document, meta)
		if err != nil {
			t.Errorf("%s on %s: %v", c.expr, c.document, err)
		}
		if lines(got) != c.want {
			t.Errorf("%s on %s = %s, want %s", c.expr, c.document, lines(got), c.want)
		}
	}
}

func TestRunWithoutMeta(t *testing.T) {
	got, err := run(t, "$meta", `1`, nil)
	if err != nil || lines(got) != "{}" {
		t.Errorf("$meta without meta = %s, %v; want {}", lines(got), err)
	}
}

func TestRunFails(t *testing.T) {
	cases := []struct{ expr, document, want, outputs string }{
		{".[]", `7`, "jq: cannot iterate over: number (7)", ""},
		{"1, .a", `"text"`, "expected an object", "1"},
		{`error("bad order")`, `1`, "bad order", ""},
		{`error(null)`, `1`, "jq: ", ""},
		{"@nosuch", `1`, "format not defined: @nosuch", ""},
		{"halt", `1`, "halt", ""},
		{`2, ("stop"|halt_error)`, `1`, "halt error: stop", "2"},
	}
	for _, c := range cases {
		got, err := run(t, c.expr, c.document, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s on %s: error %v, want %q in it", c.expr, c.document, err, c.want)
		}
		if errors.Is(err, ErrTimeout) {
			t.Errorf("%s on %s: %v passes for a time-out", c.expr, c.document, err)
		}
		if lines(got) != c.outputs {
			t.Errorf("%s on %s: outputs %s before the error, want %s", c.expr, c.document, lines(got), c.outputs)
		}
	}
}

func TestRunStopsAtItsTimeLimit(t *testing.T) {
	program, err := Compile("1, last(repeat(1))")
	if err != nil {
		t.Fatal(err)
	}
	if program.limit != recordTime {
		t.Errorf("limit %v, want %v", program.limit, recordTime)
	}
	program.limit = time.Millisecond
	got, err := program.Run(context.Background(), nil, nil)
	if !errors.Is(err, ErrTimeout) {
		t.Errorf("error %v, want ErrTimeout", err)
	}
	if lines(got) != "1" {
		t.Errorf("outputs %s, want the 1 from before", lines(got))
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	program, err := Compile("last(repeat(1))")
	if err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := program.Run(cancelled, nil, nil); err != context.Canceled {
		t.Errorf("cancelled: error %v, want the context's", err)
	}
	late, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	if _, err := program.Run(late, nil, nil); err != context.DeadlineExceeded {
		t.Errorf("late: error %v, want the context's deadline and not our own", err)
	}
}

func TestRunBoundsOutputs(t *testing.T) {
	program, err := Compile("range($meta.count)")
	if err != nil {
		t.Fatal(err)
	}
	program.limit = time.Minute
	for count, want := range map[int]error{outputsMax: nil, outputsMax + 1: errOutputs} {
		got, err := program.Run(context.Background(), nil, map[string]any{"count": count})
		if err != want || len(got) != outputsMax {
			t.Errorf("%d outputs: got %d, %v; want %d, %v", count, len(got), err, outputsMax, want)
		}
	}
}

func TestRunRecovers(t *testing.T) {
	program, err := Compile("$meta.at | tojson")
	if err != nil {
		t.Fatal(err)
	}
	_, err = program.Run(context.Background(), nil, map[string]any{"at": int64(1)})
	if err == nil || !strings.Contains(err.Error(), "panicked") {
		t.Errorf("a type that gojq does not know: error %v, want a recovered panic", err)
	}
}

func TestRunAtOnce(t *testing.T) {
	program, err := Compile(`.items |= map(. + 1) | .items, $meta.n`)
	if err != nil {
		t.Fatal(err)
	}
	value, err := Parse([]byte(`{"items":[1,2,3]}`))
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for n := range 8 {
		group.Go(func() {
			for range 50 {
				got, err := program.Run(context.Background(), value, map[string]any{"n": n})
				if want := "[2,3,4]\n" + string(Encode(n)); err != nil || lines(got) != want {
					t.Errorf("got %s, %v; want %s", lines(got), err, want)
				}
			}
		})
	}
	group.Wait()
	if got := string(Encode(value)); got != `{"items":[1,2,3]}` {
		t.Errorf("the input became %s", got)
	}
}

func TestTruthy(t *testing.T) {
	cases := []struct {
		outputs []any
		want    bool
	}{
		{nil, false},
		{[]any{nil, false}, false},
		{[]any{true}, true},
		{[]any{false, nil, 0}, true},
		{[]any{""}, true},
		{[]any{map[string]any{}}, true},
		{[]any{[]any{}}, true},
	}
	for _, c := range cases {
		if got := Truthy(c.outputs); got != c.want {
			t.Errorf("Truthy(%s) = %v, want %v", lines(c.outputs), got, c.want)
		}
	}
}

func TestUsesMeta(t *testing.T) {
	for expr, want := range map[string]bool{
		".id": false, `"$meta"`: false, ". # $meta": false, "$meta as $m | .": true, ".a[$meta.shardId]": true, `"\($meta.partitionKey)"`: true,
		"def f: $meta; f": true, ". as $meta | $meta": false, "def f($meta): $meta; f(1)": false,
	} {
		p, err := Compile(expr)
		if err != nil {
			t.Fatalf("%s: %v", expr, err)
		}
		if p.UsesMeta() != want {
			t.Errorf("%s: %t", expr, !want)
		}
	}
}
