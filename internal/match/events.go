package match

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"kinspect/internal/decode"
)

// Events looks for many texts at once, each as Event does. It is safe for
// concurrent use.
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
type Events struct {
	matchers []Matcher
	byToken  map[string][]int // indexes of the texts
	always   []int            // texts that no token leads to
	sizes    [sizesMax]bool   // of the tokens in byToken
}

// sizesMax is the size, in bytes, from which on tokens are not told apart by it.
const sizesMax = 128

// Found is one text that stands in a user record.
type Found struct {
	// Event is its index among the texts sought.
	Event int
	Hit   Hit
}

// NewEvents takes texts in the order in which they are numbered. An empty one is
// an error.
func NewEvents(texts []string) (*Events, error) {
	e := &Events{byToken: map[string][]int{}}
	holders := map[string]int{} // how many texts have a token
	for i, text := range texts {
		m, err := Event(text)
		if err != nil {
			return nil, fmt.Errorf("text %d: %w", i+1, err)
		}
		e.matchers = append(e.matchers, m)
		for _, token := range tokensOf(text) {
			holders[token]++
		}
	}
	for i, text := range texts {
		e.file(i, tokensOf(text), holders)
	}
	return e, nil
}

// file keeps a text under its rarest token, of these the longest.
func (e *Events) file(index int, tokens []string, holders map[string]int) {
	if len(tokens) == 0 {
		e.always = append(e.always, index)
		return
	}
	best := slices.MinFunc(tokens, func(a, b string) int {
		if holders[a] != holders[b] {
			return holders[a] - holders[b]
		}
		return len(b) - len(a)
	})
	e.byToken[best] = append(e.byToken[best], index)
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

// Match returns which texts stand in a subject, in their order. An error says
// that of the others it cannot tell whether they do; those found are found all
// the same.
func (e *Events) Match(subject Subject) (found []Found, err error) {
	candidates, complete := e.candidates(subject)
	if !complete {
		err = errTooDeep
	}
	for _, i := range candidates {
		hit, ok, failure := e.matchers[i].Match(subject)
		err = cmp.Or(err, failure)
		if ok {
			found = append(found, Found{i, hit})
		}
	}
	return found, err
}

// candidates are the texts that may stand in a subject, in order. They are not
// complete if escapes are nested too deep.
func (e *Events) candidates(subject Subject) (sorted []int, complete bool) {
	c := collector{events: e, complete: true}
	c.see(e.always)
	if key := subject.User.UserKey; key != nil {
		c.collect([]byte(*key))
	}
	c.collect(subject.User.Beside)
	c.layers(subject.Blob)
	for i := range c.seen {
		sorted = append(sorted, i)
	}
	slices.Sort(sorted)
	return sorted, c.complete
}

// collector gathers candidates.
type collector struct {
	events   *Events
	seen     map[int]bool
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
	if !c.events.sizes[min(len(token), sizesMax-1)] {
		return
	}
	c.see(c.events.byToken[string(token)])
}

func (c *collector) see(events []int) {
	if c.seen == nil && len(events) > 0 {
		c.seen = map[int]bool{}
	}
	for _, i := range events {
		c.seen[i] = true
	}
}
