package services

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/firehose"
	"github.com/aws/aws-sdk-go-v2/service/firehose/types"

	"kinspect/internal/audience"
)

const (
	listDeliveryStreams    = "firehose:ListDeliveryStreams"
	describeDeliveryStream = "firehose:DescribeDeliveryStream"
	// deliveryStreamsPage is the most that one list gives.
	//
	// https://docs.aws.amazon.com/firehose/latest/APIReference/API_ListDeliveryStreams.html
	deliveryStreamsPage = 10000
)

// deliveryStreams are those that read a stream, and the error why not all of them are.
func (s *Services) deliveryStreams(ctx context.Context, streamARN string) (all []audience.DeliveryStream, err error) {
	if s == nil {
		return nil, s.reachable("Firehose", "", nil)
	}
	client := firehose.NewFromConfig(s.cfg)
	if err := s.reachable("Firehose", "AWS_ENDPOINT_URL_FIREHOSE", client.Options().BaseEndpoint); err != nil {
		return nil, err
	}
	t := &turns{}
	names, err := deliveryStreamNames(ctx, client, t)
	if err != nil {
		return nil, err
	}
	described, err := describe(ctx, t, names, func(ctx context.Context, name string) (types.DeliveryStreamDescription, error) {
		out, err := ask(ctx, describeDeliveryStream, name, func(ctx context.Context) (*firehose.DescribeDeliveryStreamOutput, error) {
			return client.DescribeDeliveryStream(ctx, &firehose.DescribeDeliveryStreamInput{DeliveryStreamName: &name})
		})
		if err != nil || out.DeliveryStreamDescription == nil {
			return types.DeliveryStreamDescription{}, err
		}
		return *out.DeliveryStreamDescription, nil
	})
	for _, d := range described {
		if d.Source == nil || d.Source.KinesisStreamSourceDescription == nil || aws.ToString(d.Source.KinesisStreamSourceDescription.KinesisStreamARN) != streamARN {
			continue
		}
		all = append(all, deliveryStream(d))
	}
	return all, err
}

// deliveryStreamNames are those of all that read some stream.
func deliveryStreamNames(ctx context.Context, client *firehose.Client, t *turns) (names []string, err error) {
	in := &firehose.ListDeliveryStreamsInput{DeliveryStreamType: types.DeliveryStreamTypeKinesisStreamAsSource, Limit: aws.Int32(deliveryStreamsPage)}
	for {
		if err := t.next(ctx); err != nil {
			return nil, err
		}
		out, err := ask(ctx, listDeliveryStreams, "", func(ctx context.Context) (*firehose.ListDeliveryStreamsOutput, error) {
			return client.ListDeliveryStreams(ctx, in)
		})
		if err != nil {
			return nil, err
		}
		names = append(names, out.DeliveryStreamNames...)
		if len(out.DeliveryStreamNames) == 0 || !aws.ToBool(out.HasMoreDeliveryStreams) {
			return names, nil
		}
		in.ExclusiveStartDeliveryStreamName = &names[len(names)-1]
	}
}

// deliveryStream is one without the SDK's types.
func deliveryStream(d types.DeliveryStreamDescription) audience.DeliveryStream {
	taken := audience.DeliveryStream{
		Name: aws.ToString(d.DeliveryStreamName), ARN: aws.ToString(d.DeliveryStreamARN), Status: string(d.DeliveryStreamStatus),
		StartedAt: aws.ToTime(d.Source.KinesisStreamSourceDescription.DeliveryStartTimestamp),
	}
	if d.FailureDescription != nil {
		taken.Failure = aws.ToString(d.FailureDescription.Details)
	}
	return taken
}
