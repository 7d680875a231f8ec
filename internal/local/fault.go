package local

import (
	"context"
	"net/http"
	"time"
)

// Fault is what is to happen to a call; the zero value is nothing. Whatever it
// does not change is as without it. See Options.Faults.
type Fault struct {
	// Stall leaves the call undone and unanswered until the request's context
	// ends. Whoever is still there then is told ServiceUnavailable.
	Stall bool
	// Refuse leaves the call undone and answers with the error of this name:
	// with status 500 for InternalFailure, 503 for ServiceUnavailable, else 400.
	Refuse string
	// Message is the text of Refuse; default one like that of AWS.
	Message string
	// Cut does the call, but sends only the first half of the answer's body.
	Cut bool

	// Of GetRecords and ListShards:

	// Most bounds the records of a page, or the shards, if it is above 0.
	Most int

	// Of ListShards:

	// Stale hides what happened so short a time ago: shards that took over since,
	// and that others were closed.
	Stale time.Duration
	// Without leaves out the shard of this id.
	Without string

	// Of GetRecords:

	// Empty gives a page without records, and an iterator to the same place,
	// even at the end of a closed shard.
	Empty bool
	// NoNext leaves out NextShardIterator, and ChildShards with it.
	NoNext bool
	// NoChildren leaves out ChildShards.
	NoChildren bool
	// AtTip says MillisBehindLatest 0 on a page that holds records.
	AtTip bool
	// Behind is added to MillisBehindLatest, in whole seconds.
	Behind time.Duration

	// Of SubscribeToShard, beside Most for each event, and NoChildren, which has a shard's
	// end never told:

	// Push, if there is one, says what happens to the nth event of the subscription,
	// from 1. It is asked once for each, before there is one, and may use the server.
	Push func(n int) Push

	// Of PutRecord and PutRecords:

	// Arrival moves the arrival time of the records, and so puts arrivals out of
	// order.
	Arrival time.Duration
	// Late is added to Options.Visibility. Records that come after can be read
	// no sooner: the order of sequence numbers holds.
	Late time.Duration
	// RefuseEntry names the ErrorCode of the ith entry of PutRecords, from 0, or
	// nothing to take it: ProvisionedThroughputExceededException or
	// InternalFailure.
	RefuseEntry func(i int) string
}

// fault is what happens to a request. It waits if the request is to stall.
func (s *Server) fault(ctx context.Context, asked *request) Fault {
	if s.faults == nil || asked == nil {
		return Fault{}
	}
	asked.call = s.call(asked)
	f := s.faults(asked.call)
	if f.Stall {
		<-ctx.Done()
		return Fault{Refuse: "ServiceUnavailable"}
	}
	return f
}

// refusal is the error that a fault answers with.
func (s *Server) refusal(c Call, f Fault) *apiError {
	e := failure(f.Refuse, "%s", f.Message)
	switch f.Refuse {
	case "InternalFailure", "InternalFailureException":
		e.status = http.StatusInternalServerError
	case "ServiceUnavailable":
		e.status = http.StatusServiceUnavailable
	}
	if f.Message == "" {
		e.Message = s.refusalText(c, f.Refuse)
	}
	return e
}

func (s *Server) refusalText(c Call, name string) string {
	switch name {
	case accessDenied:
		return "User: arn:aws:iam::" + s.account + ":user/local is not authorized to perform: kinesis:" + c.Operation +
			" on resource: " + s.arn(c.Stream) + " because no identity-based policy allows the kinesis:" + c.Operation + " action"
	case throughputExceeded:
		return s.rateExceeded(c.Stream, c.Shard).Message
	case "ExpiredIteratorException":
		return expiredIterator(c.Time.Add(-iteratorLifetime), c.Time).Message
	case "ExpiredTokenException":
		return "The security token included in the request is expired"
	case "InternalFailure", "InternalFailureException":
		return internalFailure
	}
	return name + " was ordered for call " + c.Operation + "."
}

// internalFailure is AWS' text for that, also in an entry of PutRecords.
const internalFailure = "Internal Service Failure"
