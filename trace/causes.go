package trace

import (
	"fmt"
	"slices"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/notice"
	"kinspect/internal/position"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// causes names what the stream shows of why somebody missed the event, or took it for
// missing.
func (s *search) causes(r receipt.Receipt) []notice.Notice {
	told := []notice.Notice{}
	add := func(code notice.Code, text string) {
		if text != "" {
			told = append(told, notice.Notice{Code: code, Text: text})
		}
	}
	for _, text := range closedShards(r) {
		add(notice.ClosedShard, text)
	}
	for _, text := range s.empties(r) {
		add(notice.EmptyPages, text)
	}
	add(notice.Duplicates, duplicates(r.Matches))
	if r.Verdict != receipt.Found {
		add(notice.TooLarge, s.tooLarge())
	}
	add(notice.Created, sinceCreation(r))
	return told
}

// sinceCreation says of an absent event that an earlier stream may have held it.
func sinceCreation(r receipt.Receipt) string {
	if r.Verdict != receipt.Absent || !r.SinceCreation() {
		return ""
	}
	return fmt.Sprintf("the stream was created at %s, where the window begins: what an earlier one of its name held, if there was one, nobody can tell", r.Stream.CreatedAt.Words())
}

// shortLived is how long a shard may live for a consumer that lists shards now and
// then to miss it.
const shortLived = time.Minute

// closedShards says of each closed shard that holds a match how long it was open.
func closedShards(r receipt.Receipt) (texts []string) {
	said := map[string]bool{}
	for _, m := range r.Matches {
		i := slices.IndexFunc(r.Coverage.Shards, func(a coverage.Account) bool { return a.ShardID == m.ShardID })
		if i < 0 || said[m.ShardID] || r.Coverage.Shards[i].ClosedAt == nil {
			continue
		}
		said[m.ShardID] = true
		texts = append(texts, closedShard(r.Coverage.Shards[i]))
	}
	return texts
}

func closedShard(a coverage.Account) string {
	text := fmt.Sprintf("%s is closed since %s", a.ShardID, a.ClosedAt.Words())
	if a.OpenedAt == nil || a.ClosedAt.Sub(a.OpenedAt.Time) >= shortLived {
		return text + "; a consumer that skips closed shards never reads it"
	}
	return text + fmt.Sprintf(", %s after it opened; a consumer that lists shards seldom, or skips closed ones, never reads it", position.Spell(a.ClosedAt.Sub(a.OpenedAt.Time)))
}

// noteEmpties keeps how many empty pages came before the first match of a shard. Of what
// is pushed, heartbeats are empty, and nobody stops at them.
func (s *search) noteEmpties(m receipt.Match) {
	if len(s.FanOut) > 0 {
		return
	}
	if _, noted := s.emptied[m.ShardID]; !noted && s.ledger != nil { // which a check of a receipt lacks
		s.emptied[m.ShardID] = s.ledger.EmptySteps(m.ShardID)
	}
}

// empties says of each shard with a match that empty pages came before it, though it
// was there already: one that came only during the scan was waited for.
func (s *search) empties(r receipt.Receipt) (texts []string) {
	said := map[string]bool{}
	for _, m := range r.Matches {
		n := s.emptied[m.ShardID]
		if said[m.ShardID] || n == 0 || m.ApproximateArrivalTimestamp.Add(s.Settle).After(r.StartedAt.Time) {
			continue
		}
		said[m.ShardID] = true
		texts = append(texts, fmt.Sprintf("%s gave %s before the one with the match; a consumer that stops at an empty page never gets there", m.ShardID, term.Count(n, "empty page")))
	}
	return texts
}

// duplicates says which matches repeat the partition key and the data of others.
func duplicates(matches []receipt.Match) string {
	var most []receipt.Match
	repeated := 0
	for _, same := range receipt.Copies(matches) {
		repeated += len(same) - 1
		if len(same) > len(most) {
			most = same
		}
	}
	const why = "as where a producer tried again after a time-out"
	switch {
	case repeated == 0:
		return ""
	case repeated > len(most)-1:
		return fmt.Sprintf("%s matches repeat the partition key and the data of others, %s", term.Number(repeated), why)
	}
	first, last := most[0].ApproximateArrivalTimestamp, most[len(most)-1].ApproximateArrivalTimestamp
	return fmt.Sprintf("%s copies have the same partition key and data, %s; the first arrived at %s, the last at %s", term.Number(len(most)), why, first.Words(), last.Words())
}

// tooLarge says that what is sought is larger than a record may be.
func (s *search) tooLarge() string {
	size := int64(len(s.Event.Like))
	if s.Event.Data != nil {
		size = max(size, s.Event.Data.Bytes)
	}
	if size <= int64(s.before.RecordBytesMax) {
		return ""
	}
	return fmt.Sprintf("what is sought has %s, and a record of this stream no more than %s, with its partition key: it can have entered only in a shorter form, as compressed, or not at all",
		term.Count(size, "byte"), term.Number(s.before.RecordBytesMax))
}
