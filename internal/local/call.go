package local

import (
	"cmp"
	"encoding/json"
	"time"
)

// Call is a request, as far as Options.Faults may judge by it.
type Call struct {
	Operation    string
	Stream       string    // its name, if the request names one or has an iterator or token of one
	Shard        string    // the shard's id; of MergeShards the first's; none for puts
	Consumer     string    // its name, if the request is about one
	IteratorType string    // of GetShardIterator, and the position's of SubscribeToShard
	Limit        int       // of GetRecords; 0 if there is none
	N            int       // counts the calls of this operation for this stream, shard and consumer, from 1
	Time         time.Time // the endpoint's
}

// subject is what requests say of the thing they are about.
type subject struct {
	StreamName string
	consumerRef
	ShardId           string
	ShardIterator     string
	ShardIteratorType string
	StartingPosition  struct{ Type string }
	ShardToMerge      string
	ShardToSplit      string
	NextToken         string
	Limit             int
}

// call is what a request asks for, and counts it.
func (s *Server) call(asked *request) Call {
	var in subject
	_ = json.Unmarshal(asked.body, &in) // the operation's own input is there already
	s.mu.Lock()
	defer s.mu.Unlock()
	c := Call{Operation: asked.operation}
	c.Stream, c.Shard, c.Consumer = s.about(&in)
	s.calls[c]++
	c.N, c.Time, c.IteratorType = s.calls[c], s.now(), cmp.Or(in.ShardIteratorType, in.StartingPosition.Type)
	if c.Operation == "GetRecords" {
		c.Limit = in.Limit
	}
	return c
}

// about is the stream, the shard and the consumer that a request is about.
func (s *Server) about(in *subject) (stream, shard, consumer string) {
	var it iterator
	var token shardsToken
	switch {
	case in.ShardIterator != "":
		if !unseal(in.ShardIterator, &it) {
			return "", "", ""
		}
		if t := s.streams[it.Stream]; t != nil && it.Shard < len(t.shards) {
			return it.Stream, t.shards[it.Shard].id, ""
		}
		return it.Stream, shardID(it.Shard), ""
	case in.NextToken != "" && unseal(in.NextToken, &token):
		return token.Stream, "", ""
	case in.StreamName != "":
		stream = in.StreamName
	default:
		stream, consumer = in.consumerRef.about()
	}
	return stream, in.ShardId + in.ShardToSplit + in.ShardToMerge, consumer // of shards there is one at the most
}
