package awsconf

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// InProcess returns a configuration whose calls go straight to the handler,
// with no socket between: the endpoint of --local, and of the simulation.
func InProcess(handler http.Handler, region string) aws.Config {
	return aws.Config{
		Region:       region,
		HTTPClient:   handlerClient{handler},
		BaseEndpoint: aws.String("http://in-process"),
		Credentials:  aws.CredentialsProviderFunc(inProcessCredentials),
	}
}

// handlerClient is an HTTP client whose server is a handler.
type handlerClient struct{ handler http.Handler }

// Do answers with what the handler writes, unless the caller's patience ended
// meanwhile. The body is copied since the SDK closes it as soon as Do returns.
func (c handlerClient) Do(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	request := r.Clone(r.Context())
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		request.Body = io.NopCloser(bytes.NewReader(body))
	}
	answer := &answer{header: http.Header{}, code: http.StatusOK}
	c.handler.ServeHTTP(answer, request)
	return answer.response(r), r.Context().Err()
}

// answer is the http.ResponseWriter that becomes an http.Response.
type answer struct {
	header http.Header
	code   int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(code int)        { a.code = code }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }
func (a *answer) response(r *http.Request) *http.Response {
	return &http.Response{
		Status:        http.StatusText(a.code),
		StatusCode:    a.code,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        a.header,
		Body:          io.NopCloser(&a.body),
		ContentLength: int64(a.body.Len()),
		Request:       r,
	}
}

// inProcessCredentials sign the calls to a handler that checks no signature.
func inProcessCredentials(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "in-process", SecretAccessKey: "in-process", Source: "in-process"}, nil
}
