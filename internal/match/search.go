package match

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	// depthMax is how deep JSON inside JSON strings is taken apart: a document's
	// own strings are depth 0. What lies deeper is searched as text.
	depthMax = 4

	// escapesMax is how often a text is unescaped. Each time halves a row of
	// backslashes at the least, but a text may be made so that it takes as many
	// passes as it has characters.
	escapesMax = 32
)

// errTooDeep is a text that could hold the event behind more escapes.
var errTooDeep = fmt.Errorf("escapes are nested more than %d deep", escapesMax)

// place spells where a text stands. It is called only for a hit that is kept,
// as a path may be thousands of names long.
type place func() string

// search goes through one user record and keeps the best hit.
//
// Why a miss is sure. Each text is searched in one of two ways.
//
// A text that is not JSON as a whole (plain) is searched as it is, and again
// after each of a number of unescapings. That is the wide net: it takes no text
// for JSON and no hit away, so it holds for broken JSON, for JSON within a line
// of a log, and for bytes that were decoded wrongly. It finds what stands in any
// JSON string in the text, whole or cut off, however deep: a string's characters
// take as many unescapings as it lies deep, and earlier ones leave its quotes in
// place, which bound it as they do in JSON. Where escapesMax does not reach, the
// miss is not sure, and said to be none.
//
// A text that is JSON (walk) is searched token by token, duplicate names and
// all: every name and every string after unescaping, every number as spelled,
// and the whole text for what stands not within one string, such as "a":1. An
// occurrence within one string, spelled without a backslash, is left to that
// string's value: what is spelled as itself stands in the value too, and there
// its neighbours are what they mean, so that in "x\nord-9" n is no letter and in
// "ord-9\u0431" a letter follows. If a walk does not reach the text's end, the
// text was not JSON, and the wide net is cast.
//
// A string's value is a text of its own and searched in either way, down to
// depthMax. Texts that mayHold refuses are passed over.
//
// It all rests on this: Blob.Documents are stretches of the innermost bytes.
type search struct {
	*needle
	best  Hit
	found bool
	deep  bool // a text was not unescaped to its end
	// inWord tells that the text was passed over inside a longer word, or value.
	inWord bool
	// pathless tells that no path leads to what is searched.
	pathless bool
}

// done tells that no better hit can come.
func (s *search) done() bool { return s.found && s.best.Whole }

// note keeps a hit if it is better than the one before.
func (s *search) note(where place, text []byte, at span, whole bool) {
	if s.entire && !whole {
		s.inWord = true
		return
	}
	if s.pathless {
		where = inData
	}
	if !s.found || whole && !s.best.Whole {
		s.best, s.found = Hit{Path: where(), Whole: whole, Value: excerpt(text, at)}, true
	}
}

// noteIn keeps the first occurrence in text as it is.
func (s *search) noteIn(where place, text []byte) bool {
	at, ok, inWord := s.find(text, 0)
	s.inWord = s.inWord || inWord
	if ok {
		s.note(where, text, at, s.isWhole(text, at))
	}
	return ok
}

// innermost searches the innermost bytes. If documents stand in them, it expects
// a row of JSON values, with what decode lets stand around it: a byte order mark
// and NULs.
func (s *search) innermost(layer []byte, documents [][]byte) {
	if !s.mayHold(layer) {
		return
	}
	if len(documents) > 0 {
		s.entireDocument(documents)
		if s.walk(rowOf(layer), 0, inData, asIs) {
			return
		}
		for _, document := range documents { // for their paths
			s.walk(document, 0, inData, asIs)
		}
	}
	s.plain(inData, layer)
}

// outer searches a layer around the innermost bytes. One that is JSON is walked,
// lest what its escapes spell behind a word pass for a word's end; what stands in
// it has no path, as the documents are not its own.
func (s *search) outer(layer []byte) {
	if !s.mayHold(layer) {
		return
	}
	s.pathless = true
	if row := rowOf(layer); !isJSON(row) || !s.walk(row, 0, inData, asIs) {
		s.plain(inData, layer)
	}
	s.pathless = false
}

// rowOf is a layer without what may stand around JSON values.
func rowOf(layer []byte) []byte {
	return bytes.TrimRight(bytes.TrimPrefix(layer, []byte("\uFEFF")), "\x00")
}

// entireDocument looks for the text as one of several documents, which a walk
// sees as parts of their row.
func (s *search) entireDocument(documents [][]byte) {
	if !s.entire || len(documents) == 1 {
		return
	}
	for _, document := range documents {
		s.noteIn(func() string { return asIs(".") }, document)
	}
}

// depthMax is how deep strings are taken apart. Where an entire value is sought,
// the text of what lies deeper would not do; each level doubles the backslashes,
// so that it ends by itself.
func (s *search) depthMax() int {
	if s.entire {
		return escapesMax
	}
	return depthMax
}

// value searches the value of a JSON string at depth.
func (s *search) value(where place, text []byte, depth int) {
	if s.done() || !s.mayHold(text) {
		return
	}
	if depth < s.depthMax() && isJSON(text) && s.walk(text, depth+1, where, fromJSON(where)) {
		return
	}
	s.plain(where, text)
}

// plain searches text as it is, and then after each unescaping, until there is
// nothing left to unescape. Only text as it is can be a whole value.
func (s *search) plain(where place, text []byte) {
	if s.done() || !s.mayHold(text) || s.noteIn(where, text) {
		return
	}
	for range escapesMax {
		changed := false
		if text, changed = unescape(text); !changed || !s.mayHold(text) {
			return
		}
		at, ok, inWord := s.find(text, 0)
		s.inWord = s.inWord || inWord
		if ok {
			s.note(where, text, at, false)
			return
		}
	}
	s.deep = true
}

// isJSON tells whether text is one JSON value that can hold more than text as it
// is: not a number or a literal.
func isJSON(text []byte) bool {
	start := bytes.TrimLeft(text, " \t\r\n")
	return len(start) > 0 && bytes.IndexByte([]byte(`{["`), start[0]) >= 0 &&
		jsontext.Value(text).IsValid(anyJSON...)
}
