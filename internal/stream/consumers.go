package stream

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

// Consumer is a consumer of enhanced fan-out that is registered on a stream.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ConsumerDescription.html
type Consumer struct {
	Name, ARN string
	// Status is CREATING, DELETING or ACTIVE, and only in the last can it read.
	Status    string
	CreatedAt time.Time
}

// The states of a consumer.
const (
	ConsumerCreating = string(types.ConsumerStatusCreating)
	ConsumerActive   = string(types.ConsumerStatusActive)
	ConsumerDeleting = string(types.ConsumerStatusDeleting)
)

// RegisterConsumer asks once for a consumer of that name, which may be CREATING for
// a while. One that is there already is InUse, as is all of a stream that is being
// changed; too many are Throttled, be it of the stream, CREATING, or a second.
func (c *Client) RegisterConsumer(ctx context.Context, streamARN, name string) (Consumer, error) {
	out, err := call(ctx, c, c.operation("RegisterStreamConsumer"), callTimeout, func(ctx context.Context) (*kinesis.RegisterStreamConsumerOutput, error) {
		return c.api.RegisterStreamConsumer(ctx, &kinesis.RegisterStreamConsumerInput{StreamARN: &streamARN, ConsumerName: &name})
	})
	if err != nil || out.Consumer == nil {
		return Consumer{}, err
	}
	return consumerOf(*out.Consumer), nil
}

// DescribeConsumer returns what a consumer is by now, or NotFound.
func (c *Client) DescribeConsumer(ctx context.Context, streamARN, name string) (Consumer, error) {
	out, err := persist(ctx, c, c.operation("DescribeStreamConsumer"), func(ctx context.Context) (*kinesis.DescribeStreamConsumerOutput, error) {
		return c.api.DescribeStreamConsumer(ctx, &kinesis.DescribeStreamConsumerInput{StreamARN: &streamARN, ConsumerName: &name})
	})
	if err != nil || out.ConsumerDescription == nil {
		return Consumer{}, err
	}
	d := out.ConsumerDescription
	return consumerOf(types.Consumer{
		ConsumerName: d.ConsumerName, ConsumerARN: d.ConsumerARN,
		ConsumerStatus: d.ConsumerStatus, ConsumerCreationTimestamp: d.ConsumerCreationTimestamp,
	}), nil
}

// ListConsumers lists all consumers that are registered on the stream.
func (c *Client) ListConsumers(ctx context.Context, streamARN string) ([]Consumer, error) {
	in, known := &kinesis.ListStreamConsumersInput{StreamARN: &streamARN}, map[string]bool{}
	var all []Consumer
	for {
		out, err := persist(ctx, c, c.operation("ListStreamConsumers"), func(ctx context.Context) (*kinesis.ListStreamConsumersOutput, error) {
			return c.api.ListStreamConsumers(ctx, in)
		})
		if err != nil {
			return all, err
		}
		before := len(all)
		for _, listed := range out.Consumers {
			if name := aws.ToString(listed.ConsumerName); !known[name] {
				known[name] = true
				all = append(all, consumerOf(listed))
			}
		}
		in.NextToken = out.NextToken
		if aws.ToString(out.NextToken) == "" || len(all) == before { // kinesis-local ends with a token
			return all, nil
		}
	}
}

// DeregisterConsumer asks once to remove a consumer, which may be DELETING for a
// while. One that is still CREATING is InUse, one that is gone NotFound.
func (c *Client) DeregisterConsumer(ctx context.Context, streamARN, name string) error {
	_, err := call(ctx, c, c.operation("DeregisterStreamConsumer"), callTimeout, func(ctx context.Context) (*kinesis.DeregisterStreamConsumerOutput, error) {
		return c.api.DeregisterStreamConsumer(ctx, &kinesis.DeregisterStreamConsumerInput{StreamARN: &streamARN, ConsumerName: &name})
	})
	return err
}

func consumerOf(c types.Consumer) Consumer {
	return Consumer{
		Name: aws.ToString(c.ConsumerName), ARN: aws.ToString(c.ConsumerARN),
		Status: string(c.ConsumerStatus), CreatedAt: aws.ToTime(c.ConsumerCreationTimestamp),
	}
}

// Unsupported tells that the endpoint does not know the operation.
func (e *Error) Unsupported() bool { return e.Code == "UnknownOperationException" }
