package shardmap

import (
	"fmt"
	"iter"
	"slices"

	"kinspect/internal/term"
)

// overrides is on what every prediction rests.
const overrides = "This holds unless a producer sets an explicit hash key, as the KPL always does."

// routes prints a paragraph a key, and at the end on what it all rests.
func (p page) routes(m *Map, keys iter.Seq2[Key, error]) error {
	predicted := false
	err := m.eachRoute(keys, func(r Route) error {
		p.route(m, r)
		predicted = predicted || r.PartitionKey != nil && len(r.Shards) > 0
		return nil
	})
	if predicted {
		p.paragraph("", overrides)
	}
	if m.unpredictable() == nil {
		p.caveats("", m.Caveats)
	}
	return err
}

// route prints the newest shard first: what takes the key now is asked most.
func (p page) route(m *Map, r Route) {
	if r.PartitionKey != nil {
		p.line(p.out.Key(term.EscapeLine(*r.PartitionKey)), "  hash key ", r.HashKey)
	} else {
		p.line("hash key ", p.out.Key(r.HashKey))
	}
	for _, o := range slices.Backward(r.Shards) {
		p.line(fmt.Sprintf("  %-6s  ", o.label(r.ShardID, m.At != nil)), p.out.ShardID(term.EscapeLine(o.ShardID)), "  ",
			p.out.Time(span(o.state, o.From, o.Until)))
	}
	for _, c := range r.Caveats {
		if c != caveatUndescribed { // that is said once, for all keys
			p.paragraph("  ", term.EscapeLine(c.Text))
		}
	}
}

// label says what the shard is to the key, taker being the one that takes it.
func (o Owner) label(taker string, past bool) string {
	switch {
	case o.ShardID == taker && past:
		return "then"
	case o.ShardID == taker:
		return "now"
	case o.state == coming:
		return "next"
	case o.state.takesWrites():
		return "also"
	}
	return "before"
}
