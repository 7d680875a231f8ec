package cmd

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/local"
	"kinspect/internal/pace"
	"kinspect/internal/record"
	"kinspect/internal/stream"
	"kinspect/internal/term"
)

// What a scan cost is said in words that fit the numbers.
func TestTellCost(t *testing.T) {
	for _, c := range []struct {
		throttles, calls int
		share            pace.Share
		quiet            bool
		want             string
	}{
		{0, 1, 0.4, false, "kinspect: read 0 bytes in 1 call\n"},
		{0, 3, 0.4, false, "kinspect: read 0 bytes in 3 calls\n"},
		{1, 2, 0.4, false, "kinspect: read 0 bytes in 2 calls; gave way to other consumers 1 time\n"},
		{3, 3, 0.4, false, "kinspect: read 0 bytes in 3 calls; gave way to other consumers 3 times\n"},
		{3, 4, pace.Off, false, "kinspect: read 0 bytes in 4 calls; was throttled 3 times\n"},
		{3, 4, 0.4, true, ""},
	} {
		calls := 0
		client := stream.New(awsconf.InProcess(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if calls++; calls <= c.throttles {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = w.Write([]byte(`{"__type":"ProvisionedThroughputExceededException"}`))
				return
			}
			_, _ = w.Write([]byte(`{"Records":[]}`))
		}), localRegion), "orders", stream.RealTime{})
		for range c.calls {
			_, _ = client.Records(context.Background(), "shardId-000000000000", "iterator", 0, nil, record.Take{})
		}
		var told strings.Builder
		a := &app{flags: common{quiet: c.quiet}, err: term.NewOutput(&told, term.Never, func(string) string { return "" })}
		a.tellCost(client, c.share, consumers{})
		if told.String() != c.want {
			t.Errorf("%d throttles of %d: %q, want %q", c.throttles, c.calls, told.String(), c.want)
		}
	}
}

// The share that is asked for is the one that is read at: of a tenth, the second
// page comes two seconds after the first.
func TestReadShareIsObeyed(t *testing.T) {
	t.Parallel()
	server := local.New(local.Options{})
	if err := server.CreateStream("orders", 1); err != nil {
		t.Fatal(err)
	}
	var reads []time.Time
	served := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "GetRecords") {
			reads = append(reads, time.Now())
		}
		server.ServeHTTP(w, r)
	}))
	t.Cleanup(served.Close)
	url := withQuota(t, served.URL, 1) // a record a page
	kinspectWith(t, strings.NewReader("ord-1\nord-2\n"), "putrec", "orders", "--endpoint-url", url).want(t, 0)
	for _, args := range [][]string{
		{"tail", "orders", "--from", "trim-horizon", "-n", "2"},
		{"trace", "orders", "ord-2"},
	} {
		reads = nil
		kinspect(t, append(args, "--endpoint-url", url, "--read-share", "0.1")...).want(t, 0)
		if len(reads) != 2 || reads[1].Sub(reads[0]) < 1500*time.Millisecond {
			t.Errorf("%s reads at %v", args[0], reads)
		}
	}
}
