package reader

import (
	"cmp"
	"context"
	"errors"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/position"
	"kinspect/internal/step"
	"kinspect/internal/stream"
)

// failure says what a failed call means, and how to go on.
func (r *reading) failure(err error, asked time.Time) step.Step {
	var failed *stream.Error
	if !errors.As(err, &failed) {
		return step.Step{Kind: step.Failed, AskedAt: asked, Code: notice.Unavailable, Reason: err.Error()}
	}
	r.trouble.met(failed.Problem, asked)
	st := step.Step{Kind: step.Retried, AskedAt: asked, Reason: failed.Reason()}
	switch {
	case failed.Problem == stream.IteratorExpired && r.trouble.bears(asked, failingMax):
		r.iterator = ""
		r.pace.Failed(asked, r.trouble.failures)
	case failed.Problem == stream.Throttled && r.trouble.bears(asked, stuckMax):
		r.pace.Throttled(asked)
		st.Kind = step.Throttled
	case failed.Problem == stream.Unavailable && r.trouble.bears(asked, failingMax):
		r.avoid(failed)
		r.pace.Failed(asked, r.trouble.failures)
	case r.elsewhere(failed.Problem):
		r.pace.Failed(asked, r.trouble.failures)
	default:
		r.pace.Failed(asked, r.trouble.failures) // for whoever reads the shard next
		st.Kind, st.Code = step.Failed, Code(failed.Problem)
		st.Foreign = failed.Problem == stream.Foreign && r.resume.Kind == position.AtSequenceNumber
	}
	return st
}

// elsewhere begins where the start says instead, if the endpoint refuses to begin at
// a sequence number.
func (r *reading) elsewhere(problem stream.Problem) bool {
	refused := problem == stream.Invalid || problem == stream.NotFound
	if !refused || r.start.Else.Kind == "" || r.resume.Kind != position.AtSequenceNumber {
		return false
	}
	r.resume, r.iterator = r.start.Else, ""
	return true
}

// timeoutsMax is how many calls in a row may go unanswered before we believe
// that they will.
const timeoutsMax = 2

// avoid changes what a call asks for that got no answer in time.
//
// A page may be too large for a slow line, so a smaller one is asked for.
//
// An iterator AT_TIMESTAMP may never be answered (kinesalite, when no later
// record exists), so one at the trim horizon is asked for: more is read, nothing
// is missed. AWS' own endpoint answers, and may hold too much before that time.
func (r *reading) avoid(failed *stream.Error) {
	switch {
	case !errors.Is(failed, context.DeadlineExceeded):
	case r.iterator != "":
		r.limit = max(1, cmp.Or(r.limit, limitMax)/10)
	case r.trouble.failures >= timeoutsMax && r.start.At.Kind == position.AtTimestamp && r.last == "" && r.client.Endpoint() != "":
		r.resume = position.Position{Kind: position.TrimHorizon}
	}
}

// limitMax is the most records that a page can have.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
const limitMax = 10_000

// swift is how soon a page must be there for a larger one to be asked for.
const swift = 10 * time.Second

// raised is the limit after a page came with this one.
func raised(limit int, p stream.Page) int {
	if p.AnsweredAt.Sub(p.AskedAt) > swift {
		return limit
	}
	if limit *= 2; limit < limitMax {
		return limit
	}
	return 0
}

// Code is what a call that failed for good leaves open in a proof.
func Code(p stream.Problem) notice.Code { return codes[p] }

var codes = map[stream.Problem]notice.Code{
	stream.Other:           notice.Unavailable,
	stream.IteratorExpired: notice.Unavailable,
	stream.Throttled:       notice.Throttled,
	stream.Unavailable:     notice.Unavailable,
	stream.NotFound:        notice.ShardGone,
	stream.InUse:           notice.Unavailable,
	stream.Denied:          notice.AccessDenied,
	stream.KeyUnusable:     notice.KeyUnusable,
	stream.BadCredentials:  notice.Credentials,
	stream.Invalid:         notice.Refused,
	stream.Foreign:         notice.Refused,
}
