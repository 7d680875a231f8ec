package stream

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
)

const (
	// namesPerPage is what one call is asked for; AWS takes up to 10,000.
	//
	// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreams.html
	namesPerPage = 1000
	// namePagesMax bounds the calls for the names: it is people who read them.
	namePagesMax = 10
)

// ListStreams returns the names of the account's streams in the client's region,
// up to 10,000 of them, in order. Its calls are made once each; their end is the
// context's.
func (c *Client) ListStreams(ctx context.Context) ([]string, error) {
	in := &kinesis.ListStreamsInput{Limit: aws.Int32(namesPerPage)}
	var names []string
	for range namePagesMax {
		out, err := call(ctx, c, operation{"ListStreams", "the account's streams"}, callTimeout, func(ctx context.Context) (*kinesis.ListStreamsOutput, error) {
			return c.api.ListStreams(ctx, in)
		})
		if err != nil {
			return names, err
		}
		names = append(names, out.StreamNames...)
		if !aws.ToBool(out.HasMoreStreams) || len(out.StreamNames) == 0 {
			break
		}
		in.ExclusiveStartStreamName = &names[len(names)-1] // every endpoint knows it; not all know the token
	}
	return names, nil
}
