package report

import (
	"slices"

	"kinspect/internal/coverage"
	"kinspect/internal/notice"
	"kinspect/internal/shard"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// account is a shard's row in the table.
type account struct {
	ID, Opened, Closed, Records, UserRecords, Proof string
	Parents                                         []string
	Left                                            []omission
}

// omission is something that was left out of a shard, and when it arrived if that
// can be told.
type omission struct{ From, Until, Text, Code string }

func shards(r receipt.Receipt) []account {
	reasons := map[string][]notice.Notice{}
	for _, n := range r.Reasons {
		reasons[n.ShardID] = append(reasons[n.ShardID], n)
	}
	all := make([]account, 0, len(r.Coverage.Shards))
	for _, s := range r.Coverage.Shards {
		parents := make([]string, len(s.Parents))
		for i, id := range s.Parents {
			parents[i] = line(shard.Short(id))
		}
		all = append(all, account{
			ID: line(s.ShardID), Opened: when(s.OpenedAt), Closed: when(s.ClosedAt), Parents: parents,
			Records: term.Number(s.Records), UserRecords: term.Number(s.UserRecords), Proof: proof(r, s), Left: omitted(r, s, reasons[s.ShardID]),
		})
	}
	return all
}

// proof says in words how it is known that the shard was read to the window's end.
func proof(r receipt.Receipt, a coverage.Account) string {
	switch {
	case r.Stream.Capture:
		return none
	case a.Proof == nil && r.Verdict == receipt.Found:
		return "not needed"
	case a.Proof == nil:
		return "no proof"
	case a.Proof.Kind == coverage.End:
		return "end"
	case a.Proof.Kind == coverage.Tip:
		return "tip"
	case a.Proof.Kind == coverage.Number:
		return "number"
	case a.Proof.Kind == coverage.Foreign:
		return "foreign number"
	}
	return "later record"
}

// omitted is what of the shard was left out: its gaps, and what else the reasons
// hold against it.
func omitted(r receipt.Receipt, a coverage.Account, reasons []notice.Notice) (all []omission) {
	gaps := missing(r, a)
	for _, g := range gaps {
		all = append(all, omission{when(g.From), when(g.Until), line(g.Text), line(g.Code)})
	}
	for _, n := range reasons {
		gap := func(g coverage.Gap) bool { return g.Code == n.Code && g.Text == n.Text }
		if !slices.ContainsFunc(gaps, gap) {
			all = append(all, omission{Text: line(n.Text), Code: line(n.Code)})
		}
	}
	return all
}
