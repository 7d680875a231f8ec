package awsconf

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"

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
// meanwhile; from the handler's first flush on, as it is written. The body is copied
// since the SDK closes it as soon as Do returns.
func (c handlerClient) Do(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(r.Context())
	request := r.Clone(ctx)
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			end()
			return nil, err
		}
		request.Body = io.NopCloser(bytes.NewReader(body))
	}
	answer := &answer{header: http.Header{}, code: http.StatusOK, begun: make(chan struct{})}
	go func() {
		defer end()
		defer answer.end()
		c.handler.ServeHTTP(answer, request)
	}()
	<-answer.begun
	if answer.piped == nil {
		return answer.response(r, io.NopCloser(&answer.body), int64(answer.body.Len())), r.Context().Err()
	}
	// Whatever ends first, the handler or the client, a read and a write that wait end
	// with it: the read with the error of the caller's context, if that is done.
	context.AfterFunc(ctx, func() { _ = answer.pipe.CloseWithError(r.Context().Err()) })
	length := int64(-1)
	if told, err := strconv.ParseInt(answer.header.Get("Content-Length"), 10, 64); err == nil {
		length = told
	}
	return answer.response(r, piped{answer.piped, end}, length), nil
}

// answer is the http.ResponseWriter that becomes an http.Response.
type answer struct {
	header http.Header
	code   int
	body   bytes.Buffer
	begun  chan struct{} // closed when it can be read
	piped  *io.PipeReader
	pipe   *io.PipeWriter // nil until the first flush
}

func (a *answer) Header() http.Header  { return a.header }
func (a *answer) WriteHeader(code int) { a.code = code }

func (a *answer) Write(p []byte) (int, error) {
	if a.pipe != nil {
		return a.pipe.Write(p)
	}
	return a.body.Write(p)
}

// Flush has what was written read, and what is written from here on as it comes.
func (a *answer) Flush() {
	if a.pipe != nil {
		return
	}
	a.piped, a.pipe = io.Pipe()
	close(a.begun)
	_, _ = a.pipe.Write(a.body.Bytes())
}

// end has what was written read, if none of it was yet.
func (a *answer) end() {
	if a.pipe == nil {
		close(a.begun)
	}
}

// piped is the body of an answer that is still being written. Closing it is what a
// server sees as a client that has gone.
type piped struct {
	*io.PipeReader
	gone context.CancelFunc
}

func (p piped) Close() error {
	p.gone()
	return p.PipeReader.Close()
}

func (a *answer) response(r *http.Request, body io.ReadCloser, length int64) *http.Response {
	return &http.Response{
		Status:        http.StatusText(a.code),
		StatusCode:    a.code,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        a.header,
		Body:          body,
		ContentLength: length,
		Request:       r,
	}
}

// inProcessCredentials sign the calls to a handler that checks no signature.
func inProcessCredentials(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "in-process", SecretAccessKey: "in-process", Source: "in-process"}, nil
}
