package local

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Limits of the consumers of a stream. Source: the service model's text on
// RegisterStreamConsumer, and for the rates
// https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
const (
	consumersPerStream = 20
	consumersCreating  = 5 // at once
	registersPerSecond = 5
	describesPerSecond = 20
	listsPerSecond     = 5
	// listedConsumersMax is how many ListStreamConsumers gives, unless asked for fewer.
	listedConsumersMax = 100
)

var (
	registersRate = rate{registersPerSecond, registersPerSecond}
	describesRate = rate{describesPerSecond, describesPerSecond}
	listsRate     = rate{listsPerSecond, listsPerSecond}
)

// consumer is one that is registered for enhanced fan-out.
type consumer struct {
	name      string
	created   time.Time
	busy      string // CREATING or DELETING
	busyUntil time.Time
	turns     map[int]*turn // by the index of the shard
}

// turn is a consumer at a shard.
type turn struct {
	subscribed time.Time     // the last success
	asked      bucket        // calls
	open       *subscription // the last one, if it is
}

func (c *consumer) status(now time.Time) string {
	if now.Before(c.busyUntil) {
		return c.busy
	}
	return active
}

func (c *consumer) gone(now time.Time) bool { return c.busy == deleting && !now.Before(c.busyUntil) }

func (c *consumer) turn(d *shard) *turn {
	if c.turns[d.index] == nil {
		c.turns[d.index] = &turn{}
	}
	return c.turns[d.index]
}

// registered are the stream's consumers, by name.
func (t *stream) registered(now time.Time) []*consumer {
	t.consumers = slices.DeleteFunc(t.consumers, func(c *consumer) bool { return c.gone(now) })
	return t.consumers
}

// asking is how often consumers were asked for of late.
type asking struct{ registers, deregisters, describes, lists bucket }

// admit spends a call about consumers, or refuses it.
func (s *Server) admit(b *bucket, r rate, now time.Time) error {
	if s.quotas && !b.fits(r, 1, now) {
		return limitExceeded("Rate exceeded for account %s.", s.account)
	}
	b.spend(r, 1, now)
	return nil
}

type consumerOutput struct {
	ConsumerARN               string
	ConsumerCreationTimestamp epoch
	ConsumerName              string
	ConsumerStatus            string
	StreamARN                 string `json:",omitempty"`
}

func (s *Server) output(t *stream, c *consumer, now time.Time) consumerOutput {
	return consumerOutput{
		ConsumerARN: s.consumerARN(t, c), ConsumerCreationTimestamp: epochOf(c.created), ConsumerName: c.name, ConsumerStatus: c.status(now),
	}
}

func (s *Server) consumerARN(t *stream, c *consumer) string {
	return fmt.Sprintf("%s/consumer/%s:%d", s.arn(t.name), c.name, c.created.Unix())
}

type consumerInput struct {
	StreamARN    string
	ConsumerName string
	ConsumerARN  string
}

func (s *Server) registerStreamConsumer(now time.Time, in *consumerInput) (any, error) {
	var v violations
	v.required(in.StreamARN, "streamARN")
	v.name(in.ConsumerName, "consumerName")
	if err := v.err(); err != nil {
		return nil, err
	}
	t, err := s.find(streamRef{StreamARN: in.StreamARN}, now)
	if err != nil {
		return nil, err
	}
	if err := s.admit(&t.asked.registers, registersRate, now); err != nil {
		return nil, err
	}
	creates := 0
	for _, c := range t.registered(now) {
		if c.name == in.ConsumerName {
			return nil, inUse("Consumer %s under stream %s already exists for account %s.", c.name, s.arn(t.name), s.account)
		}
		if c.status(now) == creating {
			creates++
		}
	}
	switch state := t.status(now); {
	case state == creating || state == deleting:
		return nil, s.notActive(t.name, state)
	case len(t.consumers) >= consumersPerStream:
		return nil, limitExceeded("This request would exceed the limit of %d registered consumers for stream %s.", consumersPerStream, s.arn(t.name))
	case creates >= consumersCreating:
		return nil, limitExceeded("Only %d consumers of stream %s can be in the CREATING state at the same time.", consumersCreating, s.arn(t.name))
	}
	c := &consumer{name: in.ConsumerName, created: now, busy: creating, busyUntil: now.Add(s.transition), turns: map[int]*turn{}}
	t.consumers = append(t.consumers, c)
	out := s.output(t, c, now)
	out.ConsumerStatus = creating // as AWS always answers
	return map[string]any{"Consumer": out}, nil
}

