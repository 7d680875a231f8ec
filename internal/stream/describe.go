package stream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"kinspect/internal/shard"
)

// Summary is a stream without its shards.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StreamDescriptionSummary.html
type Summary struct {
	Name, ARN string
	// Account is the 12 digits of the ARN, and Region the ARN's, or else the one
	// that calls are signed for. A capture's endpoint makes all three up, so they
	// are empty for it.
	Account, Region string
	// Status is CREATING, DELETING, ACTIVE or UPDATING.
	Status    string
	CreatedAt time.Time
	// Retention is 24 h to 365 days.
	Retention time.Duration
	// Mode is PROVISIONED or ON_DEMAND, or empty where the endpoint does not say.
	Mode string
	// Distribution is the record distribution strategy, or empty where the endpoint
	// does not say. See DistributesItself.
	Distribution string
	Encryption   string
	Consumers    int
	// RecordBytesMax bounds data and partition key together: 1 MiB unless the
	// stream allows more, 10 MiB at the most.
	RecordBytesMax int
	// Denied is why the stream could not be described, or nil. Then Retention and
	// CreatedAt are the least that can be counted on, RecordBytesMax is the most that
	// there may be, and what else was not told is empty.
	Denied *Error
	// Shards are those that were listed instead, if that was not denied as well.
	Shards shard.Lineage
	// Capture tells that the stream was restored from a file of records: what is
	// not in it may have been in the stream all the same.
	Capture bool
}

// DistributesItself tells that no key chooses the shard, as far as was described.
func (s Summary) DistributesItself() bool { return s.Distribution == shard.AutoDistribution }

// KeysNameShards returns why the shards to read cannot be narrowed down to those that
// partition keys name, or nil.
func (s Summary) KeysNameShards() error {
	if s.DistributesItself() {
		return fmt.Errorf("stream %q distributes records by itself, so that a partition key names no shard", s.Name)
	}
	return nil
}

// captureHeader is how our own endpoint says that a stream is a capture.
const captureHeader = "X-Kinspect-Capture"

// What holds where the endpoint does not say: AWS' defaults, which are also the
// least that it allows.
const (
	recordBytesDefault = 1 << 20
	retentionDefault   = 24 * time.Hour
)

// Describe returns the stream's summary, or what holds without it where the
// permission for it is missing.
func (c *Client) Describe(ctx context.Context) (Summary, error) {
	out, err := persist(ctx, c, c.operation("DescribeStreamSummary"), func(ctx context.Context) (*kinesis.DescribeStreamSummaryOutput, error) {
		out, err := c.api.DescribeStreamSummary(ctx, &kinesis.DescribeStreamSummaryInput{StreamName: c.name, StreamARN: c.arn})
		if err == nil && out.StreamDescriptionSummary == nil {
			err = errNoKinesis
		}
		return out, err
	})
	var failed *Error
	switch {
	case errors.As(err, &failed) && failed.Problem == Denied:
		return c.undescribed(ctx, failed)
	case err != nil:
		return Summary{}, err
	}
	summary := summaryOf(out.StreamDescriptionSummary)
	summary.Region = cmp.Or(summary.Region, c.Region())
	if header(out.ResultMetadata, captureHeader) != "" {
		summary.Capture = true
		summary.ARN, summary.Account, summary.Region = "", "", ""
	}
	return summary, nil
}

// errNoKinesis is an endpoint that answers with JSON of its own.
var errNoKinesis = errors.New("what came back is no answer of Kinesis: the stream's description is missing")

// header is what stands in the header of a call's answer.
func header(answered middleware.Metadata, name string) string {
	if raw, ok := awsmiddleware.GetRawResponse(answered).(*smithyhttp.Response); ok {
		return raw.Header.Get(name)
	}
	return ""
}

func summaryOf(d *types.StreamDescriptionSummary) Summary {
	s := Summary{
		Name:           aws.ToString(d.StreamName),
		ARN:            aws.ToString(d.StreamARN),
		Status:         string(d.StreamStatus),
		CreatedAt:      aws.ToTime(d.StreamCreationTimestamp),
		Retention:      time.Duration(aws.ToInt32(d.RetentionPeriodHours)) * time.Hour,
		Encryption:     string(d.EncryptionType),
		Consumers:      int(aws.ToInt32(d.ConsumerCount)),
		RecordBytesMax: int(aws.ToInt32(d.MaxRecordSizeInKiB)) << 10,
		Distribution:   string(d.RecordDistributionStrategy),
	}
	if d.StreamModeDetails != nil {
		s.Mode = string(d.StreamModeDetails.StreamMode)
	}
	if s.RecordBytesMax == 0 {
		s.RecordBytesMax = recordBytesDefault
	}
	if s.Retention == 0 {
		s.Retention = retentionDefault
	}
	if parts := strings.Split(s.ARN, ":"); len(parts) > 4 {
		s.Region, s.Account = parts[3], parts[4]
	}
	return s
}

// operation names a call on the stream itself.
func (c *Client) operation(name string) operation {
	return operation{name, "stream " + c.displayName()}
}

// displayName is the stream's name also where its ARN was given.
func (c *Client) displayName() string {
	if c.name != nil {
		return *c.name
	}
	_, name, _ := strings.Cut(*c.arn, ":stream/")
	return name
}
