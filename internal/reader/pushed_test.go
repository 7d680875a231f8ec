package reader

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/local"
	"kinspect/internal/notice"
	"kinspect/internal/position"
	"kinspect/internal/shard"
	"kinspect/internal/step"
	"kinspect/internal/stream"
)

// bubble is an endpoint with a stream and a consumer, in a synctest's bubble.
type bubble struct {
	t      *testing.T
	server *local.Server
	client *stream.Client
	arn    string // the consumer's

	mu    sync.Mutex
	asked []local.Call
	steps []step.Step
}

const bubbleStream = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"

func newBubble(t *testing.T, faults func(local.Call) local.Fault) *bubble {
	b := &bubble{t: t}
	b.server = local.New(local.Options{Faults: func(c local.Call) local.Fault {
		b.mu.Lock()
		b.asked = append(b.asked, c)
		b.mu.Unlock()
		return faults(c)
	}})
	b.client = stream.New(awsconf.InProcess(b.server, "us-east-1"), "orders", stream.RealTime{})
	b.call("CreateStream", `{"StreamName":"orders","ShardCount":1}`)
	var out struct{ Consumer struct{ ConsumerARN string } }
	if err := json.Unmarshal(b.call("RegisterStreamConsumer", `{"StreamARN":"`+bubbleStream+`","ConsumerName":"reader"}`), &out); err != nil {
		t.Fatal(err)
	}
	b.arn = out.Consumer.ConsumerARN
	time.Sleep(time.Minute)
	return b
}

func (b *bubble) call(operation, in string) []byte {
	b.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(in))
	r.Header.Set("X-Amz-Target", "Kinesis_20131202."+operation)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x")
	answer := httptest.NewRecorder()
	if b.server.ServeHTTP(answer, r); answer.Code != http.StatusOK {
		b.t.Fatalf("%s: %s", operation, answer.Body)
	}
	return answer.Body.Bytes()
}

func (b *bubble) put(n int) {
	b.t.Helper()
	b.call("PutRecord", fmt.Sprintf(`{"StreamName":"orders","PartitionKey":"k%d","Data":"YQ=="}`, n))
}

// read reads the stream's shards from their beginning by the consumer, while others do
// what they do.
func (b *bubble) read(settled time.Time, meanwhile func()) {
	b.t.Helper()
	ctx, stop := context.WithCancel(b.t.Context())
	lineage, err := b.client.ListShards(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	var starts []Start
	for _, s := range lineage {
		starts = append(starts, Start{Shard: s, At: position.Position{Kind: position.TrimHorizon}})
	}
	r := New(b.client, 0.4, time.Second).FanOut([]string{b.arn})
	var reading sync.WaitGroup
	reading.Go(func() {
		r.Read(ctx, Plan{
			Starts: starts, ListAfter: settled, Wants: func(shard.Shard) bool { return true }, Opened: func(Start) {},
			Handle: func(st step.Step) bool {
				b.mu.Lock()
				defer b.mu.Unlock()
				st.Records = append(st.Records[:0:0], st.Records...)
				b.steps = append(b.steps, st)
				return false
			},
		})
	})
	meanwhile()
	stop()
	reading.Wait()
}

// handed counts the records of the steps, each of which must come once.
func (b *bubble) handed() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	seen := map[string]bool{}
	for _, st := range b.steps {
		for _, r := range st.Records {
			if seen[string(r.SequenceNumber)] {
				b.t.Errorf("%s came twice", r.SequenceNumber)
			}
			seen[string(r.SequenceNumber)] = true
		}
	}
	return len(seen)
}

func (b *bubble) calls(operation string) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.asked {
		if c.Operation == operation {
			n++
		}
	}
	return n
}

func (b *bubble) failed() (codes []notice.Code) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, st := range b.steps {
		if st.Kind == step.Failed {
			codes = append(codes, st.Code)
		}
	}
	return codes
}

func unharmed(local.Call) local.Fault { return local.Fault{} }

// A shard that is followed for hours is subscribed to every five minutes and never
// polled; while it is idle, the shards are listed six times a minute at the most.
func TestFollowedByFanOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, unharmed)
		const hours = 3
		b.read(time.Time{}, func() {
			for n := range hours * 6 {
				b.put(n)
				time.Sleep(10 * time.Minute)
			}
		})
		if n := b.handed(); n != hours*6 || len(b.failed()) > 0 {
			t.Errorf("%d records, failed %v", n, b.failed())
		}
		if n := b.calls("SubscribeToShard"); n < hours*12 || n > hours*12+1 {
			t.Errorf("%d subscriptions in %d hours", n, hours)
		}
		if n := b.calls("GetRecords") + b.calls("GetShardIterator"); n > 0 {
			t.Errorf("%d polls", n)
		}
		if n := b.calls("ListShards"); n > hours*360+2 {
			t.Errorf("%d listings in %d hours", n, hours)
		}
	})
}

// Where the end of a shard is never pushed, a listing and a poll find it, and its
// children are read.
func TestEndThatIsNotPushed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, func(c local.Call) local.Fault { return local.Fault{NoChildren: c.Operation == "SubscribeToShard"} })
		b.read(time.Time{}, func() {
			b.put(1)
			time.Sleep(10 * time.Second)
			b.call("UpdateShardCount", `{"StreamName":"orders","TargetShardCount":2,"ScalingType":"UNIFORM_SCALING"}`)
			time.Sleep(5 * time.Second)
			b.put(2)
			time.Sleep(30 * time.Second)
		})
		if n := b.handed(); n != 2 {
			t.Errorf("%d records", n)
		}
	})
}

// Who takes the consumer over for a while costs nothing but time.
func TestTakenOverByAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, unharmed)
		b.read(time.Time{}, func() {
			time.Sleep(time.Minute)
			other, err := b.client.Subscribe(t.Context(), b.arn, "shardId-000000000000", position.Position{Kind: position.Latest})
			if err != nil {
				t.Fatal(err)
			}
			b.put(1)
			time.Sleep(time.Minute)
			b.put(2)
			time.Sleep(time.Second)
			other.Close()
		})
		if n := b.handed(); n != 2 || len(b.failed()) > 0 {
			t.Errorf("%d records, failed %v", n, b.failed())
		}
	})
}

// A consumer that somebody deregistered is missed within minutes, and not by polling on.
func TestConsumerIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, unharmed)
		b.read(time.Time{}, func() {
			time.Sleep(time.Minute)
			b.call("DeregisterStreamConsumer", `{"ConsumerARN":"`+b.arn+`"}`)
			time.Sleep(5 * time.Minute)
		})
		if codes := b.failed(); len(codes) != 1 || codes[0] != notice.Unavailable {
			t.Errorf("failed %v", codes)
		}
	})
}

// How far an idle shard was read is asked for six times a minute where that is awaited.
func TestIdleShardIsPolled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, unharmed)
		b.read(time.Now().Add(time.Hour), func() { time.Sleep(10 * time.Minute) })
		if n := b.calls("GetRecords"); n < 59 || n > 61 {
			t.Errorf("%d polls in ten minutes", n)
		}
	})
}
