// Package consumer keeps the consumers of enhanced fan-out that one run reads by:
// they are registered for it, waited for, and removed at its end, whatever that is.
// Their names say who made them, so that a later run finds what a killed one left.
package consumer

import (
	"os"
	"time"

	"kinspect/internal/stream"
)

// Limits of a stream's consumers.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html
const (
	// Max is how many a stream takes with On-demand Advantage; any other takes maxOf.
	Max   = 50
	maxOf = 20
	// creatingMax is how many may be CREATING at the same time.
	creatingMax = 5
	// callsMax is of RegisterStreamConsumer and of DeregisterStreamConsumer each, a
	// second.
	callsMax = 5
)

// pause is between two rounds of at most callsMax calls.
const pause = time.Second

// Run is the consumers of one run.
type Run struct {
	client    *stream.Client
	streamARN string
	consumers []consumer
	refused   int // how often in a row one more was
}

// consumer is one of them.
type consumer struct {
	stream.Consumer      // no Status: it is not known to be there
	asked           bool // for, so that it may be there
	failures        int  // to ask for it, in a row
}

// New names n consumers for a run, and makes no call. Deregister is to be called
// whatever Register returns.
func New(client *stream.Client, streamARN string, n int) *Run {
	machine, _ := tag()
	return newRun(client, streamARN, maker{machine, os.Getpid(), time.Now().UnixMilli()}.names(n))
}

func newRun(client *stream.Client, streamARN string, names []string) *Run {
	r := &Run{client: client, streamARN: streamARN, consumers: make([]consumer, len(names))}
	for i, name := range names {
		r.consumers[i].Name = name
	}
	return r
}

func (r *Run) count(status string) (n int) {
	for _, c := range r.consumers {
		if c.Status == status {
			n++
		}
	}
	return n
}
