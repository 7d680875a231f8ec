package cmd

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/local"
	"kinspect/internal/record"
	"kinspect/internal/term"
	"kinspect/trace"
	"kinspect/trace/receipt"
)

// An estimate is said within 10 s of reading, as soon as there is one, and then
// each minute.
func TestPulse(t *testing.T) {
	p := &pulse{}
	for _, c := range []struct {
		elapsed    time.Duration
		known, due bool
	}{
		{time.Second, true, false}, {4 * time.Second, true, false}, {5 * time.Second, false, false},
		{6 * time.Second, true, true}, {7 * time.Second, true, false}, {65 * time.Second, true, false},
		{66 * time.Second, false, false}, {67 * time.Second, true, true}, {2 * time.Minute, true, false},
	} {
		if got := p.due(c.elapsed, c.known); got != c.due {
			t.Errorf("after %s, known %v: %v", c.elapsed, c.known, got)
		}
	}
}

// "about 0s left" is not said ten seconds before the end.
func TestEstimable(t *testing.T) {
	for behind, want := range map[time.Duration]bool{time.Minute: true, 11 * time.Second: true, 10 * time.Second: false, 0: false} {
		n := moment{Progress: coverage.Progress{Behind: behind}, known: true}
		if got := n.estimable(10 * time.Second); got != want {
			t.Errorf("%s behind: %v", behind, got)
		}
		if n.known = false; n.estimable(10 * time.Second) {
			t.Errorf("%s behind, and nothing known", behind)
		}
	}
}

// The longest is said where the reading may take more than a few minutes.
func TestAnnounce(t *testing.T) {
	for want, c := range map[string]struct {
		shards  int
		longest time.Duration
	}{
		"kinspect: reading 4 shards back to 2026-11-22 10:15Z; 12h at the longest, if they were full all the time\n":  {4, 12 * time.Hour},
		"kinspect: reading 1 shard back to 2026-11-22 10:15Z; 3m11s at the longest, if they were full all the time\n": {1, 191 * time.Second},
		"": {4, 190 * time.Second},
	} {
		var stderr bytes.Buffer
		a := &app{err: term.NewOutput(&stderr, term.Never, os.Getenv)}
		plan := trace.Plan{
			Settings: receipt.Settings{SettleMillis: 10_000}, Shards: make([]trace.PlannedShard, c.shards), LongestMillis: c.longest.Milliseconds(),
		}
		plan.Window.From = record.Timestamp{Time: time.Date(2026, 11, 22, 10, 15, 59, 0, time.UTC)}
		if a.announce(plan); stderr.String() != want {
			t.Errorf("%q, want %q", stderr.String(), want)
		}
	}
}

// A scan says so before it reads, and not where nobody wants to know or where no
// time passes.
func TestTraceAnnounces(t *testing.T) {
	server, err := local.Sample(local.NewJumpClock(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(server)
	defer served.Close()
	const said = "kinspect: reading 7 shards back to "
	for _, c := range []struct {
		args []string
		want bool
	}{
		{[]string{"--endpoint-url", served.URL}, true}, {[]string{"--endpoint-url", served.URL, "-q"}, false}, {[]string{"--local"}, false},
	} {
		var stdout, stderr bytes.Buffer
		code := Main(context.Background(), Env{
			Args: append([]string{"trace", "checkout", local.SamplePlainOrder}, c.args...), Stdout: &stdout, Stderr: &stderr, Getenv: os.Getenv, Now: time.Now,
		})
		if got := strings.HasPrefix(stderr.String(), said); code != 0 || got != c.want {
			t.Errorf("%v: exit code %d, stderr %s", c.args, code, stderr.String())
		}
	}
}
