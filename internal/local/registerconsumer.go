package local

import (
	"slices"
	"strings"
	"time"
)

type consumerOutput struct {
	ConsumerARN               string
	ConsumerCreationTimestamp epoch
	ConsumerName              string
	ConsumerStatus            string
	StreamARN                 string `json:",omitempty"` // only where one consumer is described
}

func (s *Server) consumerOutput(t *stream, c *consumer, now time.Time) consumerOutput {
	return consumerOutput{
		ConsumerARN:               s.consumerARN(t, c),
		ConsumerCreationTimestamp: epochOf(c.created),
		ConsumerName:              c.name,
		ConsumerStatus:            c.status(now),
	}
}

type registerConsumerInput struct {
	StreamARN    string
	ConsumerName string
}

func (s *Server) registerStreamConsumer(now time.Time, in *registerConsumerInput) (any, error) {
	var v violations
	v.name(in.ConsumerName, "consumerName")
	v.required(in.StreamARN, "streamARN")
	if err := v.err(); err != nil {
		return nil, err
	}
	t, err := s.find(streamRef{StreamARN: in.StreamARN}, now)
	if err != nil {
		return nil, err
	}
	if err := s.admitConsumerCall(t, &t.consumerCalls.register, consumerCallsRate, now); err != nil {
		return nil, err
	}
	if state := t.status(now); state == creating || state == deleting {
		return nil, s.notActive(t.name, state)
	}
	if err := s.checkConsumers(t, in.ConsumerName, now); err != nil {
		return nil, err
	}
	c := &consumer{name: in.ConsumerName, created: now, busy: creating, busyUntil: now.Add(s.transition)}
	i, _ := slices.BinarySearchFunc(t.consumers, c, func(a, b *consumer) int { return strings.Compare(a.name, b.name) })
	t.consumers = slices.Insert(t.consumers, i, c)
	return map[string]any{"Consumer": s.consumerOutput(t, c, now)}, nil
}

// checkConsumers says whether the stream can have one more consumer of that
// name.
func (s *Server) checkConsumers(t *stream, name string, now time.Time) error {
	registered, inMaking := t.registered(now), 0
	for _, c := range registered {
		if c.name == name {
			return inUse("Consumer %s of stream %s under account %s already exists.", name, t.name, s.account)
		}
		if c.status(now) == creating {
			inMaking++
		}
	}
	switch {
	case len(registered) >= consumersPerStream:
		return limitExceeded("Stream %s under account %s has %d consumers already, the most that a stream can have.",
			t.name, s.account, consumersPerStream)
	case inMaking >= consumersInMaking:
		return limitExceeded("Stream %s under account %s has %d consumers in CREATING status, the most there can be at a time.",
			t.name, s.account, consumersInMaking)
	}
	return nil
}

type describeConsumerInput struct{ consumerRef }

func (s *Server) describeStreamConsumer(now time.Time, in *describeConsumerInput) (any, error) {
	t, c, err := s.consumer(&in.consumerRef, now)
	if err != nil {
		return nil, err
	}
	if err := s.admitConsumerCall(t, &t.consumerCalls.describe, describeConsumerRate, now); err != nil {
		return nil, err
	}
	out := s.consumerOutput(t, c, now)
	out.StreamARN = s.arn(t.name)
	return map[string]any{"ConsumerDescription": out}, nil
}

type deregisterConsumerInput struct{ consumerRef }

func (s *Server) deregisterStreamConsumer(now time.Time, in *deregisterConsumerInput) (any, error) {
	t, c, err := s.consumer(&in.consumerRef, now)
	if err != nil {
		return nil, err
	}
	if err := s.admitConsumerCall(t, &t.consumerCalls.deregister, consumerCallsRate, now); err != nil {
		return nil, err
	}
	if c.status(now) != deleting {
		c.busy, c.busyUntil = deleting, now.Add(s.transition)
	}
	return nil, nil
}
