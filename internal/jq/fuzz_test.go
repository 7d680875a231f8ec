package jq

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// FuzzLiterals runs a program on a value: where an output is true, of each list
// of literals one stands in a string of the value.
func FuzzLiterals(f *testing.F) {
	f.Add(`.id == "ord-9"`, `{"id":"ord-9"}`)
	f.Fuzz(func(t *testing.T, expr, document string) {
		if greedy.MatchString(expr) || len(expr) > 400 {
			return
		}
		program, err := Compile(expr)
		if err != nil || len(program.Literals()) == 0 {
			return
		}
		value, err := Parse([]byte(document))
		if err != nil {
			value = document
		}
		program.limit = 20 * time.Millisecond
		outputs, _ := program.Run(context.Background(), value, map[string]any{"partitionKey": "user-88"})
		if !Truthy(outputs) {
			return
		}
		all := strings.Join(stringsIn(value, nil), "\x00")
		for _, list := range program.Literals() {
			if !slices.ContainsFunc(list, func(text string) bool { return strings.Contains(all, text) }) {
				t.Errorf("%s accepts %s without any of %q", expr, document, list)
			}
		}
	})
}

// greedy are builtins that may take a gigabyte within one step, which no time
// limit ends.
var greedy = regexp.MustCompile(`\d{3}|\d[eE]|\*|pow|exp|range|repeat|recurse|while|until|limit|implode|combinations|setpath|\[\d+\]\s*[|+/*%-]*=`)

// stringsIn are the strings and names of a value, and of the JSON in them.
func stringsIn(value any, all []string) []string {
	switch value := value.(type) {
	case string:
		all = append(all, value)
		if inner, err := Parse([]byte(value)); err == nil {
			all = stringsIn(inner, all)
		}
	case []any:
		for _, element := range value {
			all = stringsIn(element, all)
		}
	case map[string]any:
		for name, field := range value {
			all = stringsIn(field, append(all, name))
		}
	}
	return all
}
