package local

import (
	"maps"
	"net/http"
	"slices"
	"time"
)

// Pages of the listings here. Source: the service model's text on
// DescribeStream and ListStreams.
const (
	describedShardsMax = 100
	listedStreamsMax   = 100
	askedForMax        = 10000 // that a Limit may name
)

type describeInput struct {
	streamRef
	Limit                 *int
	ExclusiveStartShardId string
}

type streamDescription struct {
	EncryptionType          string
	EnhancedMonitoring      []monitoring
	HasMoreShards           bool
	RetentionPeriodHours    int
	Shards                  []shardOutput
	StreamARN               string
	StreamCreationTimestamp epoch
	StreamModeDetails       modeDetails
	StreamName              string
	StreamStatus            string
}

type monitoring struct{ ShardLevelMetrics []string }

// unmonitored is what a stream without enhanced monitoring shows.
var unmonitored = []monitoring{{ShardLevelMetrics: []string{}}}

type modeDetails struct{ StreamMode string }

func (s *Server) describeStream(now time.Time, in *describeInput) (any, error) {
	var v violations
	v.limit(in.Limit, "limit", askedForMax)
	if in.ExclusiveStartShardId != "" {
		v.name(in.ExclusiveStartShardId, "exclusiveStartShardId")
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	t, err := s.find(in.streamRef, now)
	if err != nil {
		return nil, err
	}
	var shards []*shard
	if t.status(now) != creating {
		shards = after(t.listed(now), in.ExclusiveStartShardId)
	}
	page, more := cut(shards, in.Limit, describedShardsMax)
	return map[string]any{"StreamDescription": streamDescription{
		EncryptionType:          "NONE",
		EnhancedMonitoring:      unmonitored,
		HasMoreShards:           more,
		RetentionPeriodHours:    t.retention,
		Shards:                  outputs(page),
		StreamARN:               s.arn(t.name),
		StreamCreationTimestamp: epochOf(t.created),
		StreamModeDetails:       modeDetails{t.mode},
		StreamName:              t.name,
		StreamStatus:            t.status(now),
	}}, nil
}

// cut gives the first page of a listing, and whether there is more.
func cut[T any](all []T, limit *int, most int) (page []T, more bool) {
	if limit != nil {
		most = min(most, *limit)
	}
	return all[:min(len(all), most)], len(all) > most
}

type summaryInput struct{ streamRef }

type streamSummary struct {
	ConsumerCount              int
	EncryptionType             string
	EnhancedMonitoring         []monitoring
	MaxRecordSizeInKiB         int
	OpenShardCount             int    `json:",omitempty"` // absent while the stream is CREATING
	RecordDistributionStrategy string `json:",omitempty"` // only where it is AUTO
	RetentionPeriodHours       int
	StreamARN                  string
	StreamCreationTimestamp    epoch
	StreamModeDetails          modeDetails
	StreamName                 string
	StreamStatus               string
}

func (s *Server) describeStreamSummary(now time.Time, in *summaryInput) (any, error) {
	t, err := s.find(in.streamRef, now)
	if err != nil {
		return nil, err
	}
	summary := streamSummary{
		ConsumerCount:           len(t.registered(now)),
		EncryptionType:          "NONE",
		EnhancedMonitoring:      unmonitored,
		MaxRecordSizeInKiB:      t.recordKiB,
		RetentionPeriodHours:    t.retention,
		StreamARN:               s.arn(t.name),
		StreamCreationTimestamp: epochOf(t.created),
		StreamModeDetails:       modeDetails{t.mode},
		StreamName:              t.name,
		StreamStatus:            t.status(now),
	}
	if t.auto {
		summary.RecordDistributionStrategy = autoDistribution
	}
	if summary.StreamStatus != creating {
		summary.OpenShardCount = len(t.open())
	}
	return summaryOutput{summary, t.captured}, nil
}

// captureHeader stands in the description of a stream that was restored from a
// capture, which no answer of AWS' own could tell. Nothing is proved absent by
// a capture, so whoever reads one must know.
const captureHeader = "X-Kinspect-Capture"

type summaryOutput struct {
	StreamDescriptionSummary streamSummary
	captured                 bool
}

func (o summaryOutput) header(h http.Header) {
	if o.captured {
		h.Set(captureHeader, "1")
	}
}

type listStreamsInput struct {
	Limit                    *int
	ExclusiveStartStreamName string
	NextToken                string
}

type listedStream struct {
	StreamARN               string
	StreamCreationTimestamp epoch
	StreamModeDetails       modeDetails
	StreamName              string
	StreamStatus            string
}

type listStreamsOutput struct {
	HasMoreStreams  bool
	NextToken       string `json:",omitempty"`
	StreamNames     []string
	StreamSummaries []listedStream
}

func (s *Server) listStreams(now time.Time, in *listStreamsInput) (any, error) {
	var v violations
	v.limit(in.Limit, "limit", askedForMax)
	if err := v.err(); err != nil {
		return nil, err
	}
	maps.DeleteFunc(s.streams, func(_ string, t *stream) bool { return t.gone(now) })
	start := max(in.ExclusiveStartStreamName, in.NextToken)
	names := slices.Sorted(maps.Keys(s.streams))
	names = slices.DeleteFunc(names, func(name string) bool { return name <= start })
	page, more := cut(names, in.Limit, listedStreamsMax)
	out := listStreamsOutput{HasMoreStreams: more, StreamNames: page, StreamSummaries: []listedStream{}}
	for _, name := range page {
		t := s.streams[name]
		out.StreamSummaries = append(out.StreamSummaries, listedStream{
			s.arn(name), epochOf(t.created), modeDetails{t.mode}, name, t.status(now),
		})
	}
	if more {
		out.NextToken = page[len(page)-1]
	}
	return out, nil
}
