package local

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Limits of a stream's consumers. Source: the service model's text on
// RegisterStreamConsumer.
const (
	consumersPerStream = 20
	consumersInMaking  = 5 // CREATING at the same time
)

// consumerARNPattern is the service model's.
var consumerARNPattern = pattern(`^(arn):aws.*:kinesis:.*:\d{12}:.*stream\/[a-zA-Z0-9_.-]+\/consumer\/[a-zA-Z0-9_.-]+:[0-9]+`)

// consumer is a registered reader of a stream with throughput of its own.
type consumer struct {
	name      string
	created   time.Time
	busy      string        // CREATING or DELETING
	busyUntil time.Time     // from then on the consumer is ACTIVE, or gone
	turns     map[int]*turn // by the index of the shard
}

// turn is a consumer at a shard.
type turn struct {
	subscribed time.Time     // the last success
	asked      bucket        // calls
	open       *subscription // the last one
}

func (c *consumer) turn(d *shard) *turn {
	if c.turns == nil {
		c.turns = map[int]*turn{}
	}
	if c.turns[d.index] == nil {
		c.turns[d.index] = &turn{}
	}
	return c.turns[d.index]
}

func (c *consumer) status(now time.Time) string {
	if now.Before(c.busyUntil) {
		return c.busy
	}
	return active
}

func (c *consumer) gone(now time.Time) bool {
	return c.busy == deleting && !now.Before(c.busyUntil)
}

// registered are the stream's consumers, in the order of their names.
func (t *stream) registered(now time.Time) []*consumer {
	t.consumers = slices.DeleteFunc(t.consumers, func(c *consumer) bool { return c.gone(now) })
	return t.consumers
}

// consumer finds a consumer by its name; nil if the stream has none such.
func (t *stream) consumer(name string, now time.Time) *consumer {
	for _, c := range t.registered(now) {
		if c.name == name {
			return c
		}
	}
	return nil
}

// consumerARN ends in the second of the registration, so the next consumer of
// the same name has another.
func (s *Server) consumerARN(t *stream, c *consumer) string {
	return fmt.Sprintf("%s/consumer/%s:%d", s.arn(t.name), c.name, c.created.Unix())
}

// consumerRef names a consumer in a request, one way or the other.
type consumerRef struct {
	StreamARN    string
	ConsumerName string
	ConsumerARN  string
}

// about is the stream's and the consumer's name, as far as the request tells.
func (ref *consumerRef) about() (stream, name string) {
	path := ref.StreamARN
	if ref.ConsumerARN != "" {
		path = ref.ConsumerARN
	}
	_, path, _ = strings.Cut(path, ":stream/")
	stream, path, _ = strings.Cut(path, "/consumer/")
	if name, _, _ = strings.Cut(path, ":"); name == "" {
		name = ref.ConsumerName
	}
	return stream, name
}

func (ref *consumerRef) check() error {
	var v violations
	if ref.StreamARN != "" {
		v.matches(ref.StreamARN, "streamARN", arnPattern)
	}
	if ref.ConsumerName != "" {
		v.name(ref.ConsumerName, "consumerName")
	}
	if ref.ConsumerARN != "" {
		v.matches(ref.ConsumerARN, "consumerARN", consumerARNPattern)
	}
	if err := v.err(); err != nil {
		return err
	}
	if ref.ConsumerARN == "" && (ref.StreamARN == "" || ref.ConsumerName == "") {
		return invalidArgument("Either ConsumerARN or both StreamARN and ConsumerName should be provided.")
	}
	return nil
}

// consumer finds the consumer that a request names.
func (s *Server) consumer(ref *consumerRef, now time.Time) (*stream, *consumer, error) {
	if err := ref.check(); err != nil {
		return nil, nil, err
	}
	streamARN := ref.StreamARN
	if streamARN == "" {
		streamARN, _, _ = strings.Cut(ref.ConsumerARN, "/consumer/")
	}
	t, err := s.find(streamRef{StreamARN: streamARN}, now)
	if err != nil {
		return nil, nil, err
	}
	_, name := ref.about()
	c := t.consumer(name, now)
	switch {
	case c == nil, ref.ConsumerARN != "" && ref.ConsumerARN != s.consumerARN(t, c):
		return nil, nil, s.noConsumer(t, name)
	case ref.ConsumerName != "" && ref.ConsumerName != c.name:
		return nil, nil, invalidArgument("ConsumerARN %s and ConsumerName %s name different consumers.", ref.ConsumerARN, ref.ConsumerName)
	}
	return t, c, nil
}

func (s *Server) noConsumer(t *stream, name string) error {
	return notFound("Consumer %s of stream %s under account %s not found.", name, t.name, s.account)
}
