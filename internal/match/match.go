// Package match tells whether a user record holds what is sought.
//
// A Matcher looks at one user record, already opened, and says yes, a sure no,
// or that it cannot tell. The package neither reads nor opens records, and what
// an answer means to the verdict is not its business.
package match

import (
	"kinspect/internal/decode"
	"kinspect/internal/record"
)

// Subject is one user record, opened.
type Subject struct {
	User record.UserRecord
	Blob decode.Blob
	// Refused tells that what looks for something has refused it by its bytes, so that
	// the innermost were not parsed (see Refuser and decode.OpenUnless).
	Refused bool
}

// Hit says where in a user record a match stands.
type Hit struct {
	// Path is a jq path into the blob's documents, with |fromjson where it steps
	// into JSON inside a string; "data" for the bytes of a layer, "partitionKey"
	// for the key, "aggregate" for what a KPL aggregate says beside its user data. It is empty where a match has no place, as that of a jq
	// program. In a blob of many documents each one is "." to it.
	Path string
	// Whole tells that the match is the entire value or key. It is false only for
	// a text that is part of a longer one.
	Whole bool
	// Value is the value or key that holds the match, of a long one at most 200
	// characters around it. It comes from the stream: escape it before printing.
	Value string
	// InWord tells of a refusal by Text that the text stands there inside a longer
	// word, or a longer value where an entire one was asked for.
	InWord bool
}

// Matcher accepts or refuses a subject. An error is no answer: the record is
// broken. Matchers are safe for concurrent use and keep nothing of a subject.
type Matcher interface {
	Match(Subject) (hit Hit, ok bool, err error)
	Refuser
}

// All accepts a user record that every one of ms accepts; without any, all
// records. A refusal by one is sure even if another cannot tell, so an error
// comes back only where none refuses. The hit is that of the first Text, Grep
// or Regexp among ms, else the first that has a Path. The cheap ones should stand
// first: what follows a refusal is not asked.
func All(ms ...Matcher) Matcher { return all(ms) }

// AcceptsAll tells that m accepts whatever it is given.
func AcceptsAll(m Matcher) bool {
	ms, ok := m.(all)
	return ok && len(ms) == 0
}

type all []Matcher

func (ms all) Match(s Subject) (Hit, bool, error) {
	if s.Refused {
		return Hit{}, false, nil
	}
	var best Hit
	var rank int
	var failure error
	for _, m := range ms {
		hit, ok, err := m.Match(s)
		if err == nil && !ok {
			return hit, false, nil
		}
		if failure == nil {
			failure = err
		}
		if r := rankOf(m, hit); r > rank {
			best, rank = hit, r
		}
	}
	if failure != nil {
		return Hit{}, false, failure
	}
	return best, true, nil
}

// rankOf is how much a hit says: that of a text most, one without a path least.
func rankOf(m Matcher, hit Hit) int {
	if _, ok := m.(*text); ok {
		return 3
	}
	if hit.Path != "" {
		return 2
	}
	return 1
}
