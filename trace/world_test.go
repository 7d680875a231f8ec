package trace

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/kpl"
	"kinspect/internal/local"
	"kinspect/internal/match"
	"kinspect/internal/record"
	"kinspect/internal/stream"
	"kinspect/trace/receipt"
)

// world is a stream "orders" on the in-process endpoint, and a client of it.
type world struct {
	t       *testing.T
	clock   *local.JumpClock
	ours    *offClock // the machine's clock
	server  http.Handler
	client  *stream.Client
	shardOf map[string]string // by partition key, of what was put
}

// newWorld opens a stream of so many shards; wrap stands between the client and
// the endpoint, at the wire.
func newWorld(t *testing.T, shards int, wrap func(http.Handler) http.Handler) *world {
	t.Helper()
	clock := local.NewJumpClock(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	server := local.New(local.Options{Clock: clock})
	w := &world{t: t, clock: clock, ours: &offClock{JumpClock: clock}, server: server, shardOf: map[string]string{}}
	w.call("CreateStream", map[string]any{"StreamName": "orders", "ShardCount": shards})
	seen := http.Handler(server)
	if wrap != nil {
		seen = wrap(server)
	}
	w.client = stream.New(awsconf.InProcess(seen, "us-east-1"), "orders", w.ours)
	return w
}

// call asks the endpoint itself, past the wrapper.
func (w *world) call(operation string, in map[string]any) map[string]any {
	w.t.Helper()
	body, _ := json.Marshal(in)
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("X-Amz-Target", "Kinesis_20131202."+operation)
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x/20261123/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=x")
	answer := httptest.NewRecorder()
	w.server.ServeHTTP(answer, r)
	if answer.Code != http.StatusOK {
		w.t.Fatalf("%s: %d %s", operation, answer.Code, answer.Body)
	}
	var out map[string]any
	_ = json.Unmarshal(answer.Body.Bytes(), &out)
	return out
}

func (w *world) put(key, data string) {
	w.t.Helper()
	out := w.call("PutRecord", map[string]any{"StreamName": "orders", "PartitionKey": key, "Data": []byte(data)})
	w.shardOf[key] = out["ShardId"].(string)
}

func (w *world) pass(d time.Duration) { _ = w.clock.Sleep(context.Background(), d) }

func (w *world) split(shardID, at string) {
	w.t.Helper()
	w.call("SplitShard", map[string]any{"StreamName": "orders", "ShardToSplit": shardID, "NewStartingHashKey": at})
	w.pass(2 * time.Second) // children open in the second after
}

// trace asks the question whether text is in the stream.
func (w *world) trace(text string, change ...func(*Options)) receipt.Receipt {
	w.t.Helper()
	content, err := match.Event(text)
	if err != nil {
		w.t.Fatal(err)
	}
	o := Options{Event: receipt.Event{Text: text}, Content: content, Settle: 10 * time.Second, ReadShare: 0.6}
	for _, c := range change {
		c(&o)
	}
	return w.run(context.Background(), o)
}

func (w *world) run(ctx context.Context, o Options) receipt.Receipt {
	w.t.Helper()
	described, err := w.client.Describe(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	r, err := Run(ctx, w.client, described, o)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// middle of the key space, where a lone shard is split.
const middle = "170141183460469231731687303715884105728"

// want fails unless the receipt has the verdict, and as reasons just the codes.
func want(t *testing.T, r receipt.Receipt, verdict receipt.Verdict, codes ...string) {
	t.Helper()
	var got []string
	for _, reason := range r.Reasons {
		got = append(got, string(reason.Code))
	}
	if r.Verdict != verdict || len(got) != len(codes) {
		t.Fatalf("verdict %s for %v, want %s for %v", r.Verdict, r.Reasons, verdict, codes)
	}
	for i, code := range codes {
		if got[i] != code {
			t.Fatalf("reasons %v, want %v", got, codes)
		}
	}
}

// misplaced is an aggregate whose user records hash to different halves of the
// key space.
func misplaced() string {
	low, high := "l", "abc" // 2db95e8e… and 900150983…
	return string(kpl.Aggregate([]record.UserRecord{
		{UserKey: &high, UserData: []byte("ord-1")}, {UserKey: &low, UserData: []byte("ord-2")},
	}))
}
