package match

import (
	"bytes"
	"strings"
)

// Signs are what to look for in one pass over the bytes of a record that is text or JSON
// as it stands. One in which there is neither is refused, unless its key has to be looked
// at, and there is nothing to say of it. Of the zero Signs nothing is known.
type Signs struct {
	// Gram is a few bytes of what is sought.
	Gram string
	// Veil is two bytes that stand where JSON's escapes hide it.
	Veil string
	// KeyMin is the length of the shortest partition key that has to be looked at for
	// either, too; 0: none has.
	KeyMin int
}

// Known tells whether there are any.
func (s Signs) Known() bool { return s.Gram != "" }

// MayStandIn tells whether a partition key has to be looked at.
func (s Signs) MayStandIn(key string) bool {
	return s.KeyMin > 0 && len(key) >= s.KeyMin && (strings.Contains(key, s.Gram) || strings.Contains(key, s.Veil))
}

// Signs are those of a matcher that may refuse by itself.
func (ms all) Signs() Signs {
	for _, m := range ms {
		if s := m.Signs(); s.Known() {
			return s
		}
		if !refusesSilently(m) {
			break
		}
	}
	return Signs{}
}

func (t *text) Signs() Signs {
	s := t.needle.seeker
	if s == nil || !bytes.Equal(t.needle.veil, unicodeEscape) {
		return Signs{} // a single backslash is no pair
	}
	return Signs{Gram: s.sign(), Veil: string(unicodeEscape), KeyMin: len(s.text)}
}

// Signs are those of a clause with one literal.
func (f prefilter) Signs() Signs {
	for _, c := range f {
		if len(c) == 1 {
			return Signs{Gram: c[0].sign(), Veil: string(unicodeEscape)}
		}
	}
	return Signs{}
}

func (*Events) Signs() Signs { return Signs{} }

func (partitionKeys) Signs() Signs { return Signs{} }

func (partitionKey) Signs() Signs { return Signs{} }

func (data) Signs() Signs { return Signs{} }
