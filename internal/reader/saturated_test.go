//go:build !race

// The race detector makes the JSON of 110 MB ten times slower, and here only one
// goroutine reads.

package reader

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
	"kinspect/internal/shard"
	"kinspect/internal/sim"
	"kinspect/internal/step"
	"kinspect/internal/stream"
)

// saturate fills a shard with records of nearly 1 MiB as fast as it takes them.
// It goes past sim's wire, which takes all JSON apart.
func saturate(t *testing.T, server *local.Server, clock *local.JumpClock, records int) (bytes int64) {
	if err := server.CreateStream(sim.Stream, 1); err != nil {
		t.Fatal(err)
	}
	data := strings.Repeat("data", (1<<20-1000)/3) // base64
	put := fmt.Sprintf(`{"StreamName":%q,"PartitionKey":"a","Data":%q}`, sim.Stream, data)
	for range records {
		call := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(put))
		call.Header.Set("X-Amz-Target", "Kinesis_20131202.PutRecord")
		call.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x/20261123/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=x")
		answer := httptest.NewRecorder()
		if server.ServeHTTP(answer, call); answer.Code != http.StatusOK {
			t.Fatal(answer.Body)
		}
		_ = clock.Sleep(context.Background(), time.Second)
	}
	return int64(records) * int64(len(data)/4*3+1)
}

// A shard of 110 MB is read in the time that the share of 2 MB/s takes, and a
// twentieth more, and its quotas refuse nothing.
func TestSaturatedShard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // decoding takes no time
		const share pace.Share = 0.6
		clock := local.NewJumpClock(sim.Began)
		server := local.New(local.Options{Clock: clock})
		size := saturate(t, server, clock, 105)
		refused, read, last := 0, int64(0), time.Time{}
		client := stream.New(awsconf.InProcess(server, "us-east-1"), sim.Stream, clock)
		lineage, err := client.ListShards(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		began := clock.Now()
		_, err = New(client, share, 10*time.Second).Cover(context.Background(), Plan{
			Starts: []Start{{lineage[0], whole}},
			Wants:  func(shard.Shard) bool { return true },
			Opened: func(Start) {},
			Handle: func(st step.Step) bool {
				if st.Kind != step.Page {
					refused++
				}
				read, last = read+st.Bytes, clock.Now()
				return st.Empty()
			},
		})
		if err != nil || read != size || refused > 0 {
			t.Errorf("%d of %d bytes read, %d refusals, %v", read, size, refused, err)
		}
		fair := time.Duration(float64(size) / (2 << 20 * float64(share)) * float64(time.Second))
		if took := last.Sub(began); took > fair*105/100 || took < fair*95/100 {
			t.Errorf("%s, the share alone takes %s", took, fair)
		}
	})
}
