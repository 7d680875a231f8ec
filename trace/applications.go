package trace

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kinspect/internal/audience"
	"kinspect/internal/lease"
	"kinspect/internal/services"
	"kinspect/internal/shard"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// comparedMax bounds how many matches are compared with each lease table.
const comparedMax = 20

// applications compares the matches with the leases of applications of the KCL. Where
// nothing was found there is nothing to compare.
func (s *search) applications(ctx context.Context, r receipt.Receipt) (all []audience.Consumer) {
	if r.Verdict != receipt.Found || len(r.Matches) == 0 || len(s.LeaseTables) == 0 {
		return nil
	}
	keys := services.LeaseKeys(s.before)
	shards, err := s.shardsNow(ctx)
	for _, table := range s.LeaseTables {
		if err != nil {
			all = append(all, audience.Consumer{Kind: audience.KCL, Name: table, NotChecked: services.Why(err)})
			continue
		}
		rows := s.Services.Leases(table, keys)
		all = append(all, application(table, r.Matches, func(m receipt.Match) (audience.Position, error) {
			return lease.Judge(asked(m), shards, keys, func(id string) (lease.Lease, bool, error) { return rows.Of(ctx, id) })
		}))
	}
	return all
}

// listingMax is how long the shards may take to be listed for what stands beside a
// verdict.
const listingMax = 10 * time.Second

// shardsNow lists the shards as they are when the leases are read: since the search began
// some may have closed.
func (s *search) shardsNow(ctx context.Context) (shard.Lineage, error) {
	bounded, end := s.client.Within(ctx, listingMax)
	defer end()
	listed, err := s.client.ListShards(bounded)
	if err != nil && ctx.Err() == nil && bounded.Err() != nil {
		return nil, errors.New("the shards were not listed in time (kinesis:ListShards)")
	}
	return s.past.lineage(listed), err
}

// asked is a match as one asks the KCL after it.
func asked(m receipt.Match) lease.Event {
	e := lease.Event{ShardID: m.ShardID, Number: m.SequenceNumber, Sub: m.SubSequenceNumber}
	if m.Undeliverable() {
		e.Undeliverable = m.DeliverableReason
	}
	return e
}

// application is what one table tells of the matches.
func application(table string, matches []receipt.Match, judge func(receipt.Match) (audience.Position, error)) audience.Consumer {
	c := audience.Consumer{Kind: audience.KCL, Name: table}
	for i, m := range matches[:min(len(matches), comparedMax)] {
		p, err := judge(m)
		if err != nil {
			return audience.Consumer{Kind: audience.KCL, Name: table, NotChecked: services.Why(err)}
		}
		c.Positions = append(c.Positions, p)
		c.Tells = append(c.Tells, telling(p, i, len(matches))...)
	}
	if len(matches) > comparedMax {
		c.Tells = append(c.Tells, fmt.Sprintf("only the first %d of %s copies were compared", comparedMax, term.Number(len(matches))))
	}
	if caveat := lease.Caveat(c.Positions); caveat != "" {
		c.Tells = append(c.Tells, caveat)
	}
	return c
}

// telling says a position in words, and of which copy it is where there are several.
func telling(p audience.Position, i, of int) []string {
	text := p.Text
	if of > 1 {
		text = fmt.Sprintf("copy %d: %s", i+1, text)
	}
	return append([]string{text}, p.Notes...)
}
