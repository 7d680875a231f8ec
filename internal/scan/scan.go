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

// Refuses tells by a user record and the bytes of its layers alone that it is not
// looked for.
type Refuses func(user *record.UserRecord, layers [][]byte) bool

// Records opens every user record of a page, in order, and hands it to visit
// until that returns false. What visit is given are views into the page. The
// decoder says what may be opened. What is refused may stay unparsed; refuses may be
// nil.
func Records(records []record.Record, decoder *decode.Decoder, refuses Refuses, visit func(match.Subject) bool) {
	p := &pass{decoder: decoder}
	if refuses != nil {
		p.refused = func(layers [][]byte) bool { return refuses(&p.user, layers) }
	}
	for i := range records {
		if !p.visit(records[i], visit) {
			return
		}
	}
}

// pass is one through the records of a page.
type pass struct {
	decoder *decode.Decoder
	user    record.UserRecord          // which is being opened
	refused func(layers [][]byte) bool // nil where none is
	layer   [1][]byte
}

// visit tells whether the visitor goes on.
func (p *pass) visit(r record.Record, visit func(match.Subject) bool) bool {
	if !kpl.Claims(r.Data) {
		p.user = record.Plain(r)
		return visit(p.open(nil))
	}
	users, err := usersOf(r, p.decoder)
	for _, p.user = range users {
		if !visit(p.open(err)) {
			return false
		}
	}
	return true
}

func usersOf(r record.Record, decoder *decode.Decoder) ([]record.UserRecord, error) {
	if !decoder.May("kpl") {
		return kpl.Closed(r)
	}
	return kpl.Deaggregate(r)
}

// errBeside is an aggregate that says more than its format lets us read.
var errBeside = errors.New("its KPL aggregate has binary data in fields that the format does not name")

// open peels the user record.
func (p *pass) open(damage error) match.Subject {
	if damage != nil {
		return p.damaged(damage)
	}
	blob, unread := p.decoder.OpenUnlessIn(p.layer[:0], p.user.UserData, p.refused)
	if blob.State == decode.Read && !plain(p.user.Beside) {
		blob.State, blob.Err = decode.Opaque, errBeside
	}
	return match.Subject{User: p.user, Blob: blob, Refused: unread}
}

// damaged peels a user record that stands for a damaged aggregate, which is broken,
// whatever its bytes look like. One that stands for an aggregate without user records
// was read to its end: the error says that there is nothing in it.
func (p *pass) damaged(damage error) match.Subject {
	if errors.Is(damage, kpl.ErrEmpty) {
		return match.Subject{User: p.user, Blob: decode.Blob{Layers: []string{"kpl"}, Bytes: [][]byte{p.user.UserData}, Err: damage}}
	}
	blob := p.decoder.Open(p.user.UserData)
	blob.State, blob.Err = decode.Broken, damage
	if errors.Is(damage, kpl.ErrClosed) {
		blob.State = decode.Opaque
	}
	return match.Subject{User: p.user, Blob: blob}
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
