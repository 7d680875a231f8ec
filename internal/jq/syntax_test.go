package jq

import (
	"errors"
	"strings"
	"testing"
)

func TestSyntaxErrors(t *testing.T) {
	const bad = "bad jq expression: "
	cases := []struct{ expr, message, caret string }{
		{".a |", bad + "unexpected EOF at character 5", ".a |\n    ^"},
		{"", bad + `missing query (try ".")`, ""},
		{".", "", ""},
		{".a | }", bad + `unexpected token "}" at character 6`, ".a | }\n     ^"},
		{"select(.id = = 7)", bad + `unexpected token "=" at character 14`, "select(.id = = 7)\n             ^"},
		{`.имя`, bad + `unexpected token "и" at character 2`, ".имя\n ^"},
		{`."имя" | ]`, bad + `unexpected token "]" at character 10`, ".\"имя\" | ]\n         ^"},
		{"\t.a\t) ", bad + `unexpected token ")" at character 5`, "\t.a\t) \n\t  \t^"},
		{".a |\n  .b | |\n.c", bad + `unexpected token "|" at line 2, character 8`, "  .b | |\n       ^"},
		{".a |\r\n)\r\n.c", bad + `unexpected token ")" at line 2, character 1`, ")\n^"},
		{`"abc`, bad + "unterminated string literal at character 5", "\"abc\n    ^"},
		{`"a\qb"`, bad + `invalid escape sequence "\q" in string literal at character 3`, "\"a\\qb\"\n  ^"},
		{"\"a\\\nb\"", bad + `invalid escape sequence "\ " in string literal at line 1, character 3`, "\"a\\\n  ^"},
		{"1 👍", bad + `unexpected token "👍" at character 3`, "1 👍\n  ^"},
		{".a | nosuch(.b)", bad + "function not defined: nosuch/1 at character 6", ".a | nosuch(.b)\n     ^"},
		{".nosuch | nosuch", bad + "function not defined: nosuch/0 at character 11", ".nosuch | nosuch\n          ^"},
		{"map(.a) | map(.a; .b)", bad + "function not defined: map/2", ""},
		{".a == $id", bad + "variable not defined: $id at character 7", ".a == $id\n      ^"},
		{"break $out", bad + "label not defined: $out at character 7", "break $out\n      ^"},
		{`import "a" as a; .`, bad + `cannot load module: "a"`, ""},
		{`include "a"; .`, bad + `cannot load module: "a"`, ""},
		{"input", bad + "input(s)/0 is not allowed", ""},
		{"[inputs]", bad + "input(s)/0 is not allowed", ""},
		{"input_filename", bad + "function not defined: input_filename/0 at character 1", "input_filename\n^"},
		{"debug", bad + "function not defined: debug/0 at character 1", "debug\n^"},
		{"stderr", bad + "function not defined: stderr/0 at character 1", "stderr\n^"},
	}
	for _, c := range cases {
		_, err := Compile(c.expr)
		if c.message == "" {
			if err != nil {
				t.Errorf("%q: %v, want no error", c.expr, err)
			}
			continue
		}
		syntax, ok := errors.AsType[*SyntaxError](err)
		if !ok {
			t.Errorf("%q: error %v, want a *SyntaxError", c.expr, err)
			continue
		}
		if syntax.Expr != c.expr {
			t.Errorf("%q: Expr is %q", c.expr, syntax.Expr)
		}
		if got := syntax.Error(); got != c.message {
			t.Errorf("%q:\n got %s\nwant %s", c.expr, got, c.message)
		}
		if got := syntax.Caret(); got != c.caret {
			t.Errorf("%q: caret\n%s\nwant\n%s", c.expr, got, c.caret)
		}
	}
}

func TestCaretOutsideTheExpression(t *testing.T) {
	for _, offset := range []int{-1, 2, 1 << 40} {
		e := &SyntaxError{Expr: ".", Offset: offset, Message: "odd"}
		if got := e.Caret(); got != "" {
			t.Errorf("offset %d: caret %q, want none", offset, got)
		}
		if got := e.Error(); got != "bad jq expression: odd" {
			t.Errorf("offset %d: error %q", offset, got)
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, expr := range []string{".", ".a | }", "\t$x", "\"\\(\n", "@б", "nosuch(nosuch)", "\x80", "1 as [$a] | $b"} {
		f.Add(expr)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		_, err := Compile(expr)
		if err == nil {
			return
		}
		syntax, ok := errors.AsType[*SyntaxError](err)
		if !ok {
			t.Fatalf("%q: error %T, want *SyntaxError", expr, err)
		}
		if strings.ContainsAny(syntax.Error(), "\n\r") {
			t.Errorf("%q: error of more than one line: %q", expr, syntax.Error())
		}
		if caret := syntax.Caret(); caret != "" && strings.Count(caret, "\n") != 1 {
			t.Errorf("%q: caret of other than two lines: %q", expr, caret)
		}
	})
}
