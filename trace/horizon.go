package trace

import (
	"fmt"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/record"
)

// horizon refuses a window that begins, or even ends, before what the stream could
// still tell when it was read. A stream that did not exist held nothing, but an
// earlier one of its name may have. Where nothing else stands against a proof, all
// from there on is proved.
func (s *search) horizon(alone bool) []notice.Notice {
	var created time.Time
	if s.before.Denied == nil {
		created = s.before.CreatedAt
	}
	return beforeHorizon(s.window.From, s.window.Until, s.ledger.Earliest(), created, alone)
}

// beforeHorizon holds a window, whose beginning is zero where it was left open, against
// what was there. The stream's creation is zero where its description was denied.
func beforeHorizon(from, until, earliest, created time.Time, alone bool) []notice.Notice {
	end := ""
	switch {
	case until.Before(earliest):
		end, alone = "ends", false
	case !from.IsZero() && from.Before(earliest):
		end = "begins"
	default:
		return nil
	}
	at := record.Timestamp{Time: earliest.Add(time.Millisecond - 1)}.Words() // rounded up
	if earliest.Equal(created) {
		text := fmt.Sprintf("the stream was created at %s, after the window %s, and an earlier one of its name may have held it", at, end)
		if alone {
			text += "; it did not enter since, which is proved"
		}
		return []notice.Notice{{Code: notice.Created, Text: text}}
	}
	held := "the stream still holds"
	if created.IsZero() {
		held = "the stream is known to hold"
	}
	proved := "the earliest that can be proved is " + at
	if alone {
		proved = "it did not enter from " + at + " on, which is proved"
	}
	return []notice.Notice{{Code: notice.BeforeHorizon, Text: fmt.Sprintf("the window %s before what %s; %s", end, held, proved)}}
}
