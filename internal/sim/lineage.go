package sim

import (
	"math/big"
	"slices"
	"time"

	"kinspect/internal/record"
)

// listed is a shard as the endpoint lists it.
type listed struct {
	id, start, end string
	parents        []string
	closed         bool
	opened, ended  time.Time // as its sequence numbers tell
}

// all are the stream's shards, few enough for a page. The reader asks for them
// by another operation, with which things go wrong.
func (p *Play) all() []listed {
	out, _ := p.call("DescribeStream", Message{"StreamName": Stream})
	description, _ := out["StreamDescription"].(Message)
	each, _ := description["Shards"].([]any)
	shards := make([]listed, len(each))
	for i, m := range each {
		shards[i] = listedOf(m.(Message))
	}
	return shards
}

func listedOf(m Message) listed {
	hashes, numbers := m["HashKeyRange"].(Message), m["SequenceNumberRange"].(Message)
	s := listed{id: m["ShardId"].(string), start: hashes["StartingHashKey"].(string), end: hashes["EndingHashKey"].(string)}
	for _, name := range []string{"ParentShardId", "AdjacentParentShardId"} {
		if id, told := m[name].(string); told {
			s.parents = append(s.parents, id)
		}
	}
	if parts, told := record.SequenceNumber(numbers["StartingSequenceNumber"].(string)).Parts(); told {
		s.opened = parts.ShardCreatedAt
	}
	ending, closed := numbers["EndingSequenceNumber"].(string)
	if parts, told := record.SequenceNumber(ending).Parts(); closed && told {
		s.closed, s.ended = true, parts.At
	}
	return s
}

func (p *Play) open() []listed {
	return slices.DeleteFunc(p.all(), func(s listed) bool { return s.closed })
}

// middle is the hash key in the middle of a shard's range.
func middle(s listed) string {
	start, _ := new(big.Int).SetString(s.start, 10)
	end, _ := new(big.Int).SetString(s.end, 10)
	return start.Add(start, end).Rsh(start, 1).String()
}

// Hidden says in what place the event hides from a careless reader, or nothing:
// in a child, in a closed shard, or in one that was short-lived.
func (p *Play) Hidden() string {
	for _, t := range p.Told {
		if !t.Event {
			continue
		}
		for _, s := range p.all() {
			switch {
			case s.id != t.ShardID:
			case s.closed && s.ended.Sub(s.opened) < time.Minute:
				return "short-lived"
			case s.closed:
				return "closed"
			case len(s.parents) > 0:
				return "child"
			}
		}
	}
	return ""
}

// Parents are, by shard, those that it took over from.
func (p *Play) Parents() map[string][]string {
	parents := map[string][]string{}
	for _, s := range p.all() {
		parents[s.id] = s.parents
	}
	return parents
}
