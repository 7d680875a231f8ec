package stream

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"kinspect/internal/record"
)

// Limits of PutRecords.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
const (
	PutRecordsMax = 500
	// PutBytesMax counts data and partition keys.
	PutBytesMax = 10 << 20
)

// PutEntry is one record to put.
type PutEntry struct {
	Data []byte
	// PartitionKey has 1 to 256 characters; empty for none, which a stream takes
	// that distributes by itself.
	PartitionKey string
	// ExplicitHashKey overrides the partition key's MD5; empty for none.
	ExplicitHashKey string
}

// PutResult is what became of one entry: a place in the stream, or an error of
// its own while others of the same call succeeded.
type PutResult struct {
	ShardID        string
	SequenceNumber record.SequenceNumber
	// ErrorCode is ProvisionedThroughputExceededException or InternalFailure.
	ErrorCode, ErrorMessage string
}

// PutRecords puts up to PutRecordsMax entries and PutBytesMax bytes in one call,
// once, and returns a result for each in their order. A call that was cut may
// have succeeded all the same.
func (c *Client) PutRecords(ctx context.Context, entries []PutEntry) ([]PutResult, error) {
	in := &kinesis.PutRecordsInput{StreamName: c.name, StreamARN: c.arn}
	for _, e := range entries {
		in.Records = append(in.Records, entryOf(e))
	}
	out, err := call(ctx, c, c.operation("PutRecords"), readTimeout, func(ctx context.Context) (*kinesis.PutRecordsOutput, error) {
		return c.api.PutRecords(ctx, in)
	})
	if err != nil {
		return nil, err
	}
	results := make([]PutResult, len(out.Records))
	for i, r := range out.Records {
		results[i] = PutResult{
			ShardID:        aws.ToString(r.ShardId),
			SequenceNumber: record.SequenceNumber(aws.ToString(r.SequenceNumber)),
			ErrorCode:      aws.ToString(r.ErrorCode),
			ErrorMessage:   aws.ToString(r.ErrorMessage),
		}
	}
	return results, nil
}

func entryOf(e PutEntry) types.PutRecordsRequestEntry {
	entry := types.PutRecordsRequestEntry{Data: e.Data}
	if e.PartitionKey != "" {
		entry.PartitionKey = &e.PartitionKey
	}
	if entry.Data == nil {
		entry.Data = []byte{} // the member is required; empty data is allowed
	}
	if e.ExplicitHashKey != "" {
		entry.ExplicitHashKey = &e.ExplicitHashKey
	}
	return entry
}
