package jq

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"
)

// Nothing of the machine's environment is to be seen.
func TestProgramsSeeNoEnvironment(t *testing.T) {
	t.Setenv("KINSPECT_SECRET", "hunter2")
	for expr, want := range map[string]string{
		"env": "{}", "$ENV": "{}", "env.KINSPECT_SECRET": "null", "$ENV.KINSPECT_SECRET": "null", "[env, $ENV | keys[]]": "[]",
	} {
		if got, err := run(t, expr, "1", nil); err != nil || lines(got) != want {
			t.Errorf("%s = %s, %v; want %s", expr, lines(got), err, want)
		}
	}
}

// No file is read, no input but the one value, and nothing said but outputs:
// what would do so is no program.
func TestProgramsHaveNoFilesAndNoOtherInputs(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"m.jq": "def f: 7;", "m.json": "7"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, expr := range []string{
		`import "m" as m; m::f`, `include "m"; f`, `import "m" as $m; $m`, `import "m" as $m {search: "."}; $m`, `include "m" {search: "./"}; f`,
		"input", "inputs", "[inputs]", "try input catch 1", "input_filename", "input_line_number", "get_search_list", "$__prog_args",
		"debug", `debug("x")`, "stderr",
	} {
		_, err := Compile(expr)
		if _, ok := errors.AsType[*SyntaxError](err); !ok {
			t.Errorf("%s: error %v, want a syntax error", expr, err)
		}
	}
	if got, err := run(t, "modulemeta", `"m"`, nil); err == nil {
		t.Errorf("modulemeta = %s", lines(got))
	}
}

// The limit ends whatever takes steps, however it is written. What one builtin
// does in a step is its own: see recordTime.
func TestTheTimeLimitEndsLoops(t *testing.T) {
	for _, expr := range []string{
		"last(repeat(1))", "last(range(1e18))", "def f: f; f", "[limit(1e9; repeat(1))] | length", "last(recurse(. + 1))", "until(false; . + 1)",
		"reduce range(1e18) as $x (0; . + 1)", "last(foreach range(1e18) as $x (0; . + 1))", "try last(repeat(1)) catch 7", "first(range(1e18) | select(. < 0))",
		"label $f | repeat(1) | select(false)", "while(true; . + 1) | empty", "all(repeat(1); true)",
	} {
		program, err := Compile(expr)
		if err != nil {
			t.Fatalf("%s: %v", expr, err)
		}
		program.limit = 5 * time.Millisecond
		if outputs, err := program.Run(context.Background(), 0, nil); !errors.Is(err, ErrTimeout) {
			t.Errorf("%s: %d outputs, error %v, want ErrTimeout", expr, len(outputs), err)
		}
	}
}

// A number keeps its digits from the record to the output, also within JSON in a
// string and in a comparison.
func TestNumbersKeepTheirDigits(t *testing.T) {
	const number = "49671234567890123456789012345678901234567890123456789012"
	cases := []struct{ expr, document, want string }{
		{".", number, number},
		{".a[0]", `{"a":[` + number + `]}`, number},
		{"tojson", number, `"` + number + `"`},
		{"tostring", number, `"` + number + `"`},
		{"fromjson", `"[` + number + `]"`, "[" + number + "]"},
		{"fromjson | .[0] + 1", `"[` + number + `]"`, number[:len(number)-1] + "3"},
		{". == " + number, number, "true"},
		{". == " + number[:len(number)-1] + "3", number, "false"},
		{". == 9007199254740993", "9007199254740992", "false"},
		{". == 9007199254740993", "9007199254740993", "true"},
		{"sort | unique", `[9007199254740993,9007199254740992,9007199254740993]`, "[9007199254740992,9007199254740993]"},
		{"-(.)", number, "-" + number},
		{". * 10", number, number + "0"},
		{"{a: .} | .a", "-" + number, "-" + number},
		{".", "1.000000000000000000000000001", "1.000000000000000000000000001"},
		{".", "1e1000", "1e1000"},
		{"$meta.n", "1", "7"},
	}
	for _, c := range cases {
		if got, err := run(t, c.expr, c.document, map[string]any{"n": 7}); err != nil || lines(got) != c.want {
			t.Errorf("%s on %s = %s, %v; want %s", c.expr, c.document, lines(got), err, c.want)
		}
	}
}
