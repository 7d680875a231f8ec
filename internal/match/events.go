package match

import (
	"bytes"
	"cmp"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
)

// Finder looks for many events at once. Found are those that a subject holds, in
// their order; has tells whether it has anything that an event could be. An error
// says that of the others it cannot tell whether it holds them. Finders are safe for
// concurrent use and keep nothing of a subject.
type Finder interface {
	Find(Subject) (found []Found, has bool, err error)
	Refuser
}

// Found is one event that stands in a user record.
type Found struct {
	// Event is its index among those sought.
	Event int
	Hit   Hit
}

// Events looks for many texts at once, each as Event does.
//
// One pass over a record finds the few that may stand in it, and only those are
// sought one by one. Why it finds all: a text that stands somewhere as a whole
// word stands so in the bytes of a layer or the key, or in what some number of
// unescapings makes of them: a string that lies n deep has its own characters
// after n of these, and quotes around it, which are no part of a word (see
// search). In each of these two kinds of stretches of a text are looked for.
//
// Of a text with a long plain stretch that is a window of this (see sieve), which
// stands wherever the text does. In bytes without \u it stands at once if it ever
// does (see prefilter), so that they need not be unescaped.
//
// Of any other it is a token: a run of letters, digits and underscores. The text
// is bounded on both sides by what is none of these, and so is each such run
// within it, be it at its end or not. Of each text the one is taken that the
// fewest texts have. A text without a token, or that is not valid UTF-8 and so
// may begin within a character, is always sought by itself.
//
// Both are known by their hashes alone, for a million texts are to take little
// more than themselves: two that share one lead to a text too many, which then is
// not found.
type Events struct {
	texts []string
	// newest is the last text under the hash of a stretch, and older the one before
	// each; -1 ends the row.
	newest   map[uint64]int32
	older    []int32
	always   []int          // texts that no stretch leads to
	sieve    *sieve         // nil without windows
	tokens   bool           // some are looked for
	shortest int            // of the stretches looked for, in bytes
	sizes    [sizesMax]bool // those that they have
	seed     maphash.Seed
}

// sizesMax is the size, in bytes, from which on stretches are not told apart by it.
const sizesMax = 128

// NewEvents takes texts in the order in which they are numbered. An empty one is
// an error.
func NewEvents(texts []string) (*Events, error) {
	e := &Events{texts: texts, newest: make(map[uint64]int32, len(texts)), older: make([]int32, len(texts)), shortest: math.MaxInt, seed: maphash.MakeSeed()}
	if i := slices.Index(texts, ""); i >= 0 {
		return nil, fmt.Errorf("text %d: the event to look for is empty", i+1)
	}
	e.fileWindows()
	e.fileTokens()
	return e, nil
}

// Find returns which texts stand in a subject, in their order. An error says
// that of the others it cannot tell whether they do; those found are found all
// the same.
func (e *Events) Find(subject Subject) (found []Found, has bool, err error) {
	if subject.Refused {
		return nil, true, nil
	}
	candidates, complete := e.candidates(subject)
	if !complete {
		err = errTooDeep
	}
	for _, i := range candidates {
		hit, ok, failure := newText(e.texts[i], Word, false).Match(subject)
		err = cmp.Or(err, failure)
		if ok {
			found = append(found, Found{i, hit})
		}
	}
	return found, true, err
}

// candidates are the texts that may stand in a subject, in order. They are not
// complete if escapes are nested too deep.
func (e *Events) candidates(subject Subject) (sorted []int, complete bool) {
	c := collector{events: e, complete: true}
	if key := subject.User.UserKey; key != nil && len(*key) >= e.shortest { // no unescaping makes it longer
		c.collect([]byte(*key))
	}
	c.collect(subject.User.Beside)
	for _, layer := range subject.Blob.Bytes {
		c.collect(layer)
	}
	if c.all = append(c.all, e.always...); len(c.all) == 0 {
		return nil, c.complete
	}
	slices.Sort(c.all)
	return slices.Compact(c.all), c.complete
}

// collector gathers candidates.
type collector struct {
	events   *Events
	all      []int
	seen     map[uint64]bool // hashes
	complete bool
}

// collect looks into text as it is, and after each unescaping that may show more.
func (c *collector) collect(text []byte) {
	for range escapesMax + 1 {
		if c.events.sieve != nil {
			c.events.sieve.each(text, c.note)
		}
		if c.events.tokens {
			tokens(text, c.note)
		} else if !bytes.Contains(text, unicodeEscape) {
			return
		}
		changed := false
		if text, changed = unescape(text); !changed {
			return
		}
	}
	c.complete = false
}

func (c *collector) note(stretch []byte) {
	e := c.events
	if !e.sizes[min(len(stretch), sizesMax-1)] {
		return
	}
	hash := maphash.Bytes(e.seed, stretch)
	i, sought := e.newest[hash]
	if !sought || c.seen[hash] {
		return
	}
	if c.seen == nil {
		c.seen = map[uint64]bool{}
	}
	c.seen[hash] = true
	for ; i >= 0; i = e.older[i] {
		c.all = append(c.all, int(i))
	}
}
