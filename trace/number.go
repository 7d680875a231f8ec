package trace

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/notice"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/trace/receipt"
)

// What is asked for by its sequence number is not searched for: each shard is read at
// that number, the one that the number names first. A shard gives a number once and
// its records in the order of their numbers, so the first record that comes settles
// it: it is the one, or a higher one, and then there is none. A shard that gives
// nothing there is read to the window's end, as for any question. What a number says
// of itself, which shard gave it and when, chooses the order and the words, and makes
// inconclusive what may have expired; no verdict rests on it.

// limit is how many records are wanted of a shard at first.
func (s *search) limit() int {
	if s.Event.SequenceNumber == "" {
		return 0
	}
	return 1
}

// lapsed tells whether the record of the number asked for may have been there and
// have expired. Of a window that was left open it is true that no such record came
// within it; but who asks for a number asks for a record, not for a window.
func (s *search) lapsed(ctx context.Context) []notice.Notice {
	n := s.Event.SequenceNumber
	if n == "" || !s.window.Open() || s.there.Load() || !s.mayHaveExpired(n) {
		return nil
	}
	for _, a := range s.ledger.Coverage().Shards {
		if !s.mayHaveGiven(a, n) {
			continue
		}
		l, err := s.lookUp(ctx, a.ShardID, position.Position{Kind: position.TrimHorizon})
		switch {
		case err != nil:
			return []notice.Notice{{Code: notice.Interrupted, Text: "interrupted"}}
		case l.failed != "":
			return []notice.Notice{{Code: l.code, Text: fmt.Sprintf("the oldest record of %s could not be read: %s", a.ShardID, l.failed)}}
		case l.first == nil || l.first.SequenceNumber.Compare(n) > 0: // else what is older is still there
			return s.expired(n, fmt.Sprintf("the number is lower than all that %s still holds", a.ShardID))
		}
	}
	if id, gone := s.goneShard(n); gone {
		return s.expired(n, fmt.Sprintf("the number names %s, which the stream does not list any more", id))
	}
	return nil
}

func (s *search) expired(n record.SequenceNumber, why string) []notice.Notice {
	if parts, told := n.Parts(); told {
		why += ", and tells the time " + words(parts.At)
	}
	return []notice.Notice{{Code: notice.BeforeHorizon, Text: fmt.Sprintf("its record may have expired: %s; the earliest that can be proved is %s", why, words(s.ledger.From()))}}
}

// mayHaveExpired tells whether anything has, and the number does not say that its
// record would still be there, or is of another stream.
func (s *search) mayHaveExpired(n record.SequenceNumber) bool {
	from := s.ledger.From()
	parts, told := n.Parts()
	return from.After(s.window.CreatedAt) && (!told || parts.At.Before(from.Add(coverage.Pad)) && !s.predates(parts))
}

// mayHaveGiven tells whether a shard may have given a number to a record that has
// expired: one that was open then and that, if numbers say so, it names.
func (s *search) mayHaveGiven(a coverage.Account, n record.SequenceNumber) bool {
	sh := a.Shard()
	opened, tells := sh.OpenedAt()
	if !tells {
		return a.Proof != nil && a.Proof.Kind != coverage.Foreign
	}
	parts, _ := n.Parts()
	return opened.Before(s.ledger.From()) && sh.NamedBy(n) && parts.ShardCreatedAt.Equal(opened)
}

// goneShard is the shard that a number names, if the stream must have had it once:
// the numbers of shards grow.
func (s *search) goneShard(n record.SequenceNumber) (id string, gone bool) {
	parts, told := n.Parts()
	if !told || len(s.listed) == 0 {
		return "", false
	}
	id = shard.ID(parts.ShardIndex)
	_, listed := s.listed.Find(id)
	return id, !listed && id < s.listed[len(s.listed)-1].ID
}

// createdSlack is how far the creation of a stream and that of its first shards may
// lie apart.
const createdSlack = time.Minute

// predates tells whether the shard of a number was created before the stream was.
func (s *search) predates(parts record.Parts) bool {
	return s.before.Denied == nil && !s.before.Capture && parts.ShardCreatedAt.Before(s.before.CreatedAt.Add(-createdSlack))
}

// tells is what the number asked for says of itself that explains why its record is
// not there; empty where it says nothing of the kind.
func (s *search) tells(r receipt.Receipt) string {
	n := s.Event.SequenceNumber
	if n == "" || r.Verdict == receipt.Found || s.there.Load() || s.before.Capture {
		return ""
	}
	parts, told := n.Parts()
	id := shard.ID(parts.ShardIndex)
	sh, listed := s.listed.Find(id)
	opened, tells := sh.OpenedAt()
	switch {
	case !told:
		return s.mangled(n)
	case s.predates(parts):
		return fmt.Sprintf("the number is of another stream, perhaps of an earlier one of the same name: it says that its %s was created at %s, and this stream was at %s",
			id, words(parts.ShardCreatedAt), words(s.before.CreatedAt))
	case !listed:
		return fmt.Sprintf("the number names %s, which the stream does not list", id)
	case foreign(r.Coverage, id) && tells && !opened.Equal(parts.ShardCreatedAt):
		earlier := ""
		if parts.ShardCreatedAt.Before(opened) {
			earlier = ", perhaps of an earlier one of the same name"
		}
		return fmt.Sprintf("the number is of another stream%s: it says that its %s was created at %s, and that of this stream was at %s", earlier, id, words(parts.ShardCreatedAt), words(opened))
	case parts.At.After(r.FinishedAt.Time):
		return fmt.Sprintf("the number tells the time %s, which is yet to come", words(parts.At))
	case r.Verdict == receipt.Absent && (parts.At.Before(r.Window.From.Truncate(time.Second)) || parts.At.After(r.Window.Until.Time)):
		return fmt.Sprintf("the number tells the time %s, which is not within the window", words(parts.At))
	}
	return ""
}

// mangled says that a number cannot be one of this stream, if the stream's own numbers
// are those of AWS.
func (s *search) mangled(n record.SequenceNumber) string {
	for _, sh := range s.listed {
		if _, told := sh.Starting.Parts(); told {
			return fmt.Sprintf("the number, of %d digits, is not made as those of this stream are, of %d: it may have been cut or mistyped", len(n), len(sh.Starting))
		}
	}
	return ""
}

func foreign(c coverage.Coverage, shardID string) bool {
	return slices.ContainsFunc(c.Shards, func(a coverage.Account) bool {
		return a.ShardID == shardID && a.Proof != nil && a.Proof.Kind == coverage.Foreign
	})
}

func words(t time.Time) string { return record.Timestamp{Time: t}.Words() }
