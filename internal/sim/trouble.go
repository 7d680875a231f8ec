package sim

import (
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"time"

	"kinspect/internal/local"
)

// throttled is the name of the refusal of who comes too fast.
const throttled = "ProvisionedThroughputExceededException"

// trouble is what goes wrong with the reader's calls, in percent of them where it
// is a chance.
type trouble struct {
	// Of pages:
	most                      int // records on a page, at the most; 0: as many as come
	empty, atTip, noNext, cut int
	noChildren                bool
	expire, stall, fail       int
	stallTimestamps           bool // an iterator AT_TIMESTAMP is never answered
	noNumbers                 bool // an iterator AT_SEQUENCE_NUMBER is refused
	// Of subscriptions:
	delay, hollow, pushedAtTip, breaks int
	// Of listings:
	listMost, expiry int
	stale            time.Duration
	lacks            string // a shard that no listing shows at first
	stretches        []stretch
}

// stretch is a time during which calls are refused.
type stretch struct {
	operation   string // empty: each that the reader makes
	shard       string // empty: of every shard
	refuse      string
	from, until time.Duration // since the reading began; until 0: for ever
}

func (s stretch) holds(c local.Call, since time.Duration) bool {
	reads := c.Operation == "GetRecords" || c.Operation == "SubscribeToShard"
	return (s.operation == "" || s.operation == c.Operation || s.operation == "GetRecords" && reads) && (s.shard == "" || s.shard == c.Shard) &&
		since >= s.from && (s.until == 0 || since < s.until)
}

// Troubled is when the last stretch of refusals that passes is over, since the
// reading began.
func (s *Story) Troubled() (until time.Duration) {
	for _, each := range s.trouble.stretches {
		until = max(until, each.until)
	}
	return until
}

// failuresMax is how many calls in a row fail at the most where the failures are
// passing ones.
const failuresMax = 3

// lacksMax is how long a shard is lacking, unless the reader begins before.
const lacksMax = time.Second

// luck draws what happens to each call of an operation for a shard, in an order of
// their own, so that it is the same however the shards take turns.
type luck struct {
	story *Story
	mu    sync.Mutex
	each  map[string]*dice
	reads bool // the reader has begun to
}

// dice are thrown for the calls of one operation for one shard.
type dice struct {
	*rand.Rand
	failures int  // in a row
	tokens   int  // that expired
	noNext   bool // was the last
}

func newLuck(s *Story) *luck { return &luck{story: s, each: map[string]*dice{}} }

func (l *luck) dice(c local.Call) *dice {
	key := c.Operation + c.Shard
	if l.each[key] == nil {
		h := fnv.New64a()
		_, _ = h.Write([]byte(key))
		l.each[key] = &dice{Rand: rand.New(rand.NewPCG(l.story.Seed, h.Sum64()))}
	}
	return l.each[key]
}

// fault is what happens to a call.
func (p *Play) fault(c local.Call) local.Fault {
	if c.Operation == "DescribeStreamSummary" && p.Undescribed {
		return local.Fault{Refuse: "AccessDeniedException"}
	}
	switch c.Operation {
	case "PutRecord":
		return p.next
	case "GetRecords", "SubscribeToShard", "GetShardIterator", "ListShards", "DescribeStreamSummary":
		p.conduct.asks(c)
		f := p.luck.throw(c, p.Now()-p.began)
		p.conduct.orders(f)
		return f
	}
	return local.Fault{}
}

// throw draws what happens to a call so long after the reading began.
func (l *luck) throw(c local.Call, since time.Duration) local.Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.story.trouble.stretches {
		if s.holds(c, since) {
			return local.Fault{Refuse: s.refuse}
		}
	}
	d := l.dice(c)
	f := l.story.trouble.throw(d, c)
	if c.Operation == "ListShards" && !l.reads && since < lacksMax {
		f.Without = l.story.trouble.lacks
	}
	l.reads = l.reads || c.Operation == "GetRecords" || c.Operation == "SubscribeToShard"
	if f.Refuse != "" || f.Stall || f.Cut {
		if d.failures++; d.failures > failuresMax {
			f = local.Fault{NoChildren: f.NoChildren}
		}
	}
	if f.Refuse == "" && !f.Stall && !f.Cut {
		d.failures = 0
	}
	f.NoNext = f.NoNext && !d.noNext
	d.noNext = f.NoNext
	return f
}

func (t *trouble) throw(d *dice, c local.Call) local.Fault {
	f := local.Fault{Most: t.most, NoChildren: t.noChildren}
	if c.Operation == "ListShards" {
		f.Most = t.listMost
	}
	has := func(percent int) bool { return d.IntN(100) < percent }
	switch {
	case c.Operation == "GetShardIterator" && c.IteratorType == "AT_TIMESTAMP" && t.stallTimestamps:
		return local.Fault{Stall: true}
	case c.Operation == "GetShardIterator" && c.IteratorType == "AT_SEQUENCE_NUMBER" && t.noNumbers:
		return local.Fault{Refuse: "InvalidArgumentException", Message: "StartingSequenceNumber is not one to begin at."}
	case has(t.fail):
		f.Refuse = []string{"InternalFailure", "ServiceUnavailable", throttled}[d.IntN(3)]
	case has(t.stall):
		f.Stall = true
	case c.Operation == "SubscribeToShard":
		f.Push = t.push(d.Uint64())
	case c.Operation == "GetRecords":
		f.AtTip = has(t.atTip)
		switch {
		case has(t.expire):
			f.Refuse = "ExpiredIteratorException"
		case has(t.cut):
			f.Cut = true
		case has(t.noNext):
			f.NoNext = true
		case has(t.empty):
			f.Empty = true
		}
	case c.Operation == "ListShards":
		f.Stale = t.stale
		if has(t.expiry) && d.tokens < failuresMax {
			d.tokens++
			f.Refuse = "ExpiredNextTokenException"
		}
	}
	return f
}
