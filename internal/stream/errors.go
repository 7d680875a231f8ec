package stream

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Problem is what a failed call means for the caller.
type Problem int

const (
	// Other is a failure that will come again.
	Other Problem = iota
	// Throttled asks to come later; nothing is lost.
	Throttled
	// Unavailable is a passing failure: a 5xx, a cut or a stalled call.
	Unavailable
	// IteratorExpired wants a new iterator: each lives for 5 minutes.
	IteratorExpired
	// TokenExpired wants the listing begun anew: its tokens live for 5 minutes.
	TokenExpired
	// NotFound is a stream or a shard that does not exist (any more).
	NotFound
	// InUse is a stream that is being created or deleted.
	InUse
	// Denied is a missing permission.
	Denied
	// KeyUnusable is a KMS key that is disabled, denied or gone.
	KeyUnusable
	// BadCredentials are credentials that are wrong or have expired.
	BadCredentials
	// Invalid is an argument that the service refuses.
	Invalid
	// Foreign is a sequence number that the service says is not the shard's.
	Foreign
	// Over is a subscription at its end: go on with another.
	Over
	// Stopped is our own context's end.
	Stopped
)

// operation is a call and what it is asked for.
type operation struct{ name, subject string }

// failure is what an SDK error means of this call.
func (o operation) failure(ctx context.Context, err error) error {
	return Failure(ctx, "kinesis:"+o.name, o.subject, err)
}

// Error is a failed call: what was asked of what, and why it failed.
type Error struct {
	// Action is the permission that the call needs, such as kinesis:GetRecords.
	Action string
	// Subject is the shard or the stream that was asked.
	Subject string
	Problem Problem
	// Code is the service's name of the error, if the service answered.
	Code string
	Err  error
}

// Error says of what was asked what, cause last.
func (e *Error) Error() string { return e.Subject + ": " + e.Reason() }

// Reason is Error without the subject.
func (e *Error) Reason() string {
	if e.Problem == Denied {
		return fmt.Sprintf("access denied (%s)", e.Action)
	}
	return fmt.Sprintf("%s: %s", e.Action, e.Cause())
}

// Unwrap returns the SDK's error.
func (e *Error) Unwrap() error { return e.Err }

// Passing tells whether the same call may well succeed in a while.
func (e *Error) Passing() bool { return e.Problem == Throttled || e.Problem == Unavailable }

// Cause returns the service's own words, or the connection's.
func (e *Error) Cause() string {
	var api smithy.APIError
	if errors.As(e.Err, &api) && api.ErrorMessage() != "" {
		return api.ErrorMessage()
	}
	if e.Code != "" {
		return e.Code
	}
	var garbled *smithy.DeserializationError
	switch {
	case errors.Is(e.Err, context.DeadlineExceeded):
		return "no answer in time"
	case errors.As(e.Err, &garbled):
		return fmt.Sprintf("what came back is no whole answer of %s (HTTP status %d)", e.service(), status(e.Err))
	}
	return connection(e.Err).Error()
}

// service is who was asked, as its actions name it.
func (e *Error) service() string {
	if name, _, _ := strings.Cut(e.Action, ":"); name != "kinesis" {
		return name
	}
	return "Kinesis"
}

// connection digs out of an SDK error what the network said.
func connection(err error) error {
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		err = operation.Err
	}
	var unsent *smithyhttp.RequestSendError
	if errors.As(err, &unsent) {
		err = unsent.Err
	}
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err
	}
	return err
}

// Failure gives an SDK error its meaning, as an *Error, and nil none; action is the
// permission that the call takes. ctx is the caller's own, to tell its end from the
// call's.
func Failure(ctx context.Context, action, subject string, err error) error {
	if err == nil {
		return nil
	}
	e := &Error{Action: action, Subject: subject, Err: err}
	var api smithy.APIError
	switch {
	case ctx.Err() != nil:
		e.Problem = Stopped
	case signing(err): // also when another service refused the credentials
		e.Problem = BadCredentials
	case errors.As(err, &api):
		e.Code = api.ErrorCode()
		e.Problem = problemOf(e.Code, status(err))
		if e.Problem == Invalid && foreign(api.ErrorMessage()) {
			e.Problem = Foreign
		}
	default:
		e.Problem = Unavailable
	}
	return e
}

// foreign tells by the service's words whether it refuses a StartingSequenceNumber
// as another shard's, or another stream's. It reads that out of the number, and so
// knows it of each, whether the record is there or not; a number that it refuses in
// other words may be any.
func foreign(message string) bool {
	return strings.HasPrefix(message, "Invalid StartingSequenceNumber. It encodes ") ||
		strings.HasPrefix(message, "StartingSequenceNumber ") && strings.HasSuffix(message, " because it did not come from this stream.")
}

// answered tells whether Kinesis answered a call, or what stands before it: a
// load balancer's 503 has no name of an error.
func answered(err error) bool {
	var failed *Error
	return err == nil || errors.As(err, &failed) && (failed.Code != "" || status(failed.Err) >= 500)
}

func signing(err error) bool {
	var failed *smithy.OperationError
	return errors.As(err, &failed) && strings.Contains(failed.Err.Error(), "get identity")
}

func status(err error) int {
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) {
		return answer.HTTPStatusCode()
	}
	return 0
}

// problems maps the service's error names, as the API reference lists them.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
var problems = map[string]Problem{
	"ProvisionedThroughputExceededException": Throttled,
	"LimitExceededException":                 Throttled,
	"ThrottlingException":                    Throttled,
	"KMSThrottlingException":                 Throttled,
	"InternalFailureException":               Unavailable,
	"InternalFailure":                        Unavailable,
	"ServiceUnavailable":                     Unavailable,
	"ExpiredIteratorException":               IteratorExpired,
	"ExpiredNextTokenException":              TokenExpired,
	"ResourceNotFoundException":              NotFound,
	"ResourceInUseException":                 InUse,
	"AccessDeniedException":                  Denied,
	"AccessDenied":                           Denied,
	"KMSAccessDeniedException":               KeyUnusable,
	"KMSDisabledException":                   KeyUnusable,
	"KMSInvalidStateException":               KeyUnusable,
	"KMSNotFoundException":                   KeyUnusable,
	"KMSOptInRequired":                       KeyUnusable,
	"ExpiredTokenException":                  BadCredentials,
	"ExpiredToken":                           BadCredentials,
	"UnrecognizedClientException":            BadCredentials,
	"InvalidClientTokenId":                   BadCredentials,
	"InvalidSignatureException":              BadCredentials,
	"IncompleteSignatureException":           BadCredentials,
	"MissingAuthenticationTokenException":    BadCredentials,
	"InvalidArgumentException":               Invalid,
	"ValidationException":                    Invalid,
}

// problemOf is what an error means by its name, or else by its HTTP status: 0 for one in
// the midst of a subscription, which another may well get past.
func problemOf(code string, httpStatus int) Problem {
	if p, ok := problems[code]; ok {
		return p
	}
	if httpStatus >= 500 || httpStatus == 429 || httpStatus == 0 {
		return Unavailable
	}
	return Other
}
