package match

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// bareName is a name that jq takes after a dot without quotes.
var bareName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// pathOf spells, as jq does, the path of the value that tokens read last, or of
// the value that belongs to the name it read last.
func pathOf(tokens *jsontext.Decoder) string {
	var path strings.Builder
	depth := 0
	for name := range tokens.StackPointer().Tokens() {
		depth++
		if kind, length := tokens.StackIndex(depth); kind == jsontext.KindBeginArray {
			if depth == 1 {
				path.WriteByte('.')
			}
			path.WriteString("[" + strconv.FormatInt(length-1, 10) + "]")
			continue
		}
		path.WriteString("." + quoteName(name))
	}
	if depth == 0 {
		return "."
	}
	return path.String()
}

func quoteName(name string) string {
	if bareName.MatchString(name) {
		return name
	}
	quoted, _ := jsontext.AppendQuote(nil, name) // its error is that of invalid UTF-8, made U+FFFD
	return string(quoted)
}

// asIs is the path of a document's own value.
func asIs(path string) string { return path }

// fromJSON leads into the JSON in the string that stands at outer.
func fromJSON(outer place) func(path string) string {
	return func(path string) string {
		if path == "." {
			return outer() + "|fromjson"
		}
		return outer() + "|fromjson|" + path
	}
}
