package lease

import (
	"fmt"
	"maps"
	"slices"

	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/term"
)

// Summary says what the leases of a stream's shards, by their IDs, tell of an
// application: who owns them, which shards nobody reads, and how far it is where it is
// furthest behind. shards are all that are listed.
func Summary(shards shard.Lineage, leases map[string]Lease) []string {
	if len(leases) == 0 {
		return []string{"the table has no lease of any shard of this stream"}
	}
	s := summary{leases: leases, owned: map[string]int{}}
	s.family = family{shards: shards, lookup: func(id string) (Lease, bool, error) {
		l, there := leases[id]
		return l, there, nil
	}}
	for _, sh := range shards {
		s.count(sh)
	}
	lines := []string{s.owners()}
	lines = add(lines, s.unowned, "nobody owns %s")
	lines = add(lines, s.unread, "nobody reads %s: open, and without a lease")
	lines = add(lines, s.waiting, "no lease yet of %s: what it came of has not ended")
	lines = add(lines, s.begun, "nothing is checkpointed of %s")
	lines = add(lines, s.foreign, "of another stream, or an earlier one of the name, are the leases of %s")
	if s.last.id != "" {
		lines = append(lines, s.behind())
	}
	return lines
}

// summary is what was counted of the leases.
type summary struct {
	family
	leases map[string]Lease

	owned map[string]int // shards, by owner
	ended int
	// the shards, by their IDs, that stand out
	unowned, unread, waiting, begun, foreign []string

	last relative // the one whose checkpoint is the oldest, where numbers tell
}

func (s *summary) count(sh shard.Shard) {
	l, there := s.leases[sh.ID]
	switch {
	case !there && sh.Closed():
		return
	case !there && s.waits(sh):
		s.waiting = append(s.waiting, sh.ID)
		return
	case !there:
		s.unread = append(s.unread, sh.ID)
		return
	case foreign(sh, l) != "", l.Checkpoint.Sentinel == ShardEnd && !sh.Closed():
		s.foreign = append(s.foreign, sh.ID)
		return
	case l.Checkpoint.Sentinel == ShardEnd:
		s.ended++
		return
	case l.Checkpoint.Sentinel != "":
		s.begun = append(s.begun, sh.ID)
	case s.last.id == "" || older(l.Checkpoint, s.last.at):
		s.last = relative{sh.ID, l.Checkpoint}
	}
	if l.Owner == "" {
		s.unowned = append(s.unowned, sh.ID)
		return
	}
	s.owned[l.Owner]++
}

// waits tells whether a shard has no lease for one that it came of.
func (s *summary) waits(sh shard.Shard) bool {
	_, runs := s.running(sh.Parents())
	return runs
}

// older compares places of two shards, which only their times can.
func older(a, b Checkpoint) bool {
	at, told1 := a.Number.Parts()
	than, told2 := b.Number.Parts()
	return told1 && (!told2 || at.At.Before(than.At))
}

func (s *summary) owners() string {
	var parts []string
	for _, owner := range slices.Sorted(maps.Keys(s.owned)) {
		parts = append(parts, fmt.Sprintf("%s (%s)", owner, term.Count(s.owned[owner], "shard")))
	}
	text := "nobody owns a shard"
	if len(parts) > 0 {
		text = "owned by " + term.List(parts, namedMax)
	}
	if s.ended > 0 {
		text += fmt.Sprintf("; %s read to the end", term.Count(s.ended, "shard"))
	}
	return text
}

func (s *summary) behind() string {
	parts, told := s.last.at.Number.Parts()
	if !told {
		return fmt.Sprintf("%s is checkpointed up to %s; how far behind that is the numbers do not tell", s.last.id, s.last.at)
	}
	return fmt.Sprintf("its oldest checkpoint is that of %s, of about %s: %s", s.last.id, record.Timestamp{Time: parts.At}.Words(), s.last.at)
}

func add(lines, ids []string, format string) []string {
	if len(ids) == 0 {
		return lines
	}
	return append(lines, fmt.Sprintf(format, term.List(ids, namedMax)))
}

// namedMax is how many of a list are named.
const namedMax = 5
