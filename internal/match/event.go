package match

import (
	"bytes"
	"errors"
	"regexp"
	"unicode/utf8"
)

// What a hit's Path says where it is no place in a document.
const (
	partitionKeyPath = "partitionKey"
	dataPath         = "data"
	aggregatePath    = "aggregate"
)

// Event accepts user records in which text stands as a whole word: with no
// letter, digit or underscore directly before or after it. It is sought in the
// partition key, in the bytes of every layer, and in every JSON string, number
// as spelled, and object name, also in JSON inside a JSON string: four deep with
// its path, deeper as text. In text that is not JSON it is also sought behind
// JSON's escapes. Escapes nested more than 32 deep are an error: no answer.
//
// An entire value is preferred to a part of one; among equals, the partition
// key, then the documents in order, then the layers from the innermost out, and
// last what a KPL aggregate says beside its user data.
//
// An empty text is an error.
func Event(text string) (Matcher, error) {
	if text == "" {
		return nil, errors.New("the event to look for is empty")
	}
	return newText(text, true, false), nil
}

// Grep is Event for a text anywhere, not only as a word, and in any case if
// ignoreCase; a text that is not valid UTF-8 has no case. An empty text stands
// in every record.
func Grep(text string, ignoreCase bool) Matcher {
	return newText(text, false, ignoreCase)
}

// text is the matcher of Event and Grep.
type text struct{ needle needle }

func newText(sought string, word, ignoreCase bool) *text {
	n := needle{text: []byte(sought), word: word, veil: []byte(`\u`)}
	if bytes.ContainsAny(n.text, "\"\\/\b\f\n\r\t") {
		n.veil = []byte(`\`)
	}
	if ignoreCase && utf8.ValidString(sought) {
		n.fold = regexp.MustCompile("(?i)" + regexp.QuoteMeta(sought))
	}
	return &text{n}
}

func (t *text) Match(subject Subject) (Hit, bool, error) {
	s := search{needle: &t.needle}
	if key := subject.User.UserKey; key != nil {
		s.value(inPartitionKey, []byte(*key), 0)
	}
	layers := subject.Blob.Bytes
	for i := len(layers) - 1; i >= 0 && !s.done(); i-- {
		if isInnermost := i == len(layers)-1; isInnermost {
			s.innermost(layers[i], subject.Blob.Documents)
		} else {
			s.plain(inData, layers[i])
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
