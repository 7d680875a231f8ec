package jq

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/itchyny/gojq"
)

// SyntaxError says why an expression is no jq program.
type SyntaxError struct {
	// Expr is the expression as given.
	Expr string
	// Offset is the byte in Expr at which the offending word begins, len(Expr)
	// when the end came too soon, and -1 when the place is not known.
	Offset int
	// Message is what is wrong, on one line.
	Message string
}

// Error is one line, whatever the expression.
func (e *SyntaxError) Error() string {
	line, column, ok := e.place()
	if !ok {
		return "bad jq expression: " + e.Message
	}
	if strings.Contains(e.Expr, "\n") {
		return fmt.Sprintf("bad jq expression: %s at line %d, character %d", e.Message, line, column)
	}
	return fmt.Sprintf("bad jq expression: %s at character %d", e.Message, column)
}

// Caret returns two lines: the one of the expression that offends, and a caret
// under the place, a space for each character before it and a tab for a tab. It
// is empty when the place is not known.
func (e *SyntaxError) Caret() string {
	if _, _, ok := e.place(); !ok {
		return ""
	}
	before := e.before()
	after, _, _ := strings.Cut(e.Expr[e.Offset:], "\n")
	indent := strings.Map(func(r rune) rune {
		if r == '\t' {
			return '\t'
		}
		return ' '
	}, before)
	return strings.TrimSuffix(before+after, "\r") + "\n" + indent + "^"
}

// place counts lines and characters from 1.
func (e *SyntaxError) place() (line, column int, ok bool) {
	if e.Offset < 0 || e.Offset > len(e.Expr) {
		return 0, 0, false
	}
	line = strings.Count(e.Expr[:e.Offset], "\n") + 1
	return line, utf8.RuneCountInString(e.before()) + 1, true
}

// before is what stands on the offending line before the place.
func (e *SyntaxError) before() string {
	head := e.Expr[:e.Offset]
	return head[strings.LastIndexByte(head, '\n')+1:]
}

// parseError places gojq's error, whose Offset lies behind the offending token.
func parseError(expr string, err error) *SyntaxError {
	failure := &SyntaxError{Expr: expr, Offset: -1, Message: oneLine(err.Error())}
	if parse, ok := errors.AsType[*gojq.ParseError](err); ok {
		failure.Offset = max(0, min(parse.Offset-len(parse.Token), len(expr)))
	}
	return failure
}

// notDefined are gojq's compile errors that end in a name; they carry no place.
var notDefined = regexp.MustCompile(`^(?:function|variable|label) not defined: ([$]?[\w:]+)`)

// compileError places the error where the name it complains of stands, if that
// is the only place where the name can stand.
func compileError(expr string, err error) *SyntaxError {
	failure := &SyntaxError{Expr: expr, Offset: -1, Message: oneLine(err.Error())}
	if name := notDefined.FindStringSubmatch(failure.Message); name != nil {
		failure.Offset = onlyPlace(expr, name[1])
	}
	return failure
}

// onlyPlace returns where name stands in expr as a word of its own, or -1 if
// that is nowhere or in more than one place.
func onlyPlace(expr, name string) int {
	word := regexp.MustCompile(`(?:^|[^\w.$@:])(` + regexp.QuoteMeta(name) + `)(?:[^\w:]|$)`)
	found := -1
	for from := 0; from < len(expr); {
		at := word.FindStringSubmatchIndex(expr[from:])
		if at == nil {
			break
		}
		if found >= 0 {
			return -1
		}
		found = from + at[2]
		from += at[3] // the character behind may also stand before the next
	}
	return found
}

// oneLine makes a space of every control character.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}