// consumer finds what a request names, by its ARN or by its stream's and its name.
func (s *Server) consumer(in *consumerInput, now time.Time) (*stream, *consumer, error) {
	streamARN, name := in.StreamARN, in.ConsumerName
	if in.ConsumerARN != "" {
		of, rest, _ := strings.Cut(in.ConsumerARN, "/consumer/")
		streamARN = of
		name, _, _ = strings.Cut(rest, ":")
	}
	if streamARN == "" || name == "" {
		return nil, nil, invalidArgument("Either ConsumerARN or both StreamARN and ConsumerName should be provided.")
	}
	t, err := s.find(streamRef{StreamARN: streamARN}, now)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range t.registered(now) {
		if c.name == name && (in.ConsumerARN == "" || in.ConsumerARN == s.consumerARN(t, c)) {
			return t, c, nil
		}
	}
	return nil, nil, notFound("Consumer %s not found under stream %s for account %s.", name, streamARN, s.account)
}

func (s *Server) describeStreamConsumer(now time.Time, in *consumerInput) (any, error) {
	t, c, err := s.consumer(in, now)
	if err != nil {
		return nil, err
	}
	if err := s.admit(&t.asked.describes, describesRate, now); err != nil {
		return nil, err
	}
	out := s.output(t, c, now)
	out.StreamARN = s.arn(t.name)
	return map[string]any{"ConsumerDescription": out}, nil
}

func (s *Server) deregisterStreamConsumer(now time.Time, in *consumerInput) (any, error) {
	t, c, err := s.consumer(in, now)
	if err != nil {
		return nil, err
	}
	if err := s.admit(&t.asked.deregisters, registersRate, now); err != nil {
		return nil, err
	}
	if c.status(now) != deleting {
		c.busy, c.busyUntil = deleting, now.Add(s.transition)
	}
	return nil, nil
}

type listConsumersInput struct {
	StreamARN               string
	MaxResults              *int
	NextToken               string
	StreamCreationTimestamp *epoch
}

// consumersToken goes on with a listing behind a name.
type consumersToken struct {
	Stream string `json:"t"`
	After  string `json:"a"`
	Issued int64  `json:"i"` // in milliseconds since 1970
}

type listConsumersOutput struct {
	Consumers []consumerOutput
	NextToken string `json:",omitempty"`
}

func (s *Server) listStreamConsumers(now time.Time, in *listConsumersInput) (any, error) {
	var v violations
	v.limit(in.MaxResults, "maxResults", askedForMax)
	v.required(in.StreamARN, "streamARN")
	if err := v.err(); err != nil {
		return nil, err
	}
	t, err := s.find(streamRef{StreamARN: in.StreamARN}, now)
	if err != nil {
		return nil, err
	}
	if err := s.admit(&t.asked.lists, listsRate, now); err != nil {
		return nil, err
	}
	if in.StreamCreationTimestamp != nil && int64(*in.StreamCreationTimestamp)/1000 != t.created.Unix() {
		return nil, s.noStream(t.name)
	}
	var token consumersToken
	switch {
	case in.NextToken == "":
	case !unseal(in.NextToken, &token) || token.Stream != t.name:
		return nil, invalidArgument("Invalid NextToken.")
	case now.Sub(time.UnixMilli(token.Issued)) > tokenLifetime:
		return nil, failure("ExpiredNextTokenException", "NextToken has expired.")
	}
	all := slices.SortedFunc(slices.Values(t.registered(now)), func(a, b *consumer) int { return cmp.Compare(a.name, b.name) })
	all = slices.DeleteFunc(all, func(c *consumer) bool { return c.name <= token.After })
	page, more := cut(all, in.MaxResults, listedConsumersMax)
	out := listConsumersOutput{Consumers: []consumerOutput{}}
	for _, c := range page {
		out.Consumers = append(out.Consumers, s.output(t, c, now))
	}
	if more {
		out.NextToken = seal(consumersToken{t.name, page[len(page)-1].name, now.UnixMilli()})
	}
	return out, nil
}
