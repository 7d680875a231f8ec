package scan

import (
	"kinspect/internal/decode"
	"kinspect/internal/kpl"
	"kinspect/internal/record"
)

// Sieve returns what passes over records of which Records would say no more than that
// they are refused: those that are text or JSON as they stand.
func Sieve(decoder *decode.Decoder, refuses Refuses) record.Sieve {
	var user record.UserRecord
	var layers [1][]byte
	return func(r *record.Record) bool {
		if kpl.Claims(r.Data) || !decoder.Plain(r.Data) {
			return false
		}
		user.Record, user.UserKey, user.UserData = *r, r.PartitionKey, r.Data // as record.Plain does, which copies twice
		layers[0] = r.Data
		return refuses(&user, layers[:])
	}
}
