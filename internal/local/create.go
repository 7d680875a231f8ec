package local

import (
	"math"
	"time"
)

type createInput struct {
	StreamName                 string
	ShardCount                 *int
	MaxRecordSizeInKiB         *int
	StreamModeDetails          struct{ StreamMode string }
	RecordDistributionStrategy string
}

func (s *Server) createStream(now time.Time, in *createInput) (any, error) {
	mode, shards, err := in.check()
	if err != nil {
		return nil, err
	}
	if _, err := s.find(streamRef{StreamName: in.StreamName}, now); err == nil {
		return nil, inUse("Stream %s under account %s already exists.", in.StreamName, s.account)
	}
	if err := s.checkShards(shards, now); err != nil {
		return nil, err
	}
	t := s.newStream(in.StreamName, now)
	t.mode, t.auto = mode, in.RecordDistributionStrategy == autoDistribution
	if in.MaxRecordSizeInKiB != nil {
		t.recordKiB = *in.MaxRecordSizeInKiB
	}
	for _, hashes := range uniform(shards) {
		t.addShard(hashes, now.Unix())
	}
	s.change(t, creating, now)
	return nil, nil
}

// check validates the input and gives the mode and the number of shards.
func (in *createInput) check() (mode string, shards int, err error) {
	var v violations
	v.name(in.StreamName, "streamName")
	if in.ShardCount != nil {
		v.between(*in.ShardCount, "shardCount", 1, math.MaxInt32)
	}
	if in.MaxRecordSizeInKiB != nil {
		v.between(*in.MaxRecordSizeInKiB, "maxRecordSizeInKiB", recordSizeKiBMin, recordSizeKiBMax)
	}
	mode = in.StreamModeDetails.StreamMode
	if mode == "" {
		mode = provisioned
	}
	v.oneOf(mode, "streamModeDetails.streamMode", provisioned, onDemand)
	if in.RecordDistributionStrategy != "" {
		v.oneOf(in.RecordDistributionStrategy, "recordDistributionStrategy", autoDistribution, keyDistribution)
	}
	if err := v.err(); err != nil {
		return "", 0, err
	}
	switch {
	case mode != onDemand && in.RecordDistributionStrategy == autoDistribution:
		return "", 0, failure("ValidationException", "RecordDistributionStrategy AUTO is only supported for streams in ON_DEMAND mode.")
	case mode == onDemand:
		return mode, onDemandShards, nil
	case in.ShardCount == nil:
		return "", 0, failure("ValidationException", "ShardCount is a required parameter for a stream in PROVISIONED mode.")
	}
	return mode, *in.ShardCount, nil
}

// checkShards says whether the account may open more shards.
func (s *Server) checkShards(more int, now time.Time) error {
	have := 0
	for _, t := range s.streams {
		if !t.gone(now) {
			have += len(t.open())
		}
	}
	if have+more <= shardsPerAccount {
		return nil
	}
	return limitExceeded("This request would exceed the shard limit for the account %s in %s. "+
		"Current shard count for the account: %d. Limit: %d. "+
		"Number of additional shards that would have resulted from this request: %d. "+
		"Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) "+
		"for current limits and how to request higher limits.", s.account, s.region, have, shardsPerAccount, more)
}

// newStream adds a stream that has no shards yet.
func (s *Server) newStream(name string, now time.Time) *stream {
	t := &stream{
		name:      name,
		created:   now,
		mode:      provisioned,
		retention: retentionHoursMin,
		recordKiB: recordSizeKiBMin,
	}
	s.streams[name] = t
	return t
}

// CreateStream creates a provisioned stream, as the operation of that name
// does, at the time of the server's clock.
func (s *Server) CreateStream(name string, shards int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.createStream(s.now(), &createInput{StreamName: name, ShardCount: &shards})
	return err
}

type deleteInput struct {
	streamRef
	EnforceConsumerDeletion bool
}

func (s *Server) deleteStream(now time.Time, in *deleteInput) (any, error) {
	t, err := s.find(in.streamRef, now)
	if err != nil {
		return nil, err
	}
	if len(t.registered(now)) > 0 && !in.EnforceConsumerDeletion {
		return nil, inUse("DeleteStream can't delete %s:%s because there are consumers associated with this data stream. "+
			"To delete %s anyway, set the EnforceConsumerDeletion parameter to true to force the deletion of all the consumers "+
			"that are associated with it.", s.account, t.name, t.name)
	}
	if t.status(now) != deleting {
		s.change(t, deleting, now)
	}
	return nil, nil
}
