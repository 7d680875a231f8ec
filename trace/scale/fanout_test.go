package scale

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/local"
	"kinspect/internal/sim"
	"kinspect/internal/stream"
	"kinspect/trace"
	"kinspect/trace/receipt"
)

// ticking is the bubble's own clock, as local has it.
type ticking struct{ local.Clock }

func (ticking) Sleep(ctx context.Context, d time.Duration) error {
	return stream.RealTime{}.Sleep(ctx, d)
}

// Eight consumers read a saturated shard nearly eight times as fast as one: what they
// have in common is the time until the window has settled.
func TestSaturatedShardInSlices(t *testing.T) {
	if sim.Raced || testing.Short() {
		t.Skip("a gigabyte is put and read: without the race detector")
	}
	synctest.Test(t, func(t *testing.T) { // decoding takes no time
		clock := ticking{local.SystemClock()}
		server := local.New(local.Options{Clock: clock})
		size := saturate(t, server, clock, 1050)
		took := map[int]time.Duration{}
		for _, consumers := range []int{8, 1} { // the longer one last: meanwhile the stream would go on without records
			client := stream.New(awsconf.InProcess(server, "us-east-1"), sim.Stream, clock)
			described, err := client.Describe(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			o := trace.Options{Settle: time.Second, ReadShare: 0.6, Event: receipt.Event{PartitionKey: new("b")}}
			for i := range consumers {
				o.FanOut = append(o.FanOut, register(t, server, described.ARN, fmt.Sprintf("reader-%d-of-%d", i, consumers)))
			}
			began := clock.Now()
			r, err := trace.Run(context.Background(), client, described, o)
			if err != nil {
				t.Fatal(err)
			}
			want(t, r, receipt.Absent)
			if r.Coverage.Records != 1050 {
				t.Errorf("%d records read", r.Coverage.Records)
			}
			took[consumers] = clock.Now().Sub(began)
			fair := time.Duration(float64(size) / (2 << 20 * float64(consumers)) * float64(time.Second))
			t.Logf("%.2f GB by %d consumers in %s, %.4f of what their quota takes", float64(size)/1e9, consumers, took[consumers], float64(took[consumers])/float64(fair))
		}
		if ratio := float64(took[1]) / float64(took[8]); ratio < 0.95*8 {
			t.Errorf("eight consumers are %.2f times as fast as one", ratio)
		}
	})
}

// register registers a consumer, not faster than AWS lets, and returns its ARN.
func register(t *testing.T, server *local.Server, arn, name string) string {
	t.Helper()
	var out struct{ Consumer struct{ ConsumerARN string } }
	if err := json.Unmarshal(call(t, server, "RegisterStreamConsumer", fmt.Sprintf(`{"StreamARN":%q,"ConsumerName":%q}`, arn, name)), &out); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	return out.Consumer.ConsumerARN
}
