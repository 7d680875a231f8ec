package local

import (
	"slices"
	"time"
)

// consumersPageMax is the most that ListStreamConsumers gives at once, also
// when asked for more. Source: its text in the service model.
const consumersPageMax = 100

type listConsumersInput struct {
	StreamARN               string
	NextToken               string
	MaxResults              *int
	StreamCreationTimestamp *epoch
}

// consumersToken is a listing under way; a NextToken carries it.
type consumersToken struct {
	Stream   string // its name
	Consumer string // the name of the last one given
	Issued   int64  // in milliseconds since 1970
}

type listConsumersOutput struct {
	Consumers []consumerOutput
	NextToken string `json:",omitempty"`
}

func (s *Server) listStreamConsumers(now time.Time, in *listConsumersInput) (any, error) {
	var v violations
	v.required(in.StreamARN, "streamARN")
	v.limit(in.MaxResults, "maxResults", askedForMax)
	if err := v.err(); err != nil {
		return nil, err
	}
	t, err := s.find(streamRef{StreamARN: in.StreamARN}, now)
	if err != nil {
		return nil, err
	}
	if err := s.admitConsumerCall(t, &t.consumerCalls.list, consumerCallsRate, now); err != nil {
		return nil, err
	}
	if at := in.StreamCreationTimestamp; at != nil && *at/1000 != epochOf(t.created)/1000 {
		return nil, s.noStream(t.name)
	}
	after, err := in.after(t, now)
	if err != nil {
		return nil, err
	}
	later := slices.DeleteFunc(slices.Clone(t.registered(now)), func(c *consumer) bool { return c.name <= after })
	page, more := cut(later, in.MaxResults, consumersPageMax)
	out := listConsumersOutput{Consumers: []consumerOutput{}}
	for _, c := range page {
		out.Consumers = append(out.Consumers, s.consumerOutput(t, c, now))
	}
	if more {
		out.NextToken = seal(consumersToken{t.name, page[len(page)-1].name, now.UnixMilli()})
	}
	return out, nil
}

// after is the name after which the listing goes on.
func (in *listConsumersInput) after(t *stream, now time.Time) (string, error) {
	if in.NextToken == "" {
		return "", nil
	}
	if in.StreamCreationTimestamp != nil {
		return "", invalidArgument("NextToken and StreamCreationTimestamp cannot be provided together.")
	}
	var token consumersToken
	if !unseal(in.NextToken, &token) || token.Consumer == "" || token.Stream != t.name {
		return "", invalidArgument("Invalid NextToken.")
	}
	return token.Consumer, tokenAlive(token.Issued, now)
}
