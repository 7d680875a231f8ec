// Package kpl takes aggregated records apart and puts them together. The one
// idea: an aggregate is believed only when its magic, its MD5 and every index
// in it hold; anything less is named broken, and never dropped in silence. It
// does not look into user records, and it does not judge whether a KCL consumer
// would deliver them.
//
// The format: four bytes of magic, a protobuf message, the message's MD5.
//
// https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
package kpl

import (
	"bytes"
	"crypto/md5"
	"errors"

	"kinspect/internal/record"
)

// magic starts every aggregate.
var magic = []byte{0xF3, 0x89, 0x9A, 0xC2}

// Overhead is what an aggregate has around its message, in bytes. The KCL takes a
// record of no more than that for a plain one.
const Overhead = 4 + md5.Size

// ErrEmpty is an aggregate that is sound and holds no user records.
var ErrEmpty = errors.New("KPL aggregate without user records")

// ErrClosed is an aggregate that was not to be taken apart.
var ErrClosed = errors.New("KPL aggregate, left closed as asked")

// BrokenError says why a record that starts like an aggregate is none.
type BrokenError struct {
	// Reason goes on after "magic of a KPL aggregate, but".
	Reason string
}

// Error names the format and the reason.
func (e *BrokenError) Error() string { return "magic of a KPL aggregate, but " + e.Reason }

// Claims tells whether data begins as an aggregate does.
func Claims(data []byte) bool { return bytes.HasPrefix(data, magic) }

// Deaggregate returns the user records in r, in order; their UserData are views
// into r.Data. A record without the magic is its own single user record.
//
// With the magic and anything else wrong the error is a *BrokenError, and the
// record itself comes with it as a plain user record, so that its bytes are
// still searched. With ErrEmpty it comes too: it was read to its end, and a text
// may stand in its tables.
func Deaggregate(r record.Record) ([]record.UserRecord, error) {
	if !Claims(r.Data) {
		return []record.UserRecord{record.Plain(r)}, nil
	}
	users, err := open(r)
	if err != nil {
		return []record.UserRecord{record.Plain(r)}, err
	}
	return users, nil
}

// Closed returns r as a plain user record, with ErrClosed if it has the magic.
func Closed(r record.Record) ([]record.UserRecord, error) {
	plain := []record.UserRecord{record.Plain(r)}
	if Claims(r.Data) {
		return plain, ErrClosed
	}
	return plain, nil
}

// Sealed tells whether an error is of an aggregate that was not taken apart, so
// that what user records it holds, and their keys, nobody knows.
func Sealed(err error) bool {
	return errors.Is(err, ErrClosed) || errors.As(err, new(*BrokenError))
}

// open takes apart what has the magic. All or nothing: the KCL keeps the user
// records before a bad one, but then nobody could say what the rest held.
func open(r record.Record) ([]record.UserRecord, error) {
	body, err := checkedBody(r.Data)
	if err != nil {
		return nil, err
	}
	t, err := parseTables(body)
	if err != nil {
		return nil, err
	}
	switch {
	case t.records > 0:
		return t.userRecords(r, body)
	case len(t.beside) > 0: // a later version may keep its user records there
		return nil, &BrokenError{"it holds no user records, but fields that the format does not name"}
	}
	return nil, ErrEmpty
}

// checkedBody returns the protobuf message between magic and MD5.
func checkedBody(data []byte) ([]byte, error) {
	end := len(data) - md5.Size
	if end < len(magic) {
		return nil, &BrokenError{"it is too short to hold an MD5"}
	}
	body := data[len(magic):end]
	if md5.Sum(body) != [md5.Size]byte(data[end:]) {
		return nil, &BrokenError{"its MD5 does not match"}
	}
	return body, nil
}
