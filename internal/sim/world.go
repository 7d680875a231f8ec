// Package sim makes worlds for tests, of two kinds, and knows no verb. A World is
// made by hand: a stream on the in-process endpoint, a clock that jumps over
// waits, a client, and between the two a wire on which answers can be changed. A
// Story is drawn from a seed: it says what happens on a stream for hours, what
// goes wrong with the calls of who reads it, and what is the truth; it is played
// in the bubble of a testing/synctest, by that bubble's clock.
package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/local"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/stream"
)

// Stream is the name of a world's stream.
const Stream = "orders"

// Began is when every world begins.
var Began = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// Message is the JSON of a request or an answer.
type Message = map[string]any

// World is a stream that tests fill, reshard and read.
type World struct {
	Clock  *local.JumpClock
	Client *stream.Client
	wire   *wire
	t      testing.TB
	server http.Handler
}

// New makes a stream of so many shards. The wires stand one behind the other
// between the client and the endpoint.
func New(t testing.TB, shards int, wires ...Wire) *World {
	t.Helper()
	clock := local.NewJumpClock(Began)
	w := &World{Clock: clock, t: t, server: local.New(local.Options{Clock: clock})}
	w.Call("CreateStream", Message{"StreamName": Stream, "ShardCount": shards})
	w.wire = &wire{world: w, hands: wires, calls: map[string]int{}}
	w.Client = w.NewClient(clock)
	return w
}

// NewClient is another client of the world, whose own clock is ours.
func (w *World) NewClient(ours stream.Time) *stream.Client {
	cfg := awsconf.InProcess(w.wire, "us-east-1")
	cfg.HTTPClient = unanswered{cfg.HTTPClient, w.wire}
	return stream.New(cfg, Stream, ours)
}

// Call asks the endpoint itself, past the wire; a refusal fails the test.
func (w *World) Call(operation string, in Message) Message {
	w.t.Helper()
	code, body := ask(w.server, operation, in)
	if code != http.StatusOK {
		w.t.Fatalf("%s: %d %s", operation, code, body)
	}
	return parse(body)
}

func ask(server http.Handler, operation string, in Message) (code int, body []byte) {
	text, _ := json.Marshal(in)
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(text))
	r.Header.Set("X-Amz-Target", "Kinesis_20131202."+operation)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x/20261123/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=x")
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, r)
	return answer.Code, answer.Body.Bytes()
}

func parse(text []byte) Message {
	var m Message
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	_ = decoder.Decode(&m)
	return m
}

// Place is where a record was put.
type Place struct {
	ShardID        string
	SequenceNumber record.SequenceNumber
}

// Put puts a record under a partition key.
func (w *World) Put(key, data string) Place {
	w.t.Helper()
	return place(w.Call("PutRecord", Message{"StreamName": Stream, "PartitionKey": key, "Data": []byte(data)}))
}

// PutAt puts a record at a place of the key space, in sixteenths.
func (w *World) PutAt(sixteenths int, data string) Place {
	w.t.Helper()
	return place(w.Call("PutRecord", Message{
		"StreamName": Stream, "PartitionKey": "a", "Data": []byte(data), "ExplicitHashKey": Sixteenth(sixteenths),
	}))
}

func place(out Message) Place {
	id, _ := out["ShardId"].(string)
	number, _ := out["SequenceNumber"].(string)
	return Place{id, record.SequenceNumber(number)}
}

// Sixteenth is a place of the key space, as a hash key.
func Sixteenth(n int) string { return shard.HashKey{Hi: uint64(n) << 60}.String() }

// ID is a shard's, by its number.
func ID(n int) string { return fmt.Sprintf("shardId-%012d", n) }

// Split splits a shard at a place of the key space, in sixteenths; its children
// are open when it returns.
func (w *World) Split(n, sixteenths int) {
	w.t.Helper()
	w.Call("SplitShard", Message{"StreamName": Stream, "ShardToSplit": ID(n), "NewStartingHashKey": Sixteenth(sixteenths)})
	w.Pass(2 * time.Second) // children open in the second after
}

// Merge merges two shards; the child is open when it returns.
func (w *World) Merge(a, b int) {
	w.t.Helper()
	w.Call("MergeShards", Message{"StreamName": Stream, "ShardToMerge": ID(a), "AdjacentShardToMerge": ID(b)})
	w.Pass(2 * time.Second)
}

// Pass lets time pass.
func (w *World) Pass(d time.Duration) { _ = w.Clock.Sleep(context.Background(), d) }

// Describe is the stream's summary as the client sees it.
func (w *World) Describe() stream.Summary {
	w.t.Helper()
	described, err := w.Client.Describe(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return described
}

// Calls is how often the client called an operation.
func (w *World) Calls(operation string) int {
	w.wire.mu.Lock()
	defer w.wire.mu.Unlock()
	return w.wire.calls[operation]
}
