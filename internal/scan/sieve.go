package scan

import (
	"kinspect/internal/decode"
	"kinspect/internal/kpl"
	"kinspect/internal/match"
	"kinspect/internal/record"
)

// Sieve makes what passes over records of which Records would say no more than that they
// are refused: those that are text or JSON as they stand. Each is one user record. The
// signs tell of most.
func Sieve(decoder *decode.Decoder, signs match.Signs, refuses Refuses) func() record.Sieve {
	unsigned := unsigned(decoder, signs)
	return func() record.Sieve {
		var user record.UserRecord
		var layers [1][]byte
		return func(r *record.Record) bool {
			switch {
			case unsigned(r):
				return true
			case kpl.Claims(r.Data) || !decoder.Plain(r.Data):
				return false
			}
			user.Record, user.UserKey, user.UserData = *r, r.PartitionKey, r.Data // as record.Plain does, which copies twice
			layers[0] = r.Data
			return refuses(&user, layers[:])
		}
	}
}

// unsigned returns what tells that a record is text or JSON as it stands and has no sign.
func unsigned(decoder *decode.Decoder, signs match.Signs) func(*record.Record) bool {
	if !signs.Known() {
		return func(*record.Record) bool { return false }
	}
	without := decoder.PlainWithout(signs.Gram, signs.Veil)
	return func(r *record.Record) bool {
		return without(r.Data) && !(r.PartitionKey != nil && signs.MayStandIn(*r.PartitionKey))
	}
}
