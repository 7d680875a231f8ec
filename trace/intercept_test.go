package trace

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"kinspect/internal/local"
)

// message is the JSON of a request or an answer.
type message = map[string]any

// intercept answers the calls of an operation, counted from 1; forward asks the
// endpoint. One call is answered at a time.
func intercept(operation string, answer func(n int64, in message, forward func(message) message) message) func(http.Handler) http.Handler {
	var calls atomic.Int64
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+operation) {
				next.ServeHTTP(rw, r)
				return
			}
			body, _ := io.ReadAll(r.Body)
			recorded := httptest.NewRecorder()
			out := answer(calls.Add(1), parse(body), func(in message) message {
				text, _ := json.Marshal(in)
				again := r.Clone(r.Context())
				again.Body = io.NopCloser(bytes.NewReader(text))
				next.ServeHTTP(recorded, again)
				return parse(recorded.Body.Bytes())
			})
			for key, values := range recorded.Header() {
				rw.Header()[key] = values
			}
			text, _ := json.Marshal(out)
			rw.Header().Del("Content-Length")
			rw.WriteHeader(recorded.Code)
			_, _ = rw.Write(text)
		})
	}
}

func parse(text []byte) message {
	var m message
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	_ = decoder.Decode(&m)
	return m
}

// empty is a page without records, where the next one is asked for as this was.
func empty(in message, behind time.Duration) message {
	return message{"Records": []any{}, "NextShardIterator": in["ShardIterator"], "MillisBehindLatest": behind.Milliseconds()}
}

// both stands two wrappers one behind the other.
func both(outer, inner func(http.Handler) http.Handler) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler { return outer(inner(next)) }
}

// offClock is a machine's clock that is wrong by a fixed time, or that stands
// still for what it slept.
type offClock struct {
	*local.JumpClock
	ahead atomic.Int64
}

func (c *offClock) Now() time.Time { return c.JumpClock.Now().Add(time.Duration(c.ahead.Load())) }

func (c *offClock) Sleep(ctx context.Context, d time.Duration) error {
	return c.JumpClock.Sleep(ctx, d)
}
