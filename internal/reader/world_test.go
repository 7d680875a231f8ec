package reader

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/local"
	"kinspect/internal/position"
	"kinspect/internal/shard"
	"kinspect/internal/step"
	"kinspect/internal/stream"
)

// message is the JSON of a request or an answer.
type message = map[string]any

// wire stands between the client and the endpoint, one call at a time. It
// returns an answer, or the name of an error.
type wire func(operation string, in message, forward func(message) message) (out message, refusal string)

// world is a stream "orders" on the in-process endpoint, and all that was read
// of it.
type world struct {
	t      *testing.T
	clock  *local.JumpClock
	server http.Handler
	client *stream.Client
	wire   wire
	stall  func(operation string, in message) bool // tells which calls are never answered
	calls  map[string]int                          // by operation

	mu     sync.Mutex
	read   []string // data, in the order of handing out
	opened []Start
	steps  []step.Step
}

var began = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func newWorld(t *testing.T, shards int) *world {
	t.Helper()
	clock := local.NewJumpClock(began)
	w := &world{t: t, clock: clock, server: local.New(local.Options{Clock: clock}), calls: map[string]int{}}
	w.call("CreateStream", message{"StreamName": "orders", "ShardCount": shards})
	cfg := awsconf.InProcess(w, "us-east-1")
	cfg.HTTPClient = &stalling{cfg.HTTPClient, w}
	w.client = stream.New(cfg, "orders", clock)
	return w
}

// stalling is an HTTP client some of whose calls get no answer in time.
type stalling struct {
	stream interface {
		Do(*http.Request) (*http.Response, error)
	}
	*world
}

func (s *stalling) Do(r *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	if s.stall != nil && s.stall(operationOf(r), parse(body)) {
		return nil, context.DeadlineExceeded
	}
	return s.stream.Do(r)
}

func operationOf(r *http.Request) string {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	return operation
}

// ServeHTTP is the wire.
func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	operation := operationOf(r)
	w.calls[operation]++
	if w.wire == nil {
		w.server.ServeHTTP(rw, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	answer := httptest.NewRecorder()
	out, refusal := w.wire(operation, parse(body), func(in message) message {
		text, _ := json.Marshal(in)
		again := r.Clone(r.Context())
		again.Body = io.NopCloser(bytes.NewReader(text))
		w.server.ServeHTTP(answer, again)
		return parse(answer.Body.Bytes())
	})
	rw.Header().Set("Content-Type", "application/x-amz-json-1.1")
	rw.Header().Set("Date", w.clock.Now().Format(http.TimeFormat))
	if refusal != "" {
		answer.Code, out = http.StatusBadRequest, message{"__type": refusal, "message": "refused by the test"}
	}
	text, _ := json.Marshal(out)
	rw.WriteHeader(answer.Code)
	_, _ = rw.Write(text)
}

func parse(text []byte) message {
	var m message
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	_ = decoder.Decode(&m)
	return m
}

// call asks the endpoint itself, past the wire.
func (w *world) call(operation string, in message) message {
	w.t.Helper()
	body, _ := json.Marshal(in)
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("X-Amz-Target", "Kinesis_20131202."+operation)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x/20261123/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=x")
	answer := httptest.NewRecorder()
	w.server.ServeHTTP(answer, r)
	if answer.Code != http.StatusOK {
		w.t.Fatalf("%s: %d %s", operation, answer.Code, answer.Body)
	}
	return parse(answer.Body.Bytes())
}

// put puts a record at a place of the key space, in sixteenths.
func (w *world) put(place int, data string) {
	w.t.Helper()
	w.call("PutRecord", message{"StreamName": "orders", "PartitionKey": "a", "Data": []byte(data), "ExplicitHashKey": key(place)})
}

// key is a place of the key space, in sixteenths.
func key(place int) string { return shard.HashKey{Hi: uint64(place) << 60}.String() }

func id(n int) string { return fmt.Sprintf("shardId-%012d", n) }

func (w *world) split(n, place int) {
	w.t.Helper()
	w.call("SplitShard", message{"StreamName": "orders", "ShardToSplit": id(n), "NewStartingHashKey": key(place)})
	w.pass(2 * time.Second) // children open in the second after
}

func (w *world) merge(a, b int) {
	w.t.Helper()
	w.call("MergeShards", message{"StreamName": "orders", "ShardToMerge": id(a), "AdjacentShardToMerge": id(b)})
	w.pass(2 * time.Second)
}

func (w *world) pass(d time.Duration) { _ = w.clock.Sleep(context.Background(), d) }

// plan reads all shards that are listed now from a position, parents first, each
// until it is at its tip.
func (w *world) plan(at position.Position) Plan {
	w.t.Helper()
	lineage, err := w.client.ListShards(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	plan := Plan{ParentsFirst: true, Opened: w.note, Handle: w.handle, Wants: func(shard.Shard) bool { return true }}
	for _, s := range lineage {
		plan.Starts = append(plan.Starts, Start{s, at})
	}
	return plan
}

func (w *world) note(s Start) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.opened = append(w.opened, s)
}

func (w *world) handle(st step.Step) (done bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range st.Records {
		w.read = append(w.read, string(r.Data))
	}
	st.Records = slices.Clone(st.Records)
	w.steps = append(w.steps, st)
	return st.Empty() && st.Behind == 0
}

// cover reads it all.
func (w *world) cover(plan Plan) shard.Lineage {
	w.t.Helper()
	lineage, err := New(w.client, 0.6, 10*time.Second).Cover(context.Background(), plan)
	if err != nil {
		w.t.Fatal(err)
	}
	return lineage
}

// wantRead fails unless just these records were handed out, in this order.
func (w *world) wantRead(data ...string) {
	w.t.Helper()
	if !slices.Equal(w.read, data) {
		w.t.Fatalf("read %q, want %q", w.read, data)
	}
}

// failed returns the step that ended a shard's reading, or fails.
func (w *world) failed() step.Step {
	w.t.Helper()
	for _, st := range w.steps {
		if st.Kind == step.Failed {
			return st
		}
	}
	w.t.Fatal("no shard failed")
	return step.Step{}
}

var (
	whole  = position.Position{Kind: position.TrimHorizon}
	latest = position.Position{Kind: position.Latest}
)
