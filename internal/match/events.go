package match

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"math/bits"
	"slices"
	"unicode/utf8"

	"kinspect/internal/decode"
)

// Finder looks for many events at once. Found are those that a subject holds, in
// their order; has tells whether it has anything that an event could be. An error
// says that of the others it cannot tell whether it holds them. Finders are safe for
// concurrent use and keep nothing of a subject.
type Finder interface {
	Find(Subject) (found []Found, has bool, err error)
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
// word is bounded on both sides by what is no letter, digit or underscore, and
// so is each run of such characters within it, be it at its end or not. Such a
// run, a token, then stands as a token in the bytes of a layer or the key, or in
// what some number of unescapings makes of them: a string that lies n deep has
// its own characters after n of these, and quotes around it, which are no part
// of a word (see search). Of each text one token is looked for, the one that the
// fewest texts have. A text without a token, or that is not valid UTF-8 and so
// may begin within a character, is always sought by itself.
//
// Tokens are known by their hashes alone, for a million texts are to take little
// more than themselves: two that share one lead to a text too many, which then is
// not found.
type Events struct {
	texts []string
	// newest is the last text under the hash of a token, and older the one before
	// each; -1 ends the row.
	newest map[uint64]int32
	older  []int32
	always []int          // texts that no token leads to
	sizes  [sizesMax]bool // of the tokens looked for
	seed   maphash.Seed
}

// sizesMax is the size, in bytes, from which on tokens are not told apart by it.
const sizesMax = 128

// NewEvents takes texts in the order in which they are numbered. An empty one is
// an error.
func NewEvents(texts []string) (*Events, error) {
	e := &Events{texts: texts, newest: make(map[uint64]int32, len(texts)), older: make([]int32, len(texts)), seed: maphash.MakeSeed()}
	counted := e.countTokens()
	for i, text := range texts {
		if text == "" {
			return nil, fmt.Errorf("text %d: the event to look for is empty", i+1)
		}
		e.file(i, counted)
	}
	return e, nil
}

// holders says how many texts have a token, or one of a few others with which it
// shares its place.
type holders []int32

const holdersMax = 1 << 23

func (h holders) of(hash uint64) *int32 { return &h[hash&uint64(len(h)-1)] }

func (e *Events) countTokens() holders {
	h := make(holders, min(holdersMax, 1<<bits.Len(uint(8*len(e.texts)))))
	for _, text := range e.texts {
		for _, token := range tokensOf(text) {
			*h.of(maphash.String(e.seed, token))++
		}
	}
	return h
}

// file keeps a text under its rarest token, of these the longest.
func (e *Events) file(index int, h holders) {
	tokens := tokensOf(e.texts[index])
	if len(tokens) == 0 {
		e.always = append(e.always, index)
		return
	}
	best := slices.MinFunc(tokens, func(a, b string) int {
		return cmp.Or(cmp.Compare(*h.of(maphash.String(e.seed, a)), *h.of(maphash.String(e.seed, b))), len(b)-len(a))
	})
	hash := maphash.String(e.seed, best)
	e.older[index] = -1
	if before, shared := e.newest[hash]; shared {
		e.older[index] = before
	}
	e.newest[hash] = int32(index)
	e.sizes[min(len(best), sizesMax-1)] = true
}

// tokensOf are the tokens of a text, once each; none of one that is not UTF-8.
func tokensOf(text string) (all []string) {
	if !utf8.ValidString(text) {
		return nil
	}
	tokens([]byte(text), func(token []byte) { all = append(all, string(token)) })
	slices.Sort(all)
	return slices.Compact(all)
}

// Find returns which texts stand in a subject, in their order. An error says
// that of the others it cannot tell whether they do; those found are found all
// the same.
func (e *Events) Find(subject Subject) (found []Found, has bool, err error) {
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
	c := collector{events: e, all: slices.Clone(e.always), complete: true}
	if key := subject.User.UserKey; key != nil {
		c.collect([]byte(*key))
	}
	c.collect(subject.User.Beside)
	c.layers(subject.Blob)
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

func (c *collector) layers(blob decode.Blob) {
	for _, layer := range blob.Bytes {
		c.collect(layer)
	}
}

// collect looks into text as it is, and after each unescaping.
func (c *collector) collect(text []byte) {
	for range escapesMax + 1 {
		tokens(text, c.note)
		changed := false
		if text, changed = unescape(text); !changed {
			return
		}
	}
	c.complete = false
}

func (c *collector) note(token []byte) {
	e := c.events
	if !e.sizes[min(len(token), sizesMax-1)] {
		return
	}
	hash := maphash.Bytes(e.seed, token)
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
