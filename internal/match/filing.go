package match

import (
	"cmp"
	"hash/maphash"
	"math"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// isLong tells whether a text is looked for by a window of a stretch.
func isLong(text string) (stretch []byte, long bool) {
	stretch = literal(text)
	return stretch, len(stretch) >= stretchMin
}

// fileWindows keeps the long texts under a window each.
func (e *Events) fileWindows() {
	n, shortest := 0, math.MaxInt
	for _, text := range e.texts {
		if stretch, long := isLong(text); long {
			n, shortest = n+1, min(shortest, len(stretch))
		}
	}
	if n == 0 {
		return
	}
	e.sieve = newSieve(n, shortest)
	counted := e.countGrams()
	for i, text := range e.texts {
		if stretch, long := isLong(text); long {
			window := e.sieve.rarest(stretch, counted)
			e.sieve.add(window)
			e.file(i, window)
		}
	}
}

// fileTokens keeps each of the other texts under its rarest token, of these the
// longest.
func (e *Events) fileTokens() {
	counted := e.countTokens()
	for i, text := range e.texts {
		if _, long := isLong(text); long {
			continue
		}
		tokens := tokensOf(text)
		if len(tokens) == 0 {
			e.always = append(e.always, i)
			continue
		}
		e.tokens = true
		e.file(i, []byte(slices.MinFunc(tokens, func(a, b string) int {
			return cmp.Or(cmp.Compare(*counted.of(maphash.String(e.seed, a)), *counted.of(maphash.String(e.seed, b))), len(b)-len(a))
		})))
	}
}

// file keeps a text under one of its stretches.
func (e *Events) file(index int, stretch []byte) {
	hash := maphash.Bytes(e.seed, stretch)
	e.older[index] = -1
	if before, shared := e.newest[hash]; shared {
		e.older[index] = before
	}
	e.newest[hash] = int32(index)
	e.shortest = min(e.shortest, len(stretch))
	e.sizes[min(len(stretch), sizesMax-1)] = true
}

// holders says how many texts have a token, or a gram, or one of a few others with
// which it shares its place.
type holders []int32

const holdersMax = 1 << 23

func newHolders(texts int) holders {
	return make(holders, min(holdersMax, 1<<bits.Len(uint(8*texts))))
}

func (h holders) of(hash uint64) *int32 { return &h[hash&uint64(len(h)-1)] }

func (e *Events) countTokens() holders {
	h := newHolders(len(e.texts))
	for _, text := range e.texts {
		if _, long := isLong(text); long {
			continue
		}
		for _, token := range tokensOf(text) {
			*h.of(maphash.String(e.seed, token))++
		}
	}
	return h
}

// gramsCounted is of how many texts, spread over all, grams are counted: those that
// many have show in these, and a processor keeps their counts close by.
const gramsCounted = 1 << 14

func (e *Events) countGrams() holders {
	h := newHolders(min(len(e.texts), gramsCounted))
	for i := 0; i < len(e.texts); i += 1 + len(e.texts)/gramsCounted {
		stretch, long := isLong(e.texts[i])
		for at := 0; long && at+gramSize <= len(stretch); at++ {
			*h.of(e.sieve.mix.hash(gramOf(stretch[at:])))++
		}
	}
	return h
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
