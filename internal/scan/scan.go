// Package scan is one page's way: record → user records → layers peeled. What
// is done with a user record, printing it or looking for an event in it, is its
// visitor's business.
package scan

import (
	"errors"

	"kinspect/internal/decode"
	"kinspect/internal/kpl"
	"kinspect/internal/match"
	"kinspect/internal/record"
)

// Records opens every user record of a page, in order, and hands it to visit
// until that returns false. What visit is given are views into the page. The
// decoder says what may be opened.
func Records(records []record.Record, decoder *decode.Decoder, visit func(match.Subject) bool) {
	for _, r := range records {
		users, err := usersOf(r, decoder)
		for _, user := range users {
			if !visit(open(user, err, decoder)) {
				return
			}
		}
	}
}

func usersOf(r record.Record, decoder *decode.Decoder) ([]record.UserRecord, error) {
	if !decoder.May("kpl") {
		return kpl.Closed(r)
	}
	return kpl.Deaggregate(r)
}

// errBeside is an aggregate that says more than its format lets us read.
var errBeside = errors.New("its KPL aggregate has binary data in fields that the format does not name")

// open peels a user record; one that stands for a damaged aggregate is broken,
// whatever its bytes look like. One that stands for an aggregate without user
// records was read to its end: the error says that there is nothing in it.
func open(user record.UserRecord, damage error, decoder *decode.Decoder) match.Subject {
	if errors.Is(damage, kpl.ErrEmpty) {
		return match.Subject{User: user, Blob: decode.Blob{Layers: []string{"kpl"}, Bytes: [][]byte{user.UserData}, Err: damage}}
	}
	blob := decoder.Open(user.UserData)
	switch {
	case errors.Is(damage, kpl.ErrClosed):
		blob.State, blob.Err = decode.Opaque, damage
	case damage != nil:
		blob.State, blob.Err = decode.Broken, damage
	case blob.State == decode.Read && !plain(user.Beside):
		blob.State, blob.Err = decode.Opaque, errBeside
	}
	return match.Subject{User: user, Blob: blob}
}

// plain tells whether data is text or JSON as it stands, so that a search of its
// bytes leaves nothing out.
func plain(data []byte) bool {
	if len(data) == 0 {
		return true
	}
	blob := decode.Open(data)
	return len(blob.Bytes) == 1 && (blob.Text || len(blob.Documents) > 0)
}
