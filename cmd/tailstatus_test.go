package cmd

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kinspect/internal/local"
	"kinspect/tail"
)

func TestTailLine(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	for want, g := range map[string]tail.Glance{
		"following 4 shards · 0s behind · last record 12s ago":  {Shards: 4, LastAt: now.Add(-12*time.Second - 900*time.Millisecond)},
		"following 1 shard · 2h5m behind · last record 0s ago":  {Shards: 1, Behind: 2*time.Hour + 5*time.Minute, LastAt: now},
		"following 1,000 shards · 0s behind · no record yet":    {Shards: 1000},
		"following 2 shards · 1s behind · last record 1h1m ago": {Shards: 2, Behind: time.Millisecond, LastAt: now.Add(-time.Hour - time.Minute)},
	} {
		if got := tailLine(g, now); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// The line shows on a terminal while nothing comes, and is gone before a record;
// neither -q nor a pipe knows of it.
func TestTailStatusOnATerminal(t *testing.T) {
	t.Parallel()
	server := local.New(local.Options{NoQuotas: true})
	if err := server.CreateStream("orders", 2); err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(server)
	defer served.Close()
	idle := make(chan struct{})
	go func() {
		defer close(idle)
		time.Sleep(4 * time.Second) // four times as long as the line takes to show
		kinspect(t, "putrec", "orders", "the-record", "--endpoint-url", served.URL)
	}()
	args := []string{"tail", "orders", "-n", "1", "-o", "data", "--endpoint-url", served.URL}
	piped, quiet := make(chan result), make(chan string)
	go func() { piped <- kinspect(t, args...) }()
	go func() {
		screen, _ := onTerminal(t, false, append(args, "-q")...)
		quiet <- screen
	}()
	screen, code := onTerminal(t, false, args...)
	<-idle
	if shown := "following 2 shards · 0s behind · no record yet" + eraseLine + "the-record\r\n"; code != 0 || !strings.Contains(screen, shown) {
		t.Errorf("exit code %d, %q", code, screen)
	}
	if screen := <-quiet; strings.Contains(screen, "following") {
		t.Errorf("with -q: %q", screen)
	}
	if r := <-piped; r.code != 0 || strings.Contains(r.stderr, "following") {
		t.Errorf("in a pipe: exit code %d, %q", r.code, r.stderr)
	}
}
