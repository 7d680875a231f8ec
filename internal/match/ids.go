package match

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"kinspect/internal/decode"
	"kinspect/internal/jq"
)

// IDs looks events up by what a jq program makes of a user record.
//
// An output is an ID if it is a string, which is an event of the same text, or a
// number, which is any event that is spelled as a JSON number of the same value;
// no digit is lost. Null is none, as where a field is missing. All else is an
// error: an event would pass for absent that stands within it. The program is run
// as that of JQ is, on the same documents and texts, and not on a blob without
// the literals that it needs for an output other than false and null.
type IDs struct {
	program
	byText  map[string]int
	byValue map[decimal][]int
}

// NewIDs takes events in the order in which they are numbered, each once.
func NewIDs(events []string, p *jq.Program) *IDs {
	ids := &IDs{program{p, newPrefilter(p.Literals())}, make(map[string]int, len(events)), map[decimal][]int{}}
	for i, event := range events {
		ids.byText[event] = i
		if value, ok := numberOf(event); ok {
			ids.byValue[value] = append(ids.byValue[value], i)
		}
	}
	return ids
}

// numberOf is the value of an event that is spelled as a JSON number.
func numberOf(event string) (decimal, bool) {
	if event == "" || event[0] != '-' && (event[0] < '0' || event[0] > '9') {
		return decimal{}, false
	}
	if text := jsontext.Value(event); !text.IsValid() || text.Kind() != jsontext.KindNumber || checkNumbers(json.Number(event)) != nil {
		return decimal{}, false
	}
	return parseDecimal(event)
}

// Find looks up the IDs of a subject, and tells whether it has any, sought or not.
func (ids *IDs) Find(s Subject) (found []Found, has bool, err error) {
	if s.Blob.State != decode.Read || s.Blob.Err != nil || s.Refused || !ids.mayMatch(s.Blob.Bytes) {
		return nil, false, nil
	}
	l := &lookup{IDs: ids, seen: map[int]bool{}}
	meta := MetaFor(ids.Program, s.User)
	for _, document := range s.Blob.Documents {
		value, failure := jq.Parse(document)
		if failure == nil {
			failure = l.run(value, meta)
		}
		err = cmp.Or(err, failure)
	}
	for _, text := range texts(s.Blob) {
		err = cmp.Or(err, l.run(text, meta))
	}
	slices.SortFunc(l.found, func(a, b Found) int { return a.Event - b.Event })
	return l.found, l.has, err
}

// lookup is what one user record gives.
type lookup struct {
	*IDs
	found []Found
	seen  map[int]bool
	has   bool
}

func (l *lookup) run(value any, meta map[string]any) error {
	outputs, err := l.Run(context.Background(), value, meta)
	for _, output := range outputs {
		err = cmp.Or(err, l.take(output))
	}
	return err
}

func (l *lookup) take(output any) error {
	switch output := output.(type) {
	case nil:
		return nil
	case string:
		if i, sought := l.byText[output]; sought {
			l.note(i)
		}
	case map[string]any, []any, bool:
		return fmt.Errorf("the event's ID: jq gave %s, which is neither a string nor a number", kindName(output))
	default:
		if value, ok := parseDecimal(string(jq.Encode(output))); ok {
			for _, i := range l.byValue[value] {
				l.note(i)
			}
		}
	}
	l.has = true
	return nil
}

func (l *lookup) note(event int) {
	if !l.seen[event] {
		l.seen[event] = true
		l.found = append(l.found, Found{event, Hit{Whole: true}})
	}
}

func kindName(output any) string {
	switch output.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "an array"
	}
	return "a boolean"
}
