package local

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"
)

// Call is a request, as far as Options.Faults may judge by it.
type Call struct {
	Operation    string
	Stream       string    // its name, if the request names one or has an iterator or token of one
	Shard        string    // the shard's id; of MergeShards the first's; none for puts
	Consumer     string    // its name, of what is about one
	IteratorType string    // of GetShardIterator, and the position's type of SubscribeToShard
	Limit        int       // of GetRecords; 0 if there is none
	N            int       // counts the calls of this operation for this stream and shard, from 1
	Time         time.Time // the endpoint's
}

// subject is what requests say of the thing they are about.
type subject struct {
	streamRef
	ShardId           string
	ShardIterator     string
	ShardIteratorType string
	ConsumerARN       string
	ConsumerName      string
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
	c.Stream, c.Shard = s.about(&in)
	_, named, _ := strings.Cut(in.ConsumerARN, "/consumer/")
	named, _, _ = strings.Cut(named, ":")
	c.Consumer = cmp.Or(in.ConsumerName, named)
	s.calls[c]++
	c.N, c.Time, c.IteratorType = s.calls[c], s.now(), cmp.Or(in.ShardIteratorType, in.StartingPosition.Type)
	if c.Operation == "GetRecords" {
		c.Limit = in.Limit
	}
	return c
}

// about is the stream and the shard that a request is about.
func (s *Server) about(in *subject) (stream, shard string) {
	var it iterator
	var token shardsToken
	switch {
	case in.ShardIterator != "":
		if !unseal(in.ShardIterator, &it) {
			return "", ""
		}
		if t := s.streams[it.Stream]; t != nil && it.Shard < len(t.shards) {
			return it.Stream, t.shards[it.Shard].id
		}
		return it.Stream, shardID(it.Shard)
	case in.NextToken != "" && unseal(in.NextToken, &token):
		return token.Stream, ""
	case in.StreamName != "":
		stream = in.StreamName
	default:
		_, stream, _ = strings.Cut(cmp.Or(in.StreamARN, in.ConsumerARN), ":stream/")
		stream, _, _ = strings.Cut(stream, "/consumer/")
	}
	return stream, in.ShardId + in.ShardToSplit + in.ShardToMerge // there is one at the most
}
