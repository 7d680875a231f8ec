package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"kinspect/internal/record"
)

// transport answers every call.
type transport func(*http.Request) (*http.Response, error)

func (f transport) Do(r *http.Request) (*http.Response, error) { return f(r) }

// answer is a response of the endpoint.
func answer(status int, header http.Header, body string) transport {
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: header, ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}

// refusal is an error as Kinesis spells it.
func refusal(status int, name string) transport {
	return answer(status, http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, fmt.Sprintf(`{"__type":%q,"message":"the cause"}`, name))
}

var someCredentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "x", SecretAccessKey: "y"}, nil
})

func clientOf(t transport) *Client {
	return New(aws.Config{
		Region: "eu-west-1", HTTPClient: t, Credentials: someCredentials, BaseEndpoint: aws.String("http://test"),
	}, "orders", &settable{noon})
}

func problemOfCall(t *testing.T, c *Client) *Error {
	t.Helper()
	_, err := c.Records(context.Background(), "shardId-000000000001", "iterator", 0, nil, record.Take{})
	var failed *Error
	if !errors.As(err, &failed) {
		t.Fatalf("%v is no *Error", err)
	}
	return failed
}

func TestProblemOfEachError(t *testing.T) {
	cases := []struct {
		status  int
		name    string
		problem Problem
		passing bool
	}{
		{400, "ProvisionedThroughputExceededException", Throttled, true},
		{400, "LimitExceededException", Throttled, true},
		{400, "ThrottlingException", Throttled, true},
		{400, "KMSThrottlingException", Throttled, true},
		{500, "InternalFailureException", Unavailable, true},
		{500, "InternalFailure", Unavailable, true},
		{503, "ServiceUnavailable", Unavailable, true},
		{500, "SomethingElse", Unavailable, true},
		{502, "", Unavailable, true},
		{429, "TooManyRequests", Unavailable, true},
		{400, "ExpiredIteratorException", IteratorExpired, false},
		{400, "ExpiredNextTokenException", TokenExpired, false},
		{400, "ResourceNotFoundException", NotFound, false},
		{400, "ResourceInUseException", InUse, false},
		{400, "AccessDeniedException", Denied, false},
		{400, "KMSAccessDeniedException", KeyUnusable, false},
		{400, "KMSDisabledException", KeyUnusable, false},
		{400, "KMSInvalidStateException", KeyUnusable, false},
		{400, "KMSNotFoundException", KeyUnusable, false},
		{400, "KMSOptInRequired", KeyUnusable, false},
		{400, "ExpiredTokenException", BadCredentials, false},
		{403, "UnrecognizedClientException", BadCredentials, false},
		{403, "InvalidSignatureException", BadCredentials, false},
		{400, "IncompleteSignatureException", BadCredentials, false},
		{400, "MissingAuthenticationTokenException", BadCredentials, false},
		{400, "InvalidArgumentException", Invalid, false},
		{400, "ValidationException", Invalid, false},
		{400, "com.amazonaws.kinesis#InvalidArgumentException", Invalid, false},
		{400, "SomethingNewException", Other, false},
		{404, "", Other, false},
	}
	for _, c := range cases {
		t.Run(fmt.Sprint(c.status, " ", c.name), func(t *testing.T) {
			failed := problemOfCall(t, clientOf(refusal(c.status, c.name)))
			if failed.Problem != c.problem || failed.Passing() != c.passing {
				t.Errorf("problem %d, passing %v; want %d, %v", failed.Problem, failed.Passing(), c.problem, c.passing)
			}
		})
	}
}

// The words with which AWS refuses a number as another's; all others may mean anything.
//
// From kinesalite, whose author took them from AWS, and a captured session.
func TestForeignNumber(t *testing.T) {
	const used = "StartingSequenceNumber 4967 used in GetShardIterator on shard shardId-000000000000 in stream orders under account 123456789012 is invalid"
	for message, want := range map[string]Problem{
		"Invalid StartingSequenceNumber. It encodes shardId-000000000001, while it was used in a call to a shard with shardId-000000000000": Foreign,
		used + " because it did not come from this stream.": Foreign,
		used + ".": Invalid,
		"The timestampInMillis parameter cannot be greater than the currentTimestampInMillis.":           Invalid,
		"Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber": Invalid,
	} {
		client := clientOf(answer(400, http.Header{}, fmt.Sprintf(`{"__type":"InvalidArgumentException","message":%q}`, message)))
		if failed := problemOfCall(t, client); failed.Problem != want {
			t.Errorf("%q: problem %d, want %d", message, failed.Problem, want)
		}
	}
}

