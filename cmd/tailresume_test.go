package cmd

import (
	"context"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kinspect/internal/local"
)

// What expired between two runs is said, and the second of them is incomplete.
func TestResumedTooLateIsIncomplete(t *testing.T) {
	clock := local.NewJumpClock(time.Now())
	server := local.New(local.Options{NoQuotas: true, Clock: clock})
	if err := server.CreateStream("orders", 1); err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(server)
	defer served.Close()
	file := filepath.Join(t.TempDir(), "at")
	putAndTail := func(code int, stderr string) {
		t.Helper()
		kinspect(t, "putrec", "orders", "ord-1", "--endpoint-url", served.URL).want(t, 0)
		r := kinspect(t, "tail", "orders", "--from", "trim-horizon", "-n", "1", "-o", "data", "--resume", file, "--endpoint-url", served.URL)
		r.want(t, code)
		if r.stdout != "ord-1\n" || !strings.Contains(r.stderr, stderr) {
			t.Errorf("printed %s%s", r.stdout, r.stderr)
		}
	}
	putAndTail(0, "")
	_ = clock.Sleep(context.Background(), 20*time.Hour)
	putAndTail(0, "")
	kinspect(t, "putrec", "orders", "lost", "--endpoint-url", served.URL).want(t, 0)
	_ = clock.Sleep(context.Background(), 25*time.Hour)
	putAndTail(3, "kinspect: warning: the stream holds nothing from before ")
	putAndTail(0, "")
}
