// Package scan is one page's way: record → user records → layers peeled. What
// is done with a user record, printing it or looking for an event in it, is its
// visitor's business.
package scan

import (
	"kinspect/internal/decode"
	"kinspect/internal/kpl"
	"kinspect/internal/match"
	"kinspect/internal/record"
)

// Records opens every user record of a page, in order, and hands it to visit
// until that returns false. What visit is given are views into the page.
func Records(records []record.Record, visit func(match.Subject) bool) {
	for _, r := range records {
		users, err := kpl.Deaggregate(r)
		for _, user := range users {
			if !visit(open(user, err)) {
				return
			}
		}
	}
}

// open peels a user record; one that stands for a damaged aggregate is broken,
// whatever its bytes look like.
func open(user record.UserRecord, damage error) match.Subject {
	blob := decode.Open(user.UserData)
	if damage != nil {
		blob.State, blob.Err = decode.Broken, damage
	}
	return match.Subject{User: user, Blob: blob}
}
