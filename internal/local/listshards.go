package local

import (
	"slices"
	"time"
)

// shardsPageMax is the most that ListShards gives at once, also when asked for
// more. Source: its text in the service model.
const shardsPageMax = 1000

// The types of a ShardFilter.
const (
	afterShardID    = "AFTER_SHARD_ID"
	atTrimHorizon   = "AT_TRIM_HORIZON"
	fromTrimHorizon = "FROM_TRIM_HORIZON"
	atLatest        = "AT_LATEST"
	atTimestamp     = "AT_TIMESTAMP"
	fromTimestamp   = "FROM_TIMESTAMP"
)

type shardFilter struct {
	Type      string
	ShardId   string
	Timestamp *epoch
}

type listShardsInput struct {
	suffering
	streamRef
	NextToken               string
	ExclusiveStartShardId   string
	MaxResults              *int
	ShardFilter             *shardFilter
	StreamCreationTimestamp *epoch
}

type shardOutput struct {
	AdjacentParentShardId string `json:",omitempty"`
	HashKeyRange          hashRangeOutput
	ParentShardId         string `json:",omitempty"`
	SequenceNumberRange   sequenceRangeOutput
	ShardId               string
}

type hashRangeOutput struct{ EndingHashKey, StartingHashKey string }

type sequenceRangeOutput struct {
	EndingSequenceNumber   string `json:",omitempty"`
	StartingSequenceNumber string
}

type listShardsOutput struct {
	NextToken string `json:",omitempty"`
	Shards    []shardOutput
}

func (s *Server) listShards(now time.Time, in *listShardsInput) (any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	token, err := s.listing(now, in)
	if err != nil {
		return nil, err
	}
	t, err := s.find(streamRef{StreamName: token.Stream}, now)
	if err != nil {
		return nil, err
	}
	if state := t.status(now); state == creating || state == deleting {
		return nil, s.notActive(t.name, state)
	}
	keep, err := t.filter(token.Filter, now)
	if err != nil {
		return nil, err
	}
	shards := slices.DeleteFunc(t.listed(now), func(d *shard) bool { return !keep(d) || in.fault.hides(d.opensAt, now) || d.id == in.fault.Without })
	page, more := cut(after(shards, token.After), in.fault.most(in.MaxResults), shardsPageMax)
	out := listShardsOutput{Shards: outputs(page)}
	for i, d := range page {
		if in.fault.hides(d.closedAt, now) {
			out.Shards[i].SequenceNumberRange.EndingSequenceNumber = ""
		}
	}
	if more {
		token.After, token.Issued = page[len(page)-1].id, now.UnixMilli()
		out.NextToken = seal(token)
	}
	return out, nil
}

func (in *listShardsInput) check() error {
	var v violations
	v.limit(in.MaxResults, "maxResults", askedForMax)
	if in.ExclusiveStartShardId != "" {
		v.name(in.ExclusiveStartShardId, "exclusiveStartShardId")
	}
	if in.ShardFilter != nil {
		v.oneOf(in.ShardFilter.Type, "shardFilter.type",
			afterShardID, atTrimHorizon, fromTrimHorizon, atLatest, atTimestamp, fromTimestamp)
	}
	return v.err()
}

// shardsToken is a listing under way; a NextToken carries it.
type shardsToken struct {
	Stream string       // its name
	After  string       // the id of the last shard given
	Filter *shardFilter // as first asked for
	Issued int64        // in milliseconds since 1970
}

// listing is the listing that a request begins or goes on with. AWS takes a
// stream's name or ARN beside a token, though its documentation says not.
func (s *Server) listing(now time.Time, in *listShardsInput) (*shardsToken, error) {
	if in.NextToken == "" {
		name, err := s.name(in.streamRef)
		return &shardsToken{Stream: name, After: in.ExclusiveStartShardId, Filter: in.ShardFilter}, err
	}
	switch {
	case in.ShardFilter != nil:
		return nil, invalidArgument("NextToken and ShardFilter cannot be provided together.")
	case in.ExclusiveStartShardId != "":
		return nil, invalidArgument("NextToken and ExclusiveStartShardId cannot be provided together.")
	case in.StreamCreationTimestamp != nil:
		return nil, invalidArgument("NextToken and StreamCreationTimestamp cannot be provided together.")
	}
	token := new(shardsToken)
	if !unseal(in.NextToken, token) || token.After == "" {
		return nil, invalidArgument("Invalid NextToken.")
	}
	return token, tokenAlive(token.Issued, now)
}

// filter says which of the listed shards to give.
func (t *stream) filter(f *shardFilter, now time.Time) (keep func(*shard) bool, err error) {
	if f == nil {
		return func(*shard) bool { return true }, nil
	}
	switch f.Type {
	case afterShardID:
		if f.ShardId == "" {
			return nil, invalidArgument("ShardFilter of type %s requires a ShardId.", f.Type)
		}
		return func(d *shard) bool { return d.id > f.ShardId }, nil
	case atLatest:
		return func(d *shard) bool { return !d.ended(now) }, nil
	case atTrimHorizon:
		horizon := t.trimHorizon(now)
		return func(d *shard) bool { return d.openAt(horizon) }, nil
	case atTimestamp, fromTimestamp:
		return t.filterTime(f, now)
	default:
		return func(*shard) bool { return true }, nil
	}
}

func (t *stream) filterTime(f *shardFilter, now time.Time) (keep func(*shard) bool, err error) {
	if f.Timestamp == nil {
		return nil, invalidArgument("ShardFilter of type %s requires a Timestamp.", f.Type)
	}
	at := time.UnixMilli(int64(*f.Timestamp))
	switch {
	case at.Before(t.trimHorizon(now)):
		return nil, invalidArgument("ShardFilter Timestamp cannot be older than TRIM_HORIZON of the stream.")
	case at.After(now):
		return nil, invalidArgument("ShardFilter Timestamp must not be greater than current time.")
	case f.Type == fromTimestamp:
		return func(d *shard) bool { return !d.closedBefore(at) }, nil
	}
	return func(d *shard) bool { return d.openAt(at) }, nil
}

// after drops the shards up to an id; none if the id is empty. Ids grow with
// the shards.
func after(shards []*shard, id string) []*shard {
	i, found := slices.BinarySearchFunc(shards, id, func(d *shard, id string) int {
		if d.id < id {
			return -1
		} else if d.id > id {
			return 1
		}
		return 0
	})
	if found {
		i++
	}
	return shards[i:]
}

func outputs(shards []*shard) []shardOutput {
	out := make([]shardOutput, len(shards))
	for i, d := range shards {
		out[i] = shardOutput{
			HashKeyRange:        hashRangeOutput{d.hashes.end.String(), d.hashes.start.String()},
			SequenceNumberRange: sequenceRangeOutput{d.ending, d.starting},
			ShardId:             d.id,
		}
		if len(d.parents) > 0 {
			out[i].ParentShardId = d.parents[0].id
		}
		if len(d.parents) > 1 {
			out[i].AdjacentParentShardId = d.parents[1].id
		}
	}
	return out
}
