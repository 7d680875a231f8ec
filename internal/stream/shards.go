package stream

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"kinspect/internal/record"
	"kinspect/internal/shard"
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

func rangeOf(r *types.HashKeyRange) (shard.Range, error) {
	if r == nil {
		return shard.Range{}, errors.New("a shard without a hash key range")
	}
	start, err := shard.ParseHashKey(aws.ToString(r.StartingHashKey))
	if err != nil {
		return shard.Range{}, err
	}
	end, err := shard.ParseHashKey(aws.ToString(r.EndingHashKey))
	return shard.Range{Start: start, End: end}, err
}

// childrenOf reads the shards that a page names at the end of its own.
func childrenOf(children []types.ChildShard) ([]shard.Shard, error) {
	var all []shard.Shard
	for _, child := range children {
		r, err := rangeOf(child.HashKeyRange)
		if err != nil {
			return nil, err
		}
		s := shard.Shard{ID: aws.ToString(child.ShardId), Range: r}
		if len(child.ParentShards) > 0 {
			s.Parent = child.ParentShards[0]
		}
		if len(child.ParentShards) > 1 {
			s.AdjacentParent = child.ParentShards[1]
		}
		all = append(all, s)
	}
	return all, nil
}
