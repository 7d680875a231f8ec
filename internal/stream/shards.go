package stream

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/wire"
)

// ListShards returns all shards that the stream still lists, open and closed,
// of all pages and without a filter: AWS' filters are driven by the embedded
// times and err around a reshard.
func (c *Client) ListShards(ctx context.Context) (shard.Lineage, error) {
	for attempt := 1; ; attempt++ {
		shards, err := c.listPages(ctx)
		var failure *Error
		if attempt < attemptsMax && errors.As(err, &failure) && failure.Problem == TokenExpired {
			continue // begin anew
		}
		return shard.NewLineage(shards), err
	}
}

func (c *Client) listPages(ctx context.Context) ([]shard.Shard, error) {
	in := &kinesis.ListShardsInput{StreamName: c.name, StreamARN: c.arn}
	var all []shard.Shard
	for {
		out, err := persist(ctx, c, c.operation("ListShards"), func(ctx context.Context) (*kinesis.ListShardsOutput, error) {
			return c.api.ListShards(ctx, in)
		})
		if err != nil {
			return nil, err
		}
		for _, s := range out.Shards {
			listed, err := shardOf(s)
			if err != nil {
				return nil, err
			}
			all = append(all, listed)
		}
		if aws.ToString(out.NextToken) == "" {
			return all, nil
		}
		in = &kinesis.ListShardsInput{NextToken: out.NextToken} // a token goes alone
	}
}

func shardOf(s types.Shard) (shard.Shard, error) {
	r, err := rangeOf(s.HashKeyRange)
	if err != nil {
		return shard.Shard{}, err
	}
	listed := shard.Shard{
		ID:             aws.ToString(s.ShardId),
		Parent:         aws.ToString(s.ParentShardId),
		AdjacentParent: aws.ToString(s.AdjacentParentShardId),
		Range:          r,
	}
	if n := s.SequenceNumberRange; n != nil {
		listed.Starting = record.SequenceNumber(aws.ToString(n.StartingSequenceNumber))
		listed.Ending = record.SequenceNumber(aws.ToString(n.EndingSequenceNumber))
	}
	return listed, nil
}

var errNoRange = errors.New("a shard without a hash key range")

func rangeOf(r *types.HashKeyRange) (shard.Range, error) {
	if r == nil {
		return shard.Range{}, errNoRange
	}
	return hashKeys(aws.ToString(r.StartingHashKey), aws.ToString(r.EndingHashKey))
}

func hashKeys(starting, ending string) (shard.Range, error) {
	start, err := shard.ParseHashKey(starting)
	if err != nil {
		return shard.Range{}, err
	}
	end, err := shard.ParseHashKey(ending)
	return shard.Range{Start: start, End: end}, err
}

// childrenOf reads the shards that a page names at the end of its own.
func childrenOf(children []wire.Child) ([]shard.Shard, error) {
	var all []shard.Shard
	for _, child := range children {
		if child.Range == nil {
			return nil, errNoRange
		}
		r, err := hashKeys(child.Range.Starting, child.Range.Ending)
		if err != nil {
			return nil, err
		}
		s := shard.Shard{ID: child.ID, Range: r}
		if len(child.Parents) > 0 {
			s.Parent = child.Parents[0]
		}
		if len(child.Parents) > 1 {
			s.AdjacentParent = child.Parents[1]
		}
		all = append(all, s)
	}
	return all, nil
}
