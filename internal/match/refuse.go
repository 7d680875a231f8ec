package match

import (
	"kinspect/internal/jq"
	"kinspect/internal/record"
)

// Refuser has a quick test.
type Refuser interface {
	// Refuses tells, by a user record and the bytes of its layers alone, that it is
	// refused and that there is nothing to say of it: neither an error nor a Hit. It
	// is right of a blob that can be read, whatever would come out of it; where it
	// says no, one has to look.
	Refuses(user *record.UserRecord, layers [][]byte) bool
	// Signs tell without which it refuses what is text or JSON as it stands.
	Signs() Signs
}

func (ms all) Refuses(user *record.UserRecord, layers [][]byte) bool {
	for _, m := range ms {
		if m.Refuses(user, layers) {
			return true
		}
		if !refusesSilently(m) {
			break
		}
	}
	return false
}

// refusesSilently tells that nothing is to be said of what a matcher refuses when it
// looks, so that one that stands behind it may refuse in its stead. Of a text it is to be
// said that it may be within a longer word.
func refusesSilently(m Matcher) bool {
	switch m.(type) {
	case *text, all:
		return false
	}
	return true
}

func (t *text) Refuses(user *record.UserRecord, layers [][]byte) bool {
	if user.UserKey != nil && t.needle.mayStandIn(*user.UserKey) || len(user.Beside) > 0 {
		return false
	}
	for _, layer := range layers {
		if t.needle.mayHold(layer) {
			return false
		}
	}
	return true
}

// Refuses is that of programs, patterns and IDs.
func (f prefilter) Refuses(_ *record.UserRecord, layers [][]byte) bool { return !f.mayMatch(layers) }

func (e *Events) Refuses(user *record.UserRecord, layers [][]byte) bool {
	subject := Subject{User: *user}
	subject.Blob.Bytes = layers
	candidates, complete := e.candidates(subject)
	return len(candidates) == 0 && complete
}

func (keys partitionKeys) Refuses(user *record.UserRecord, _ [][]byte) bool {
	_, ok, _ := keys.Match(Subject{User: *user})
	return !ok
}

func (key partitionKey) Refuses(user *record.UserRecord, _ [][]byte) bool {
	_, ok, _ := key.Match(Subject{User: *user})
	return !ok
}

func (d data) Refuses(_ *record.UserRecord, layers [][]byte) bool {
	for _, layer := range layers {
		if d.size < 0 || d.size == int64(len(layer)) {
			return false
		}
	}
	return true
}

// Silent returns what refuses readable records for which a program gives no output, if
// only because it fails.
func Silent(p *jq.Program) Refuser { return newPrefilter(p.OutputLiterals()) }
