//go:build unix

package bench

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"syscall"
	"testing"
	"time"

	"kinspect/internal/awsconf"
)

// watched is how long idle shards are followed.
const watched = 20 * time.Second

// Four thousand idle shards are followed, by kinspect and by a loop of its own calls.
func BenchmarkIdle(b *testing.B) {
	s := serving(b, Stored{Shards: 4000})
	for _, way := range []struct {
		name string
		run  func(u *used)
	}{
		{"impl=kinspect", func(u *used) {
			c := s.kinspect("tail", "orders", "--from=trim-horizon", "--output=raw")
			time.AfterFunc(watched, func() { _ = c.Process.Signal(syscall.SIGINT) })
			u.run(b, c, interrupted)
		}},
		{"impl=loop", func(u *used) {
			u.run(b, s.client("poll", "KINSPECT_PAUSE=1s", fmt.Sprintf("KINSPECT_CALLS=%d", int(watched.Seconds()))), done)
		}},
	} {
		b.Run(way.name, func(b *testing.B) {
			var u used
			before := s.calls(b)
			for b.Loop() {
				way.run(&u)
			}
			calls := s.calls(b) - before
			b.ReportMetric(float64(u.cpu.Microseconds())/float64(calls), "cpu-us/call")
			b.ReportMetric(float64(calls)/u.wall.Seconds(), "calls/s")
			b.ReportMetric(float64(u.resident)/(1<<20), "resident-MiB")
		})
	}
}

// calls is how often the server was asked for records.
func (s served) calls(b *testing.B) int64 {
	b.Helper()
	b.Setenv("AWS_CA_BUNDLE", s.Bundle)
	b.Setenv("AWS_REGION", "us-east-1")
	b.Setenv("AWS_ACCESS_KEY_ID", "x")
	b.Setenv("AWS_SECRET_ACCESS_KEY", "y")
	cfg, err := awsconf.Load(b.Context(), awsconf.Options{})
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, s.URL+"/calls", nil)
	r.RequestURI = ""
	answer, err := cfg.HTTPClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, _ := io.ReadAll(answer.Body)
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return n
}
