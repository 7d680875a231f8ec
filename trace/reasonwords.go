package trace

import (
	"fmt"
	"strings"

	"kinspect/internal/notice"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// byShard lists the reasons that concern a shard; the headline has the others.
func byShard(out *term.Output, reasons []notice.Notice) []string {
	var lines []string
	for _, reason := range reasons {
		if reason.ShardID != "" {
			lines = append(lines, "  "+out.ShardID(term.EscapeLine(reason.ShardID))+": "+term.EscapeLine(reason.Text))
		}
	}
	return lines
}

// but says in one clause what stands against a proof.
func but(r receipt.Receipt) string {
	var clauses []string
	shards := map[saying]map[string]bool{} // by what is said of them
	for _, reason := range r.Reasons {
		if reason.ShardID == "" {
			clauses = append(clauses, term.EscapeLine(reason.Text))
			continue
		}
		said := ofShard(reason.Code)
		if shards[said] == nil {
			shards[said] = map[string]bool{}
		}
		shards[said][reason.ShardID] = true
	}
	for _, said := range []saying{unreadable, unfinished, expired, untested} {
		if n := len(shards[said]); n > 0 {
			clauses = append(clauses, fmt.Sprintf("%d of %s %s", n, term.Count(len(r.Coverage.Shards), "shard"), said.of(n)))
		}
	}
	return strings.Join(clauses, ", and ")
}

// saying is what stands against one shard, or several.
type saying struct{ one, several string }

var (
	unreadable = saying{"could not be read", "could not be read"}
	unfinished = saying{"was not read to the end", "were not read to the end"}
	expired    = saying{"lost records before they were read", "lost records before they were read"}
	untested   = saying{"holds records that could not be tested", "hold records that could not be tested"}
)

func (s saying) of(shards int) string {
	if shards == 1 {
		return s.one
	}
	return s.several
}

func ofShard(code notice.Code) saying {
	switch code {
	case notice.Broken, notice.Opaque:
		return untested
	case notice.Interrupted, notice.Time:
		return unfinished
	case notice.Trimmed:
		return expired
	}
	return unreadable
}
