// Package services asks the services around a stream: the tables in which consumers keep
// their place, the metrics, and those that run consumers. What they say is evidence
// beside a verdict and never part of it; so whatever cannot be asked is an error that
// says why, with the permission that it takes, and no more.
package services

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"kinspect/internal/stream"
)

// callTimeout bounds a call with the SDK's repetitions of it.
const callTimeout = 10 * time.Second

// Services are those of the account and region of a stream. A nil one answers nothing:
// an endpoint in this process has none around it.
type Services struct {
	cfg aws.Config
	// kinesis is the URL of the stream's endpoint, where that is not AWS.
	kinesis string
}

// Around are the services around a stream, whose client calls AWS or another endpoint.
// The configuration names no endpoint but what all services or one of them have.
func Around(cfg aws.Config, client *stream.Client) *Services {
	s := &Services{cfg: cfg}
	if !client.OnAWS() {
		s.kinesis = client.Endpoint()
	}
	return s
}

// Unasked is a question that was not put to any service.
type Unasked struct{ why string }

func (e *Unasked) Error() string { return e.why }

// reachable refuses to ask AWS about a stream that is not there: a service is asked at
// the endpoint that the environment names for it, or beside a stream on AWS.
func (s *Services) reachable(service, variable string, endpoint *string) error {
	switch {
	case s == nil:
		return &Unasked{"there is no " + service + " beside an endpoint in this process"}
	case s.kinesis != "" && aws.ToString(endpoint) == "":
		return &Unasked{fmt.Sprintf("the stream is at %s, and %s names no %s beside it", s.kinesis, variable, service)}
	}
	return nil
}

// ask puts one call to a service, whose action is the permission that it needs, such as
// dynamodb:GetItem. Errors are *stream.Error.
func ask[Out any](ctx context.Context, action, subject string, do func(context.Context) (Out, error)) (Out, error) {
	bounded, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	out, err := do(bounded)
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		err = context.DeadlineExceeded
	}
	return out, stream.Failure(ctx, action, subject, err)
}

// Why says in a line why something was not checked.
func Why(err error) string {
	var failed *stream.Error
	switch {
	case errors.As(err, &failed) && failed.Problem == stream.Stopped:
		return "interrupted"
	case errors.As(err, &failed):
		return failed.Reason()
	}
	return err.Error()
}