// What is no answer of the service at all.
func TestProblemOfTheWay(t *testing.T) {
	stale := &smithy.GenericAPIError{Code: "AccessDenied", Message: "no such role"}
	cases := []struct {
		name    string
		client  *Client
		problem Problem
		says    string
	}{
		{"a connection that is refused", clientOf(func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }), Unavailable, "connection refused"},
		{"no answer in time", clientOf(func(*http.Request) (*http.Response, error) { return nil, context.DeadlineExceeded }), Unavailable, "no answer in time"},
		{"an answer cut short", clientOf(answer(200, http.Header{}, `{"Records":[{"Data":"YQ==`)), Unavailable, "kinesis:GetRecords: what came back is no whole answer of Kinesis (HTTP status 200)"},
		{"an answer that is no JSON", clientOf(answer(200, http.Header{}, `<html>`)), Unavailable, "kinesis:GetRecords: what came back is no whole answer of Kinesis (HTTP status 200)"},
		{"a page of a web server", clientOf(answer(404, http.Header{}, `<html>`)), Unavailable, "no whole answer of Kinesis (HTTP status 404)"},
		{"plain text with status 500, as kinesis-local", clientOf(answer(500, http.Header{}, `Internal Server Error`)), Unavailable, "kinesis:GetRecords"},
		{"credentials that another service refuses", withCredentials(stale), BadCredentials, "no such role"},
		{"credentials that cannot be had", withCredentials(errors.New("the session has expired")), BadCredentials, "the session has expired"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			failed := problemOfCall(t, c.client)
			if failed.Problem != c.problem || !strings.Contains(failed.Error(), c.says) {
				t.Errorf("problem %d, want %d: %s", failed.Problem, c.problem, failed)
			}
		})
	}
}

func withCredentials(err error) *Client {
	refused := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, err })
	return New(aws.Config{Region: "eu-west-1", HTTPClient: refusal(200, ""), Credentials: refused}, "orders", &settable{noon})
}

// JSON that is no answer of Kinesis either.
func TestDescriptionIsMissing(t *testing.T) {
	for _, body := range []string{"", "{}", `{"hello":1}`} {
		_, err := clientOf(answer(200, http.Header{}, body)).Describe(context.Background())
		if failed := (*Error)(nil); !errors.As(err, &failed) || !strings.Contains(err.Error(), "what came back is no answer of Kinesis") {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestValidName(t *testing.T) {
	for name, valid := range map[string]bool{
		"orders": true, "a": true, "A_b.c-9": true, strings.Repeat("x", 128): true,
		"arn:aws:kinesis:eu-west-1:123456789012:stream/orders":    true,
		"arn:aws-cn:kinesis:cn-north-1:123456789012:stream/a.b-c": true,
		"": false, "two words": false, "orders/2": false, "заказы": false, "orders\n": false, strings.Repeat("x", 129): false,
		"arn:aws:kinesis:eu-west-1:123456789012:stream/": false, "arn:aws:kinesis:eu-west-1:1234:stream/orders": false,
		"arn:aws:dynamodb:eu-west-1:123456789012:table/orders": false,
	} {
		if ValidName(name) != valid {
			t.Errorf("%q: valid is %v", name, !valid)
		}
	}
}

// Where nothing ever answered as Kinesis does, the address is wrong: then a call
// is given up soon.
func TestAttemptsOfTheFirstCall(t *testing.T) {
	refused := func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }
	busy := refusal(400, "LimitExceededException")
	for _, c := range []struct {
		name    string
		answers []transport // the last one for ever
		want    int
	}{
		{"nothing listens", []transport{refused}, 3},
		{"a web server", []transport{answer(404, http.Header{}, "<html>")}, 3},
		{"a load balancer with nothing behind it", []transport{answer(503, http.Header{}, "<html>")}, 6},
		{"throttled", []transport{busy}, 6},
		{"throttled once, then gone", []transport{busy, refused}, 6},
		{"no stream", []transport{refusal(400, "ResourceNotFoundException")}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			calls := 0
			_, err := clientOf(func(r *http.Request) (*http.Response, error) {
				calls++
				return c.answers[min(calls, len(c.answers))-1](r)
			}).Describe(context.Background())
			if err == nil || calls != c.want {
				t.Errorf("%d calls, want %d: %v", calls, c.want, err)
			}
		})
	}
}

// Our own context's end is told from a call's.
func TestStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	c := clientOf(func(r *http.Request) (*http.Response, error) {
		cancel()
		return nil, r.Context().Err()
	})
	_, err := c.Records(ctx, "shardId-000000000001", "iterator", 0, nil, record.Take{})
	var failed *Error
	if !errors.As(err, &failed) || failed.Problem != Stopped || failed.Passing() {
		t.Errorf("%v", err)
	}
}

