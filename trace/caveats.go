package trace

import (
	"fmt"
	"slices"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// skewTold is the clock skew from which on it is said.
const skewTold = 2 * time.Second

func (s *search) caveats(r receipt.Receipt, holes []notice.Notice) []notice.Notice {
	caveats := []notice.Notice{}
	add := func(when bool, code notice.Code, format string, values ...any) {
		if when {
			caveats = append(caveats, notice.Notice{Code: code, Text: fmt.Sprintf(format, values...)})
		}
	}
	_, dated := s.client.Clock.Skew()
	skew := s.skew()
	add(skew.Abs() > skewTold, notice.ClockSkew, "this machine's clock is off by %s; the server's was used", skew.Round(time.Second))
	if s.before.Denied != nil {
		add(true, notice.Undescribed, "%s: the stream's retention period is unknown, and no more than %s of it counted on", s.before.Denied.Reason(), position.Spell(s.before.Retention))
	}
	add(!dated, notice.NoServerDate, "the endpoint tells no time; this machine's clock was used")
	add(len(r.Outside) > 0, notice.Outside, "seen in %s that arrived outside the window", term.Count(len(r.Outside), "user record"))
	if s.many != nil {
		s.many.caveats(add)
	}
	add(s.many == nil && r.Verdict == receipt.Found && !slices.ContainsFunc(r.Matches, func(m receipt.Match) bool { return m.Whole || m.Path == "" }),
		notice.PartOfText, "seen only as part of a longer text")
	add(r.Verdict != receipt.Found && s.inWords > 0,
		notice.InsideWord, "the text stands inside longer %s of %s, which is no match", s.longer(), term.Count(s.inWords, "user record"))
	add(r.Verdict != receipt.Found && s.unwrapped > 0,
		notice.Unwrapped, "of %s jq was given what stood in an envelope, and not the envelope; --decode auto,-cloudwatch-logs,-dynamodb,-string leaves it on", term.Count(s.unwrapped, "user record"))
	if i := slices.IndexFunc(r.Matches, receipt.Match.Undeliverable); i >= 0 {
		add(true, notice.NotDeliverable, "a match is not deliverable: %s", r.Matches[i].DeliverableReason)
	}
	s.taken.caveats(add)
	if s.many == nil {
		caveats = append(caveats, s.causes(r)...)
	}
	if near := s.sameKey; r.Verdict != receipt.Found && near.records > 0 {
		add(true, notice.SameKey, "%s", near.text(s.Event))
	}
	add(r.Verdict == receipt.Found && s.All && len(holes) > 0, notice.MoreCopies, "not everything could be read, so there may be more copies")
	add(r.Verdict == receipt.Found && s.All && !s.Part.Whole(), notice.Part, "this is %s: other copies may be in the shards of the other parts", s.Part.Words())
	if text := s.tells(r); text != "" {
		add(true, notice.Number, "%s", text)
	}
	return append(caveats, r.Assumptions()...)
}

// longer is what holds the text where that is no match.
func (s *search) longer() string {
	if s.Event.Exact {
		return "values"
	}
	return "words"
}

func (s *search) skew() time.Duration {
	skew, _ := s.client.Clock.Skew()
	return skew
}

// sameKey is what else has the partition key that is asked for, and no more of the
// event than that.
type sameKey struct {
	records int
	nearest record.Meta
	apart   time.Duration // the nearest, from the time at which the event is thought to have come
}

func (k *sameKey) note(u record.UserRecord, target time.Time) {
	k.records++
	if apart := u.ArrivedAt.Sub(target).Abs(); k.records == 1 || apart < k.apart {
		k.nearest, k.apart = u.Clone().Meta(), apart
	}
}

func (k sameKey) text(e receipt.Event) string {
	verb, which := "have", "the nearest of them"
	if k.records == 1 {
		verb, which = "has", "it"
	}
	return fmt.Sprintf("%s %s the partition key %q and nothing else of the event; %s arrived at %s: %s %s", term.Count(k.records, "user record"), verb,
		*e.PartitionKey, which, k.nearest.ApproximateArrivalTimestamp.Words(), k.nearest.ShardID, place(k.nearest.SequenceNumber, k.nearest.SubSequenceNumber))
}
