package cmd

import (
	"context"
	"io"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/creack/pty"

	"kinspect/internal/local"
	"kinspect/tail"
)

func TestTailLine(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	cases := []struct {
		want  string
		shows tail.Glance
		ends  bool
	}{
		{"following 4 shards · 0s behind · last record 12s ago", tail.Glance{Shards: 4, LastAt: now.Add(-12*time.Second - 900*time.Millisecond)}, false},
		{"following 1 shard · 2h5m behind · last record 0s ago", tail.Glance{Shards: 1, Behind: 2*time.Hour + 5*time.Minute, LastAt: now.Add(time.Second)}, false},
		{"following 1,000 shards · 0s behind · no record yet", tail.Glance{Shards: 1000}, false},
		{"following 2 shards · 1s behind · last record 1h1m ago", tail.Glance{Shards: 2, Behind: time.Millisecond, LastAt: now.Add(-time.Hour - time.Minute)}, false},
		{"following 2 shards · 0s behind · no record yet", tail.Glance{Shards: 2, Failing: 1, FailingFor: 4 * time.Second}, false},
		{"following 2 shards · no answer from 1 for 45s · no record yet", tail.Glance{Shards: 2, Failing: 1, FailingFor: 45 * time.Second}, false},
		{"reading 2 shards · 5s behind · no record yet", tail.Glance{Shards: 2, Behind: 5 * time.Second}, true},
		{"reading 2 shards · waiting for late records · no record yet", tail.Glance{Shards: 2}, true},
	}
	for _, c := range cases {
		c.shows.At = now
		if got := tailLine(c.shows, c.ends); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

// A pipe's reader may write to our terminal at any time, and would find the line
// there.
func TestNoTailStatusBesideAPipe(t *testing.T) {
	t.Parallel()
	master, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	screen := make(chan string)
	go func() {
		all, _ := io.ReadAll(master) // ends with EIO once the terminal is closed
		screen <- string(all)
	}()
	reader, pipe, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	url, read := watched(t, 2)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-read
		time.Sleep(shows)
		cancel()
	}()
	code := Main(ctx, Env{
		Args: []string{"tail", "orders", "--endpoint-url", url}, Stdout: pipe, Stderr: terminal,
		Getenv: os.Getenv, Now: time.Now,
	})
	pipe.Close()
	terminal.Close()
	if shown := <-screen; code != 130 || strings.Contains(shown, "following") || !strings.Contains(shown, "printed") {
		t.Errorf("exit code %d, %q", code, shown)
	}
}

// shows is four times as long as the line takes to show.
const shows = 4 * time.Second

// watched is an endpoint with a stream of two shards, and tells when it has given so
// many iterators.
func watched(t *testing.T, iterators int64) (url string, given <-chan struct{}) {
	t.Helper()
	all, asked := make(chan struct{}), new(atomic.Int64)
	server := local.New(local.Options{NoQuotas: true, Faults: func(c local.Call) local.Fault {
		if c.Operation == "GetShardIterator" && asked.Add(1) == iterators {
			close(all)
		}
		return local.Fault{}
	}})
	if err := server.CreateStream("orders", 2); err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(server)
	t.Cleanup(served.Close)
	return served.URL, all
}

// The line shows on a terminal while nothing comes, and is gone before a record;
// neither -q nor a pipe knows of it.
func TestTailStatusOnATerminal(t *testing.T) {
	t.Parallel()
	url, read := watched(t, 3*2) // three tails of two shards
	idle := make(chan struct{})
	go func() {
		defer close(idle)
		<-read
		time.Sleep(shows)
		kinspect(t, "putrec", "orders", "the-record", "--endpoint-url", url)
	}()
	args := []string{"tail", "orders", "-n", "1", "-o", "data", "--endpoint-url", url}
	piped, quiet := make(chan result), make(chan string)
	go func() { piped <- kinspect(t, args...) }()
	go func() {
		screen, _ := onTerminal(t, false, append(args, "-q")...)
		quiet <- screen
	}()
	screen, code := onTerminal(t, false, args...)
	<-idle
	if shown := "following 2 shards · 0s behind · no record yet" + eraseBelow + erase + "the-record\r\n"; code != 0 || !strings.Contains(screen, shown) {
		t.Errorf("exit code %d, %q", code, screen)
	}
	if screen := <-quiet; strings.Contains(screen, "following") {
		t.Errorf("with -q: %q", screen)
	}
	if r := <-piped; r.code != 0 || strings.Contains(r.stderr, "following") {
		t.Errorf("in a pipe: exit code %d, %q", r.code, r.stderr)
	}
}
