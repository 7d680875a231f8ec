package local

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Patterns of the service model; AWS prints them in its errors.
var (
	namePattern     = pattern(`[a-zA-Z0-9_.-]+`)
	arnPattern      = pattern(`arn:aws.*:kinesis:.*:\d{12}:stream/\S+`)
	hashKeyPattern  = pattern(`0|([1-9]\d{0,38})`)
	sequencePattern = pattern(`0|([1-9]\d{0,128})`)
)

type modelPattern struct {
	text string
	re   *regexp.Regexp
}

func pattern(text string) modelPattern {
	return modelPattern{text, regexp.MustCompile(`^(?:` + text + `)$`)}
}

// violations gathers what is wrong with a request, and says it as AWS does:
// all of it in one ValidationException.
type violations []string

// add notes a violation; value is left out of the text if it is nil, as AWS
// does for what is too large to print.
func (v *violations) add(value any, field, constraint string, args ...any) {
	shown := "Value"
	if value != nil {
		shown = fmt.Sprintf("Value '%v'", value)
	}
	constraint = fmt.Sprintf(constraint, args...)
	*v = append(*v, fmt.Sprintf("%s at '%s' failed to satisfy constraint: %s", shown, field, constraint))
}

func (v *violations) required(value, field string) bool {
	if value == "" {
		v.add("null", field, "Member must not be null")
	}
	return value != ""
}

// length bounds the number of characters.
func (v *violations) length(value, field string, least, most int) {
	switch n := utf8.RuneCountInString(value); {
	case n < least:
		v.add(value, field, "Member must have length greater than or equal to %d", least)
	case n > most:
		v.add(value, field, "Member must have length less than or equal to %d", most)
	}
}

func (v *violations) matches(value, field string, p modelPattern) {
	if !p.re.MatchString(value) {
		v.add(value, field, "Member must satisfy regular expression pattern: %s", p.text)
	}
}

func (v *violations) between(value int, field string, least, most int) {
	switch {
	case value < least:
		v.add(value, field, "Member must have value greater than or equal to %d", least)
	case value > most:
		v.add(value, field, "Member must have value less than or equal to %d", most)
	}
}

// limit bounds an optional number.
func (v *violations) limit(value *int, field string, most int) {
	if value != nil {
		v.between(*value, field, 1, most)
	}
}

func (v *violations) oneOf(value, field string, set ...string) {
	if !slices.Contains(set, value) {
		v.add(value, field, "Member must satisfy enum value set: [%s]", strings.Join(set, ", "))
	}
}

// name checks a stream's name or a shard's id.
func (v *violations) name(value, field string) {
	if v.required(value, field) {
		v.matches(value, field, namePattern)
		v.length(value, field, 1, 128)
	}
}

// err is the exception, or nil if nothing was wrong.
func (v violations) err() error {
	if len(v) == 0 {
		return nil
	}
	plural := ""
	if len(v) > 1 {
		plural = "s"
	}
	return failure("ValidationException", "%d validation error%s detected: %s", len(v), plural, strings.Join(v, "; "))
}