func TestErrorTexts(t *testing.T) {
	cases := []struct {
		name, text, reason string
	}{
		{"AccessDeniedException", "shardId-000000000001: access denied (kinesis:GetRecords)", "access denied (kinesis:GetRecords)"},
		{"ValidationException", "shardId-000000000001: kinesis:GetRecords: the cause", "kinesis:GetRecords: the cause"},
	}
	for _, c := range cases {
		failed := problemOfCall(t, clientOf(refusal(400, c.name)))
		if failed.Error() != c.text || failed.Reason() != c.reason || failed.Code != c.name {
			t.Errorf("%s: %q, %q, code %q", c.name, failed, failed.Reason(), failed.Code)
		}
	}
	if _, err := clientOf(refusal(400, "ResourceNotFoundException")).Describe(context.Background()); err == nil || err.Error() != "stream orders: kinesis:DescribeStreamSummary: the cause" {
		t.Errorf("of a stream: %v", err)
	}
}

// A call outside the reading loop is repeated while its failures are passing
// ones, and waits longer each time.
func TestPersists(t *testing.T) {
	const described = `{"StreamDescriptionSummary":{"StreamName":"orders","StreamARN":"arn:aws:kinesis:eu-west-1:123456789012:stream/orders","StreamStatus":"ACTIVE"}}`
	for _, c := range []struct {
		name     string
		failures int
		calls    int
		waited   time.Duration
		ok       bool
	}{
		{"ProvisionedThroughputExceededException", 3, 4, 1750 * time.Millisecond, true},
		{"LimitExceededException", 5, 6, 7750 * time.Millisecond, true},
		{"LimitExceededException", 99, 6, 7750 * time.Millisecond, false},
		{"AccessDeniedException", 99, 2, 0, true}, // once for the description, once for the shards
	} {
		calls := 0
		client := clientOf(func(r *http.Request) (*http.Response, error) {
			if calls++; calls <= c.failures {
				return refusal(400, c.name)(r)
			}
			return answer(200, http.Header{}, described)(r)
		})
		summary, err := client.Describe(context.Background())
		if (err == nil) != c.ok || calls != c.calls {
			t.Errorf("%s, %d times: %v after %d calls", c.name, c.failures, err, calls)
		}
		if waited := client.time.Now().Sub(noon); waited != c.waited {
			t.Errorf("%s, %d times: waited %s", c.name, c.failures, waited)
		}
		if c.ok && summary.Denied == nil && (summary.Account != "123456789012" || summary.Retention != 24*time.Hour || summary.RecordBytesMax != 1<<20) {
			t.Errorf("summary %+v", summary)
		}
	}
}

// Where our clock is off by more than AWS allows, the first signature is refused,
// and the second one is made by the server's Date. No third is tried.
func TestSignatureOfAClockThatIsOff(t *testing.T) {
	for _, c := range []struct {
		name  string
		ahead time.Duration // of the server
		calls int
		ok    bool
	}{
		{"within five minutes", 4 * time.Minute, 1, true},
		{"twenty minutes behind", 20 * time.Minute, 2, true},
		{"twenty minutes ahead", -20 * time.Minute, 2, true},
		{"a wrong secret", 0, 2, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			calls := 0
			_, err := clientOf(func(r *http.Request) (*http.Response, error) {
				calls++
				signed, _ := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
				now := time.Now().Add(c.ahead)
				header := http.Header{"Date": {dateOf(now)}}
				if off := now.Sub(signed).Abs(); off > 5*time.Minute || !c.ok {
					return answer(400, header, `{"__type":"InvalidSignatureException","message":"no"}`)(r)
				}
				return answer(200, header, `{"StreamDescriptionSummary":{}}`)(r)
			}).Describe(context.Background())
			if (err == nil) != c.ok || calls != c.calls {
				t.Errorf("%v after %d calls", err, calls)
			}
		})
	}
}

// What the network says is not buried in the SDK's wrapping.
func TestCauseOfAnUnsentCall(t *testing.T) {
	failed := problemOfCall(t, clientOf(func(r *http.Request) (*http.Response, error) {
		return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: errors.New("dial tcp 127.0.0.1:1: connection refused")}
	}))
	if got, want := failed.Error(), "shardId-000000000001: kinesis:GetRecords: dial tcp 127.0.0.1:1: connection refused"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if failed.Problem != Unavailable {
		t.Errorf("problem %d", failed.Problem)
	}
}

// The SDK closes a request's body as soon as the answer begins, while the
// transport may still be about to find its end: that is no failure of the call.
func TestBodyThatIsClosedEarly(t *testing.T) {
	_, _ = clientOf(func(r *http.Request) (*http.Response, error) {
		if _, err := io.CopyN(io.Discard, r.Body, r.ContentLength); err != nil {
			t.Error(err)
		}
		_ = r.Body.Close()
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			t.Errorf("the body ends with %v", err)
		}
		return answer(200, nil, `{"Records":[]}`)(r)
	}).PutRecords(context.Background(), []PutEntry{{Data: []byte("x"), PartitionKey: "a"}})
}
