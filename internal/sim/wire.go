package sim

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Wire stands between the client and the endpoint. It answers a call, mostly
// with what forward answers, or refuses it by an error's name; Unanswered is
// none. One call is on the wire at a time.
type Wire func(operation string, in Message, forward func(Message) Message) (out Message, refusal string)

// Unanswered, as a refusal, is a call that nobody answers before its time is up.
const Unanswered = "Unanswered"

// wire is the chain of a world's wires.
type wire struct {
	world *World
	hands []Wire
	mu    sync.Mutex
	calls map[string]int // by operation
}

func (w *wire) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	operation := operationOf(r)
	w.calls[operation]++
	out, refusal := w.pass(0, operation, parse(body))
	rw.Header().Set("Content-Type", "application/x-amz-json-1.1")
	rw.Header().Set("Date", w.world.Clock.Now().UTC().Format(http.TimeFormat))
	if refusal != "" {
		rw.WriteHeader(statusOf(refusal))
		if out["message"] == nil { // else the endpoint says why
			out = Message{"__type": refusal, "message": "refused on the wire"}
		}
	}
	_ = json.NewEncoder(rw).Encode(out)
}

// pass hands a call to the nth wire, and behind the last one to the endpoint.
func (w *wire) pass(n int, operation string, in Message) (out Message, refusal string) {
	if n == len(w.hands) {
		code, body := ask(w.world.server, operation, in)
		if out = parse(body); code != http.StatusOK {
			refusal, _ = out["__type"].(string)
		}
		return out, refusal
	}
	inner := ""
	out, refusal = w.hands[n](operation, in, func(in Message) (out Message) {
		out, inner = w.pass(n+1, operation, in)
		return out
	})
	if refusal == "" {
		refusal = inner
	}
	return out, refusal
}

func statusOf(refusal string) int {
	if refusal == "InternalFailure" || refusal == Unanswered {
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

func operationOf(r *http.Request) string {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	return operation
}

// unanswered turns an answer named Unanswered into none.
type unanswered struct {
	next interface {
		Do(*http.Request) (*http.Response, error)
	}
	wire *wire
}

func (u unanswered) Do(r *http.Request) (*http.Response, error) {
	answer, err := u.next.Do(r)
	if err == nil && answer.StatusCode == http.StatusInternalServerError {
		body, _ := io.ReadAll(answer.Body)
		if strings.Contains(string(body), Unanswered) {
			return nil, context.DeadlineExceeded
		}
		answer.Body = io.NopCloser(strings.NewReader(string(body)))
	}
	return answer, err
}

// Answer answers the calls of an operation, counted from 1.
func Answer(operation string, answer func(n int, in Message, forward func(Message) Message) Message) Wire {
	calls := 0
	return func(name string, in Message, forward func(Message) Message) (Message, string) {
		if name != operation {
			return forward(in), ""
		}
		calls++
		return answer(calls, in, forward), ""
	}
}

// Before runs do, which may call past the wire, before the nth call of an
// operation.
func Before(operation string, n int, do func()) Wire {
	return Answer(operation, func(calls int, in Message, forward func(Message) Message) Message {
		if calls == n {
			do()
		}
		return forward(in)
	})
}

// Rewrite changes the answers to an operation.
func Rewrite(operation string, change func(out Message)) Wire {
	return Answer(operation, func(_ int, in Message, forward func(Message) Message) Message {
		out := forward(in)
		change(out)
		return out
	})
}

// Refuse refuses the calls of an operation, counted from 1, for which when
// holds.
func Refuse(operation, refusal string, when func(n int, in Message) bool) Wire {
	calls := 0
	return func(name string, in Message, forward func(Message) Message) (Message, string) {
		if name == operation {
			if calls++; when(calls, in) {
				return nil, refusal
			}
		}
		return forward(in), ""
	}
}

// EmptyPage is a page without records, behind which the same iterator waits.
func EmptyPage(in Message, behind time.Duration) Message {
	return Message{"Records": []any{}, "NextShardIterator": in["ShardIterator"], "MillisBehindLatest": behind.Milliseconds()}
}
