package match

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"unicode/utf8"
)

// What a hit's Path says where it is no place in a document.
const (
	partitionKeyPath = "partitionKey"
	dataPath         = "data"
	aggregatePath    = "aggregate"
)

// Bound says what may stand around a text that is sought.
type Bound int

// The three bounds.
const (
	// Word: no letter, digit or underscore directly before or after it.
	Word Bound = iota
	// Anywhere: whatever there is.
	Anywhere
	// Entire: nothing but blanks in the same value, which is a partition key, a
	// JSON string, number, literal or name, or all of a layer or a document. JSON
	// within a longer text is part of that value, and no value of its own.
	Entire
)

// Event is Text for a whole word, in this case.
func Event(text string) (Matcher, error) { return Text(text, Word, false) }

// Text accepts user records in which text stands within bound. It is sought in
// the partition key, in the bytes of every layer, and in every JSON string,
// number as spelled, and object name, also in JSON inside a JSON string: four
// deep with its path, deeper as text. An Entire value is sought however deep. In
// text that is not JSON it is also sought behind JSON's escapes. Escapes nested
// more than 32 deep are an error: no answer. If ignoreCase, it is sought in any
// case; a text that is not valid UTF-8 has none.
//
// An entire value is preferred to a part of one; among equals, the partition
// key, then the documents in order, then the layers from the innermost out, and
// last what a KPL aggregate says beside its user data.
//
// An empty text is an error.
func Text(text string, bound Bound, ignoreCase bool) (Matcher, error) {
	if text == "" {
		return nil, errors.New("the event to look for is empty")
	}
	return newText(text, bound, ignoreCase), nil
}

// Grep is Text for a text anywhere. An empty text stands in every record.
func Grep(text string, ignoreCase bool) Matcher {
	return newText(text, Anywhere, ignoreCase)
}

// Regexp is Grep for a regular expression of RE2's syntax, on the same texts,
// each of which it sees by itself: ^ is the start of a string's value, or of a
// layer. Bytes that are no UTF-8 it sees as U+FFFD.
func Regexp(expr string, ignoreCase bool) (Matcher, error) {
	n := needle{veil: unicodeEscape}
	pattern, err := regexp.Compile(expr)
	var bad *syntax.Error
	switch {
	case errors.As(err, &bad): // without Go's own preamble
		return nil, fmt.Errorf("bad regular expression: %s: %s", bad.Code, bad.Expr)
	case err != nil:
		return nil, fmt.Errorf("bad regular expression: %w", err)
	}
	if ignoreCase { // a flag in front, since a bracket behind \Q would be sought
		pattern = regexp.MustCompile("(?i)" + expr)
	} else if l := literalOf(expr); l != nil {
		n.seeker = newSeeker(l)
	}
	pattern.Longest() // so that an entire value is seen to be one
	n.pattern = pattern
	return &text{n}, nil
}

// text is the matcher of Text, Grep and Regexp.
type text struct{ needle needle }

func newText(sought string, bound Bound, ignoreCase bool) *text {
	n := needle{text: []byte(sought), word: bound == Word, entire: bound == Entire, veil: unicodeEscape}
	if bytes.ContainsAny(n.text, "\"\\/\b\f\n\r\t") {
		n.veil = []byte(`\`)
	}
	if ignoreCase && utf8.ValidString(sought) {
		n.pattern = regexp.MustCompile("(?i)" + regexp.QuoteMeta(sought))
	} else {
		n.seeker = newSeeker(n.text)
	}
	return &text{n}
}

func (t *text) Match(subject Subject) (Hit, bool, error) {
	if subject.Refused {
		return Hit{}, false, nil
	}
	s := search{needle: &t.needle}
	if key := subject.User.UserKey; key != nil {
		s.value(inPartitionKey, []byte(*key), 0)
	}
	layers := subject.Blob.Bytes
	for i := len(layers) - 1; i >= 0 && !s.done(); i-- {
		if isInnermost := i == len(layers)-1; isInnermost {
			s.innermost(layers[i], subject.Blob.Documents)
		} else {
			s.outer(layers[i])
		}
	}
	if beside := subject.User.Beside; len(beside) > 0 {
		s.plain(inAggregate, beside)
	}
	if s.deep && !s.found {
		return Hit{}, false, errTooDeep
	}
	if !s.found {
		return Hit{InWord: s.inWord}, false, nil
	}
	return s.best, true, nil
}

func inPartitionKey() string { return partitionKeyPath }
func inData() string         { return dataPath }
func inAggregate() string    { return aggregatePath }
