package sim

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"regexp"
	"sync"
	"time"

	"kinspect/internal/local"
)

// conduct is how the reader behaves towards a stream that others use.
type conduct struct {
	mu       sync.Mutex
	asked    map[string][]time.Time // by operation and shard
	opened   time.Time              // the first call for an iterator
	closest  time.Duration          // between two reads of a shard
	ordered  int                    // refusals for coming too fast that the story ordered
	refused  int                    // all such refusals
	breaches []string
}

func newConduct() *conduct {
	return &conduct{asked: map[string][]time.Time{}, closest: time.Hour}
}

// iteratorsPerSecond is what a shard grants.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html
const iteratorsPerSecond = 5

// asks notes a call.
func (c *conduct) asks(call local.Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if opens := call.Operation == "GetShardIterator" || call.Operation == "SubscribeToShard"; opens && c.opened.IsZero() {
		c.opened = call.Time
	}
	key := call.Operation + call.Shard
	last := c.asked[key]
	if n := len(last); n > 0 && call.Operation == "GetRecords" {
		c.closest = min(c.closest, call.Time.Sub(last[n-1]))
	}
	if n := len(last); n >= iteratorsPerSecond && call.Operation == "GetShardIterator" && call.Time.Sub(last[n-iteratorsPerSecond]) < time.Second {
		c.breaches = append(c.breaches, fmt.Sprintf("%s was asked for %d iterators within a second", call.Shard, iteratorsPerSecond+1))
	}
	c.asked[key] = append(last, call.Time)
}

// orders notes a refusal that the story ordered.
func (c *conduct) orders(f local.Fault) {
	if f.Refuse == throttled {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.ordered++
	}
}

// answered notes an answer.
func (c *conduct) answered(answer *httptest.ResponseRecorder) {
	if answer.Code == 400 && bytes.Contains(answer.Body.Bytes(), []byte(throttled)) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.refused++
	}
}

// untimely are the refusals of who subscribes more often than a consumer may.
var untimely = regexp.MustCompile(`"__type":"(LimitExceeded|ResourceInUse)Exception"`)

// pushed notes the refusal of a subscription.
func (c *conduct) pushed(text []byte) {
	if untimely.Match(text) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.breaches = append(c.breaches, fmt.Sprintf("a subscription was refused: %s", text))
	}
}

// Opened is when the reader first asked for an iterator.
func (p *Play) Opened() time.Time {
	p.conduct.mu.Lock()
	defer p.conduct.mu.Unlock()
	return p.conduct.opened
}

// Breaches says where the reader took more than its share of a shard's reads, or
// more than AWS grants.
func (p *Play) Breaches(share float64) []string {
	c := p.conduct
	c.mu.Lock()
	defer c.mu.Unlock()
	breaches := c.breaches
	if least := time.Duration(float64(time.Second)/(5*share)) - time.Millisecond; c.closest < least {
		breaches = append(breaches, fmt.Sprintf("a shard was read after %s, where the share allows for a read in %s", c.closest, least))
	}
	if c.refused > c.ordered {
		breaches = append(breaches, fmt.Sprintf("%d calls were refused by the quotas themselves", c.refused-c.ordered))
	}
	return breaches
}
