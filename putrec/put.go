package putrec

import (
	"context"
	"errors"
	"time"

	"kinspect/internal/pace"
	"kinspect/internal/stream"
)

const (
	// idleCallsMax is how many calls in a row may put nothing before what they
	// carried is given up. Calls that put something do not count: a batch above a
	// shard's write quota goes in little by little.
	idleCallsMax = 10
	// idleCallsTold is how many of them are made before we say what we wait for.
	idleCallsTold = 3
	// quotaWait is the pace after a call that was taken in part, since a shard's
	// write quota is by the second.
	quotaWait = time.Second
)

// put puts the records, those that failed again and again, until each is
// acknowledged or handed back.
func (r *run) put(ctx context.Context, records []*outgoing) {
	idle := 0 // calls in a row that put nothing
	for len(records) > 0 && r.goesOn(ctx) {
		if r.await(ctx, records) != nil {
			continue // the context has ended, as the loop sees
		}
		left, err := r.call(ctx, records)
		switch {
		case refused(err):
			r.halve(ctx, records, err)
			return
		case err != nil && !passing(err) && ctx.Err() == nil:
			r.stop = err
			continue
		case len(left) < len(records):
			idle = 0
		default:
			idle++
		}
		records = left
		if idle == idleCallsTold && err != nil && ctx.Err() == nil {
			r.notice("still trying: " + err.Error())
		}
		if idle == idleCallsMax && ctx.Err() == nil {
			r.giveUp(records, err)
			return
		}
		if len(records) > 0 {
			_ = r.wait(ctx, pause(idle)) // it fails with the context, as the loop sees
		}
	}
	r.handBack(records, r.stop)
}

// goesOn tells whether there is no reason to stop.
func (r *run) goesOn(ctx context.Context) bool {
	if r.stop == nil && ctx.Err() != nil {
		r.stop = interrupted{ctx.Err()}
	}
	return r.stop == nil
}

func pause(idle int) time.Duration {
	if idle == 0 {
		return quotaWait
	}
	return pace.Backoff(idle)
}

// giveUp hands back records that no call has put in a long while, each for its
// own reason. An endpoint that does not even answer is asked no more.
func (r *run) giveUp(records []*outgoing, err error) {
	if err != nil {
		r.stop = err
	}
	for _, o := range records {
		r.handBack([]*outgoing{o}, o.err)
	}
}

// halve puts the two halves of a refused call each in a call of its own, so that
// a record that the endpoint does not take is handed back alone. A limit on the
// call's size is remembered.
func (r *run) halve(ctx context.Context, records []*outgoing, err error) {
	if len(records) == 1 {
		r.handBack(records, err)
		return
	}
	if tooLarge(err) {
		r.bounds.bytes = min(r.bounds.bytes, bytesOf(records)/2)
	}
	half := len(records) / 2
	r.put(ctx, records[:half])
	r.put(ctx, records[half:])
}

// passing tells whether the same call may well succeed in a while.
func passing(err error) bool {
	var failure *stream.Error
	return errors.As(err, &failure) && failure.Passing()
}

// refused tells whether the endpoint took offence at what the call carried.
func refused(err error) bool {
	var failure *stream.Error
	return tooLarge(err) || errors.As(err, &failure) && failure.Problem == stream.Invalid
}
