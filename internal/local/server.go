// Package local is an Amazon Kinesis Data Streams in this process: an
// http.Handler that speaks awsJson 1.1 and behaves as AWS does, down to the
// texts of its errors, the layout of its sequence numbers and what its answers
// say about the end of a shard, and down to its quotas. All time in it comes
// from one injected clock, and what goes wrong on AWS goes wrong here on order.
// Sample and Capture return one that holds a stream already. It keeps records
// in memory only, and checks no signatures.
package local

import (
	"sync"
	"time"
)

// Server is the endpoint. It is an http.Handler, safe for concurrent use.
type Server struct {
	account    string
	region     string
	transition time.Duration
	cutOver    time.Duration
	visibility time.Duration
	idleBehind time.Duration
	quotas     bool
	faults     func(Call) Fault

	mu       sync.Mutex // guards all below
	clock    Clock
	streams  map[string]*stream
	requests uint64        // answered so far; numbers the request ids
	calls    map[Call]int  // by operation, stream and shard
	changed  chan struct{} // closed at the next change of what there is to read
}

// now is the clock's time to the millisecond, as fine as anything on the wire.
func (s *Server) now() time.Time { return s.clock.Now().UTC().Truncate(time.Millisecond) }

// operations are what the endpoint can do, by the name after the dot in
// X-Amz-Target.
var operations = map[string]operation{
	"CreateStream":                  define((*Server).createStream),
	"DecreaseStreamRetentionPeriod": define((*Server).decreaseStreamRetentionPeriod),
	"DeleteStream":                  define((*Server).deleteStream),
	"DeregisterStreamConsumer":      define((*Server).deregisterStreamConsumer),
	"DescribeStream":                define((*Server).describeStream),
	"DescribeStreamConsumer":        define((*Server).describeStreamConsumer),
	"DescribeStreamSummary":         define((*Server).describeStreamSummary),
	"GetRecords":                    define((*Server).getRecords),
	"GetShardIterator":              define((*Server).getShardIterator),
	"IncreaseStreamRetentionPeriod": define((*Server).increaseStreamRetentionPeriod),
	"ListShards":                    define((*Server).listShards),
	"ListStreamConsumers":           define((*Server).listStreamConsumers),
	"ListStreams":                   define((*Server).listStreams),
	"MergeShards":                   define((*Server).mergeShards),
	"PutRecord":                     define((*Server).putRecord),
	"PutRecords":                    define((*Server).putRecords),
	"RegisterStreamConsumer":        define((*Server).registerStreamConsumer),
	"SplitShard":                    define((*Server).splitShard),
	"SubscribeToShard":              define((*Server).subscribeToShard),
	"UpdateMaxRecordSize":           define((*Server).updateMaxRecordSize),
	"UpdateShardCount":              define((*Server).updateShardCount),
}

// An operation reads the JSON of one request and returns the call it asks for.
type operation func(body []byte) (call, error)

// A call is made with the server locked and at one time, which is also the Date
// of its answer. The answer is written to the wire by appendAnswer, after the
// lock is let go.
type call func(s *Server, now time.Time, f Fault) (answer any, err error)

// define makes an operation of a method that takes parsed input.
func define[Input any](run func(*Server, time.Time, *Input) (any, error)) operation {
	return func(body []byte) (call, error) {
		input := new(Input)
		if err := parse(body, input); err != nil {
			return nil, err
		}
		return func(s *Server, now time.Time, f Fault) (any, error) {
			if in, ok := any(input).(interface{ suffer(Fault) }); ok {
				in.suffer(f)
			}
			return run(s, now, input)
		}, nil
	}
}
