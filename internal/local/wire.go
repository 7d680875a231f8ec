package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// bodyBytesMax bounds a request: the 10 MiB of the largest PutRecords are a
// third longer in base64, and its keys can be escaped.
const bodyBytesMax = 20 << 20

const (
	contentType  = "application/x-amz-json-1.1"
	targetPrefix = "Kinesis_20131202."
)

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked, err := read(w, r)
	fault := s.fault(r.Context(), asked)
	answer, now, id := s.run(func(now time.Time) (any, error) {
		switch {
		case err != nil:
			return nil, err
		case fault.Refuse != "":
			return nil, s.refusal(asked.call, fault)
		case asked.changes():
			defer s.wake()
		}
		return asked.run(s, now, fault)
	})
	if sub, ok := answer.(*subscription); ok {
		s.push(r.Context(), w, sub, now, id)
		return
	}
	status := http.StatusOK
	if failed, ok := answer.(*apiError); ok {
		status = failed.status
	}
	body := appendAnswer(nil, answer)
	h := w.Header()
	h.Set("Date", now.UTC().Format(http.TimeFormat)) // net/http would set the real one
	h.Set("X-Amzn-Requestid", id)
	if more, ok := answer.(interface{ header(http.Header) }); ok {
		more.header(h)
	}
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if fault.Cut {
		body = body[:len(body)/2]
	}
	_, _ = w.Write(body) // a client that has gone away is no matter of ours
}

// changes tells whether subscriptions may have more to push, or less, after the call.
func (asked *request) changes() bool {
	for _, only := range []string{"Get", "List", "Describe"} {
		if strings.HasPrefix(asked.operation, only) {
			return false
		}
	}
	return true
}

// wake has all look again who wait for a change.
func (s *Server) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// run makes a call and gives its answer, an *apiError if it failed, with the
// time it was made at and the request's id.
func (s *Server) run(run func(now time.Time) (any, error)) (answer any, now time.Time, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	now = s.now()
	answer, err := run(now)
	if failed := (*apiError)(nil); errors.As(err, &failed) {
		answer = failed
	}
	return answer, now, fmt.Sprintf("00000000-0000-0000-0000-%012x", s.requests)
}

// request is a call to make, and what it was read from.
type request struct {
	operation string
	body      []byte
	run       call
	call      Call // only if there may be faults
}

// read takes in the whole body before it judges the request: a client that is
// answered while it still writes may lose the answer.
func read(w http.ResponseWriter, r *http.Request) (*request, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyBytesMax))
	if err != nil {
		return nil, tooLarge(err)
	}
	name, operation, err := find(r)
	if err != nil {
		return nil, err
	}
	if r.Header.Get("Authorization") == "" && r.URL.Query().Get("X-Amz-Signature") == "" {
		return nil, failure("MissingAuthenticationTokenException", "Missing Authentication Token")
	}
	run, err := operation(body)
	if err != nil {
		return nil, err
	}
	return &request{operation: name, body: body, run: run}, nil
}

func tooLarge(err error) error {
	e := serialization("the request's body could not be read: %v", err)
	if errors.As(err, new(*http.MaxBytesError)) {
		e.status = http.StatusRequestEntityTooLarge
	}
	return e
}

// find is the operation that the request asks for.
func find(r *http.Request) (name string, run operation, err error) {
	target := r.Header.Get("X-Amz-Target")
	if r.Method != http.MethodPost || target == "" {
		return "", nil, failure(accessDenied, "Unable to determine service/operation name to be authorized")
	}
	name, ours := strings.CutPrefix(target, targetPrefix)
	run = operations[name]
	if !ours || run == nil {
		return "", nil, failure("UnknownOperationException", "the operation %q is not known to this endpoint", target)
	}
	if kind := r.Header.Get("Content-Type"); strings.Contains(kind, "cbor") {
		return "", nil, serialization("%s is not understood by this endpoint; it speaks %s", kind, contentType)
	}
	return name, run, nil
}

// parse reads a request's JSON; members it does not know are let be.
func parse(body []byte, input any) error {
	err := json.Unmarshal(body, input)
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		return serialization("%s can not be converted to %s at '%s'", wrong.Value, wrong.Type, wrong.Field)
	case err != nil:
		return serialization("%v", err)
	}
	return nil
}

// appender is an answer that writes itself: what can have thousands of members
// does not go through reflection.
type appender interface{ appendJSON([]byte) []byte }

// appendAnswer appends an answer's JSON; operations without an answer have an
// empty body.
func appendAnswer(b []byte, answer any) []byte {
	switch a := answer.(type) {
	case nil:
		return b
	case appender:
		return a.appendJSON(b)
	default:
		return appendValue(b, a)
	}
}

// appendValue appends any of our own output types, none of which can fail.
func appendValue(b []byte, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("local: cannot write %T: %v", v, err))
	}
	return append(b, text...)
}

// appendString appends a JSON string.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return appendValue(b, s)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// epoch is a time as it goes over the wire: milliseconds here, there seconds
// with three decimals.
type epoch int64

func epochOf(t time.Time) epoch { return epoch(t.UnixMilli()) }

// MarshalJSON writes a number such as 1789779944.662.
func (e epoch) MarshalJSON() ([]byte, error) { return e.appendJSON(nil), nil }

func (e epoch) appendJSON(b []byte) []byte {
	b = strconv.AppendInt(b, int64(e)/1000, 10)
	millis := int64(e) % 1000
	return append(b, '.', byte('0'+millis/100), byte('0'+millis/10%10), byte('0'+millis%10))
}

// UnmarshalJSON reads a number of seconds, whole or not.
func (e *epoch) UnmarshalJSON(text []byte) error {
	var seconds float64
	if err := json.Unmarshal(text, &seconds); err != nil {
		return err
	}
	*e = epoch(seconds*1000 + 0.5)
	return nil
}
