package consumer

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/local"
	"kinspect/internal/stream"
)

// call is what a test does to a call: the endpoint may refuse it by the error's name,
// carry it out and lose the answer, or answer in other words.
type call struct {
	refuse    string
	loses     bool
	end       context.CancelFunc // is called in mid-call, which takes 5 s then
	rewrite   *strings.Replacer
	operation string
	at        time.Time
	status    int
}

// creatingFor is how long a stream or a consumer is CREATING, or DELETING.
const creatingFor = 2500 * time.Millisecond

// world is an endpoint with a stream "orders", in a bubble of its own time.
type world struct {
	t      *testing.T
	server *local.Server
	client *stream.Client
	arn    string
	calls  []call
	spoil  func(n int, c *call) // the nth from 1; may be nil
}

// inWorld runs a test in the bubble.
func inWorld(t *testing.T, test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, server: local.New(local.Options{Clock: local.SystemClock(), Transition: creatingFor})}
		if err := w.server.CreateStream("orders", 1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(creatingFor)
		w.client = stream.New(awsconf.InProcess(w, "us-east-1"), "orders", stream.RealTime{})
		described, err := w.client.Describe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		w.arn, w.calls = described.ARN, nil
		test(w)
	})
}

func (w *world) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	c := call{operation: operation, at: time.Now()}
	if w.spoil != nil {
		w.spoil(len(w.calls)+1, &c)
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := httptest.NewRecorder()
	switch {
	case c.refuse != "":
		refusal(answer, c.refuse)
	case c.end != nil:
		c.end()
		w.slowly(answer, r)
	case c.loses:
		w.server.ServeHTTP(httptest.NewRecorder(), r)
		refusal(answer, "InternalFailure")
	default:
		w.server.ServeHTTP(answer, r)
	}
	c.status = answer.Code
	w.calls = append(w.calls, c)
	maps.Copy(out.Header(), answer.Header())
	out.WriteHeader(answer.Code)
	text := answer.Body.String()
	if c.rewrite != nil {
		text = c.rewrite.Replace(text)
	}
	_, _ = io.WriteString(out, text)
}

// slowly carries a call out after 5 s, also where nobody waits for the answer.
func (w *world) slowly(answer http.ResponseWriter, r *http.Request) {
	if r.Context().Err() == nil {
		time.Sleep(5 * time.Second)
		w.server.ServeHTTP(answer, r)
		return
	}
	go func() {
		time.Sleep(5 * time.Second)
		w.server.ServeHTTP(httptest.NewRecorder(), r.Clone(context.Background()))
	}()
}

func refusal(out http.ResponseWriter, name string) {
	code := http.StatusBadRequest
	if name == "InternalFailure" {
		code = http.StatusInternalServerError
	}
	out.WriteHeader(code)
	_, _ = io.WriteString(out, `{"__type":"`+name+`","message":"the cause"}`)
}

// run is a run of n consumers whose names do not matter.
func (w *world) run(n int) *Run { return newRun(w.client, w.arn, maker{"0123456789ab", 7, 1}.names(n)) }

// others registers so many consumers of somebody else's, and waits until they are
// ACTIVE.
func (w *world) others(n int) {
	w.t.Helper()
	names := make([]string, n)
	for i := range names {
		names[i] = "app-" + string(rune('a'+i))
	}
	if _, err := newRun(w.client, w.arn, names).Register(w.t.Context(), func(int) {}); err != nil {
		w.t.Fatal(err)
	}
	time.Sleep(time.Second)
	w.calls = nil
}

// there are the names of the consumers that nobody is removing.
func (w *world) there() (names []string) {
	w.t.Helper()
	w.spoil = nil
	time.Sleep(10 * time.Second) // what is on its way arrives
	all, err := w.client.ListConsumers(context.Background(), w.arn)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range all {
		if c.Status != stream.ConsumerDeleting {
			names = append(names, c.Name)
		}
	}
	return slices.Sorted(slices.Values(names))
}

// made are the calls of an operation.
func (w *world) made(operation string) (calls []call) {
	for _, c := range w.calls {
		if c.operation == operation {
			calls = append(calls, c)
		}
	}
	return calls
}
