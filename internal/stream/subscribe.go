package stream

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"kinspect/internal/position"
	"kinspect/internal/record"
)

// stalledMax is how long a subscription may bring nothing at all: AWS sends an empty
// event about every 5 s, and the KCL waits as long.
//
// https://github.com/awslabs/amazon-kinesis-client/blob/master/amazon-kinesis-client/src/main/java/software/amazon/kinesis/lifecycle/ShardConsumerSubscriber.java
const stalledMax = 35 * time.Second

// receiveMax is how much of a subscription HTTP/2 takes in before we ask for it, in
// bytes. The 2 MiB/s of a shard fill it in an eighth of a second, longer than most ways
// there and back take; a thousand shards that wait for memory hold 256 MiB of it.
const receiveMax = 256 << 10

// Subscription pushes the records of a shard to a registered consumer, for 5 minutes at
// the most. Each of its pages is one event. It is not safe for concurrent use.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html
type Subscription struct {
	// AskedAt is the server's time, at the least, when it was asked for.
	AskedAt time.Time

	client *Client
	what   operation
	events *kinesis.SubscribeToShardEventStream
	frames *frames
	pushed *pushedProtocol
	cancel context.CancelCauseFunc
	heard  time.Time // when it brought anything
}

// errOverdue is a subscription that was not granted in time.
var errOverdue = context.DeadlineExceeded

// Subscribe begins to push a shard's records, from the position on, to a consumer by its
// ARN. It tries once; the context is the whole subscription's. A shard allows a consumer
// one call a second, and none for 5 s after one that succeeded. Close ends it.
func (c *Client) Subscribe(ctx context.Context, consumer, shardID string, p position.Position) (*Subscription, error) {
	s := &Subscription{AskedAt: c.Clock.Now(), client: c, what: operation{"SubscribeToShard", shardID}}
	subscribed, cancel := context.WithCancelCause(ctx)
	overdue := time.AfterFunc(callTimeout, func() { cancel(errOverdue) })
	wire := &framing{next: clockedClient{c.pushing, c.Clock}}
	pushed := &pushedProtocol{protocol: newProtocol(), shardID: shardID} // one that is shared has a buffer which all subscriptions write
	out, err := c.api.SubscribeToShard(subscribed, &kinesis.SubscribeToShardInput{
		ConsumerARN: &consumer, ShardId: &shardID, StartingPosition: startingPosition(p),
	}, func(o *kinesis.Options) {
		o.HTTPClient = wire
		o.Protocol = pushed
	})
	if !overdue.Stop() {
		if err == nil {
			_ = out.GetStream().Close()
		}
		err = errOverdue
	}
	err = s.what.failure(ctx, err)
	c.cost.call(err)
	if answered(err) {
		c.reached.Store(true)
	}
	if err != nil {
		cancel(nil)
		return nil, err
	}
	s.events, s.frames, s.pushed, s.cancel, s.heard = out.GetStream(), wire.frames, pushed, cancel, time.Now()
	return s, nil
}

func startingPosition(p position.Position) *types.StartingPosition {
	at := &types.StartingPosition{Type: types.ShardIteratorType(p.Kind)}
	switch p.Kind {
	case position.AtTimestamp:
		at.Timestamp = &p.Time
	case position.AtSequenceNumber, position.AfterSequenceNumber:
		at.SequenceNumber = aws.String(string(p.SequenceNumber))
	}
	return at
}

// ErrWoken is that no page came before a subscription's reader was woken.
var ErrWoken = errors.New("woken")

// Next waits for the next event. Before it takes one in, of so many bytes on the wire,
// it asks for leave. Until then, whatever comes on wake ends the waiting with ErrWoken.
// Other errors are the context's, that of leave, or an *Error: Over where the
// subscription came to its end, Unavailable where it stalled, or what the service said;
// after these nothing more will come.
func (s *Subscription) Next(ctx context.Context, wake <-chan struct{}, leave Leave, take record.Take) (Page, error) {
	stalled := time.NewTimer(time.Until(s.heard.Add(stalledMax)))
	defer stalled.Stop()
	for sizes := s.frames.sizes; ; {
		select {
		case size := <-sizes:
			if err := leave(ctx, size); err != nil {
				return Page{}, err
			}
			wake, sizes = nil, nil // the event takes its memory from here on, and no other until it is handled
			s.pushed.take = take
			s.frames.let <- struct{}{}
			s.heard = time.Now()
			stalled.Reset(stalledMax)
		case event, more := <-s.events.Events():
			if !more {
				return Page{}, s.over()
			}
			if _, known := event.(*types.SubscribeToShardEventStreamMemberSubscribeToShardEvent); known {
				return s.client.page(s.pushed.page, s.AskedAt)
			}
			return Page{}, ErrWoken // an event of a kind that we do not know, whose memory is free again
		case <-wake:
			return Page{}, ErrWoken
		case <-ctx.Done():
			return Page{}, ctx.Err()
		case <-stalled.C:
			if len(s.frames.arrived) > 0 { // while nobody asked for it
				stalled.Reset(stalledMax)
				continue
			}
			return Page{}, s.what.failure(ctx, context.DeadlineExceeded)
		}
	}
}

// over says how the subscription ended. A connection that was dropped looks as if its
// time was up.
func (s *Subscription) over() error {
	if err := s.events.Err(); err != nil && !errors.Is(err, io.EOF) {
		return s.what.failure(context.Background(), err)
	}
	return &Error{Action: "kinesis:" + s.what.name, Subject: s.what.subject, Problem: Over, Err: io.EOF}
}

// Close ends the subscription.
func (s *Subscription) Close() {
	s.cancel(nil)
	_ = s.events.Close()
}

// pushing is the HTTP client for subscriptions: HTTP/2 has them share connections.
func pushing(polling kinesis.HTTPClient) kinesis.HTTPClient {
	built, ours := polling.(*awshttp.BuildableClient)
	if !ours {
		return polling
	}
	return built.WithTransportOptions(func(t *http.Transport) {
		t.Protocols = new(http.Protocols)
		t.Protocols.SetHTTP1(true)
		t.Protocols.SetHTTP2(true)
		t.HTTP2 = &http.HTTP2Config{MaxReceiveBufferPerStream: receiveMax}
	})
}
