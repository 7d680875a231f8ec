package scale

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/local"
	"kinspect/internal/pace"
	"kinspect/internal/sim"
	"kinspect/internal/stream"
	"kinspect/trace"
	"kinspect/trace/receipt"
)

// saturate fills a shard with records of nearly 1 MiB as fast as it takes them.
// It goes past sim's wire, which takes all JSON apart.
func saturate(t *testing.T, server *local.Server, clock stream.Time, records int) (bytes int64) {
	if err := server.CreateStream(sim.Stream, 1); err != nil {
		t.Fatal(err)
	}
	data := strings.Repeat("data", (1<<20-1000)/3) // base64
	put := fmt.Sprintf(`{"StreamName":%q,"PartitionKey":"a","Data":%q}`, sim.Stream, data)
	for range records {
		call(t, server, "PutRecord", put)
		_ = clock.Sleep(context.Background(), time.Second)
	}
	return int64(records) * int64(len(data)/4*3+1)
}

// call asks an endpoint past all clients.
func call(t *testing.T, server http.Handler, operation, in string) (out []byte) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(in))
	r.Header.Set("X-Amz-Target", "Kinesis_20131202."+operation)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x/20261123/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=x")
	answer := httptest.NewRecorder()
	if server.ServeHTTP(answer, r); answer.Code != http.StatusOK {
		t.Fatal(answer.Body)
	}
	return answer.Body.Bytes()
}

// The verdict on a shard of 1.1 GB comes in the time that a share of its 2 MB/s
// takes, and a twentieth more at the most, settle time apart, and its quotas
// refuse nothing.
func TestSaturatedShard(t *testing.T) {
	if sim.Raced || testing.Short() {
		t.Skip("a gigabyte is put and read: without the race detector")
	}
	synctest.Test(t, func(t *testing.T) { // decoding takes no time
		clock := local.NewJumpClock(sim.Began)
		server := local.New(local.Options{Clock: clock})
		size := saturate(t, server, clock, 1050)
		for _, share := range []pace.Share{0.6, 1} {
			client := stream.New(awsconf.InProcess(server, "us-east-1"), sim.Stream, clock)
			described, err := client.Describe(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			began := clock.Now()
			r, err := trace.Run(context.Background(), client, described, trace.Options{
				Settle: time.Second, ReadShare: share, Event: receipt.Event{PartitionKey: new("b")},
			})
			if err != nil {
				t.Fatal(err)
			}
			want(t, r, receipt.Absent)
			if cost := client.Cost(); cost.Bytes != size || cost.Throttled > 0 {
				t.Errorf("%d of %d bytes read, %d refusals", cost.Bytes, size, cost.Throttled)
			}
			fair := time.Duration(float64(size) / (2 << 20 * float64(share)) * float64(time.Second))
			ratio := float64(clock.Now().Sub(began)) / float64(fair)
			if t.Logf("%.2f GB at a share of %s: %.4f of what it takes", float64(size)/1e9, share, ratio); ratio > 1.05 || ratio < 0.95 {
				t.Errorf("%.4f times as long as the share alone takes, %s", ratio, fair)
			}
		}
	})
}
