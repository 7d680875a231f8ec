package match

import (
	"bytes"
	"encoding/json"
	"slices"
)

// prefilter rules user records out by the bytes of their layers, before any JSON
// is read. Of each clause, one literal at least must stand in them.
//
// Why a record that it rules out cannot match. A literal is known to stand in a
// string or name of what a match would be made of: of a document, of the text of
// a layer, of the JSON in a string of either, and so on inward. Each of these
// was spelled in the bytes of a layer, of which documents are stretches, behind
// as many levels of JSON's escapes as it lies deep. A literal has only visible
// ASCII characters and none of " \ /, so that of JSON's escapes only \uXXXX
// can stand for one of them, and needle.mayHold says why then the bytes hold
// the literal itself or, at any depth, the two bytes \u. Bytes that are no UTF-8
// change nothing: what they become is not ASCII. With no \u in any layer, a
// clause of which no literal stands in any layer cannot hold.
//
// What it rules out is a sure no. A program that would have failed on such a
// record, or taken too long, would not have accepted it either.
type prefilter []clause

type clause []*seeker

// newPrefilter makes clauses of texts, of each of which one must stand in a
// string. One that cannot be sought in bytes may always stand there.
func newPrefilter(needed [][]string) prefilter {
	var all prefilter
	for _, texts := range needed {
		var c clause
		for _, text := range texts {
			if l := literal(text); l != nil {
				c = append(c, newSeeker(l))
			}
		}
		if len(c) > 0 && len(c) == len(texts) {
			all = append(all, c)
		}
	}
	return all
}

// mayMatch is the quick test.
func (f prefilter) mayMatch(layers [][]byte) bool {
	for _, c := range f {
		if !c.stands(layers) {
			return slices.ContainsFunc(layers, func(layer []byte) bool { return bytes.Contains(layer, unicodeEscape) })
		}
	}
	return true
}

var unicodeEscape = []byte(`\u`)

func (c clause) stands(layers [][]byte) bool {
	for _, layer := range layers {
		for _, s := range c {
			if s.standsIn(layer) {
				return true
			}
		}
	}
	return false
}

// literalMin is the fewest characters that are worth a search.
const literalMin = 2

// literal is the longest stretch of a text that can be sought in bytes, of
// visible ASCII characters and blanks without " \ /; nil if there is none.
func literal(text string) []byte {
	var best []byte
	start := 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && isPlain(text[i]) {
			continue
		}
		if i-start > len(best) {
			best = []byte(text[start:i])
		}
		start = i + 1
	}
	if len(best) < literalMin {
		return nil
	}
	return best
}

// isPlain tells whether JSON can spell c only as itself or as \uXXXX.
func isPlain(c byte) bool {
	return ' ' <= c && c <= '~' && c != '"' && c != '\\' && c != '/'
}

// neededBy are the names and strings that a record like pattern has.
func neededBy(pattern any) (needed [][]string) {
	switch pattern := pattern.(type) {
	case map[string]any:
		for name, value := range pattern {
			needed = append(append(needed, []string{name}), neededBy(value)...)
		}
	case []any:
		for _, value := range pattern {
			needed = append(needed, neededBy(value)...)
		}
	case string:
		needed = append(needed, []string{pattern})
	case json.Number, bool, nil: // numbers have many spellings, and the rest is everywhere
	}
	return needed
}
