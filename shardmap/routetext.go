package shardmap

import (
	"fmt"
	"iter"
	"slices"

	"kinspect/internal/term"
)

// routes prints a paragraph a key, and at the end on what it all rests.
func (p page) routes(m *Map, keys iter.Seq2[Key, error]) error {
	predicted := false
	err := m.eachRoute(keys, func(r Route) error {
		p.route(r)
		predicted = predicted || r.PartitionKey != nil && len(r.Shards) > 0
		return nil
	})
	if predicted {
		p.line("This holds unless a producer sets an explicit hash key, as the KPL always does.")
	}
	return err
}

// route prints the newest shard first: what takes the key now is asked most.
func (p page) route(r Route) {
	if r.PartitionKey != nil {
		p.line(p.out.Key(term.EscapeLine(*r.PartitionKey)), "  hash key ", r.HashKey)
	} else {
		p.line("hash key ", p.out.Key(r.HashKey))
	}
	for _, o := range slices.Backward(r.Shards) {
		p.line(fmt.Sprintf("  %-6s  ", o.label(r.ShardID)), p.out.ShardID(term.EscapeLine(o.ShardID)), "  ",
			p.out.Time(span(o.state, o.From, o.Until)))
	}
	p.caveats("  ", r.Caveats)
}

// label says what the shard is to the key, now being the shard that takes it.
func (o Owner) label(now string) string {
	switch {
	case o.ShardID == now:
		return "now"
	case o.state == coming:
		return "next"
	case o.state.takesWrites():
		return "also"
	}
	return "before"
}
