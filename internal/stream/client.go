// Package stream talks to Kinesis: it is the only package that calls the AWS
// SDK for records and shards. Each call is one method that answers in our own
// types and fails with an *Error; how often to call is the caller's business.
package stream

import (
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"

	"kinspect/internal/pace"
)

const (
	// readTimeout bounds GetRecords: a page of 10 MiB takes AWS some seconds.
	readTimeout = 30 * time.Second
	// callTimeout bounds every other call.
	callTimeout = 10 * time.Second
	// attemptsMax bounds how often a call outside the reading loop is tried.
	attemptsMax = 6
	// unreachedMax bounds the attempts while nothing has answered as Kinesis does:
	// then it is the address or the network that is wrong, more often than not.
	unreachedMax = 3
)

// Client calls one stream of one endpoint. It is safe for concurrent use.
type Client struct {
	api *kinesis.Client
	// pushing is the HTTP client for subscriptions.
	pushing kinesis.HTTPClient
	name    *string
	arn     *string
	// Clock is the server's time, known once a call was answered.
	Clock *Clock
	time  Time
	// reached tells that the endpoint has answered, be it with a refusal.
	reached atomic.Bool
	cost    cost
}

// Names and ARNs of streams.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html
var (
	namePattern = regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,128}$`)
	arnPattern  = regexp.MustCompile(`^arn:aws[^:]*:kinesis:[^:]*:\d{12}:stream/[a-zA-Z0-9_.-]{1,128}$`)
)

// ValidName tells whether a stream can have the name, or the ARN.
func ValidName(stream string) bool {
	return namePattern.MatchString(stream) || arnPattern.MatchString(stream)
}

// Time is our own clock, and the one place where we sleep. An endpoint in this
// process replaces it by one that jumps over our waits.
type Time interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error
}

// New returns a client for the stream, a name or an ARN. The SDK's own retries
// are off: each caller retries in its own pace. Sleeping is left to ours.
func New(cfg aws.Config, stream string, ours Time) *Client {
	c := &Client{Clock: &Clock{ours: ours}, time: ours}
	if strings.HasPrefix(stream, "arn:") {
		c.arn = &stream
	} else {
		c.name = &stream
	}
	c.api = kinesis.NewFromConfig(cfg, func(o *kinesis.Options) {
		o.Retryer = aws.NopRetryer{}
		o.RetryMaxAttempts = 0 // else AWS_MAX_ATTEMPTS overrides the Retryer
		o.Protocol = newProtocol()
		c.pushing = pushing(o.HTTPClient)
		o.HTTPClient = clockedClient{o.HTTPClient, c.Clock}
	})
	return c
}

// Region returns the region that calls are signed for.
func (c *Client) Region() string { return c.api.Options().Region }

// RealTime is the machine's clock.
type RealTime struct{}

// Now returns the time with its monotonic reading.
func (RealTime) Now() time.Time { return time.Now() }

// Sleep waits, or returns the context's error when that ends first.
func (RealTime) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// clockedClient reads the time of every answer of Kinesis.
type clockedClient struct {
	next  kinesis.HTTPClient
	clock *Clock
}

// Do hides the WriterTo of the request's body. The SDK closes that body as soon
// as the answer begins, and a closed one then fails to be written instead of
// being at its end: an endpoint that answers at once would find the connection
// cut under its answer, and a record put twice.
func (c clockedClient) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	sent := c.clock.ours.Now()
	answer, err := c.next.Do(r)
	if err == nil && ofKinesis(answer) {
		c.clock.observe(answer.Header.Get("Date"), sent)
	}
	return answer, err
}

// ofKinesis tells an answer from the refusal of a proxy on the way, whose clock
// stamps no records: AWS gives each answer an ID, other endpoints at least answer.
func ofKinesis(answer *http.Response) bool {
	return answer.StatusCode == http.StatusOK || answer.Header.Get("X-Amzn-Requestid") != ""
}

// call bounds one attempt in time, gives its error a meaning, and counts it. The time of
// what it does in a pause is not counted.
func call[Out any](ctx context.Context, c *Client, what operation, limit time.Duration, do func(context.Context) (Out, error)) (Out, error) {
	bounded, cancel := context.WithCancel(ctx)
	defer cancel()
	p := patience{limit, time.AfterFunc(limit, cancel)}
	out, err := do(context.WithValue(bounded, patienceKey{}, p))
	if overdue := !p.over.Stop(); overdue && err != nil {
		err = context.DeadlineExceeded
	}
	err = what.failure(ctx, err)
	c.cost.call(err)
	if answered(err) {
		c.reached.Store(true)
	}
	return out, err
}

// patience is how long a call may take, and what ends it then.
type patience struct {
	limit time.Duration
	over  *time.Timer
}

type patienceKey struct{}

// pause does what may take any time within a call, whose patience begins anew with its
// end.
func pause(ctx context.Context, do func() error) error {
	p := ctx.Value(patienceKey{}).(patience)
	if !p.over.Stop() {
		return context.DeadlineExceeded
	}
	defer p.over.Reset(p.limit)
	return do()
}

// attempts is how often a call may be tried, as far as is known by now.
func (c *Client) attempts() int {
	if c.reached.Load() {
		return attemptsMax
	}
	return unreachedMax
}

// persist repeats a call while its failures are passing ones. A signature that is
// refused gets a second attempt: where our clock is off by more than AWS allows,
// the SDK signs that one by the Date of the refusal.
func persist[Out any](ctx context.Context, c *Client, what operation, do func(context.Context) (Out, error)) (Out, error) {
	for attempt := 1; ; attempt++ {
		out, err := call(ctx, c, what, callTimeout, do)
		var failure *Error
		if err == nil || attempt >= c.attempts() || !errors.As(err, &failure) {
			return out, err
		}
		if misdated := attempt == 1 && failure.Code == "InvalidSignatureException"; !failure.Passing() && !misdated {
			return out, err
		}
		if err := c.Wait(ctx, pace.Backoff(attempt)); err != nil {
			return out, err
		}
	}
}
