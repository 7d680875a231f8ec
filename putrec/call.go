package putrec

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"kinspect/internal/stream"
)

// interruptGrace is how long a call under way may take to end once the context
// has ended: an answer is worth more than a doubt.
const interruptGrace = 3 * time.Second

// call sends the records once and returns those that were not acknowledged. An
// error is the call's as a whole: then it is all of them.
func (r *run) call(ctx context.Context, records []*outgoing) ([]*outgoing, error) {
	entries := make([]stream.PutEntry, len(records))
	for i, o := range records {
		entries[i] = o.entry
		if o.attempts++; o.attempts == 2 {
			r.result.Retried += len(o.sources)
		}
	}
	r.result.Calls++
	ctx, done := r.inGrace(ctx)
	defer done()
	results, err := r.client.PutRecords(ctx, entries)
	if err == nil && len(results) != len(records) {
		err = fmt.Errorf("the endpoint answered with %d results to %d records", len(results), len(records))
	}
	if err == nil {
		return r.acknowledge(ctx, records, results), nil
	}
	for _, o := range records {
		o.err = err
		o.inDoubt = o.inDoubt || unanswered(err)
	}
	return records, err
}

// inGrace returns a context for one call that outlives ctx by interruptGrace.
func (r *run) inGrace(ctx context.Context) (context.Context, context.CancelFunc) {
	call, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		_ = r.client.Wait(call, interruptGrace)
		cancel()
	})
	return call, func() {
		stop()
		cancel()
	}
}

// failureOf is why a record was not put, or nil. Nothing but a sequence number
// acknowledges.
func failureOf(result stream.PutResult) error {
	switch {
	case result.ErrorCode != "" && result.ErrorMessage != "":
		return fmt.Errorf("%s: %s", result.ErrorCode, result.ErrorMessage)
	case result.ErrorCode != "":
		return errors.New(result.ErrorCode)
	case result.SequenceNumber == "":
		return errors.New("the endpoint gave no sequence number")
	}
	return nil
}

// unanswered tells whether the call's records may have been put although it
// failed: it was cut, or failed within the service. A call that found no
// connection, or was refused or throttled as a whole, put nothing.
func unanswered(err error) bool {
	var dial *net.OpError
	if tooLarge(err) || errors.As(err, &dial) && dial.Op == "dial" {
		return false
	}
	var failure *stream.Error
	if !errors.As(err, &failure) {
		return true
	}
	return failure.Problem == stream.Unavailable || failure.Problem == stream.Stopped
}

// tooLarge tells whether the endpoint takes no request of this size: kinesalite
// refuses bodies above 7 MiB.
func tooLarge(err error) bool {
	var answered interface{ HTTPStatusCode() int }
	return errors.As(err, &answered) && answered.HTTPStatusCode() == http.StatusRequestEntityTooLarge
}
