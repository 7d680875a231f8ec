package cmd

import (
	"bytes"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/term"
)

// Who waits is told what for, unless the answer comes soon or -q is given.
func TestPatience(t *testing.T) {
	for _, c := range []struct {
		name  string
		took  time.Duration
		quiet bool
		want  string
	}{
		{"an answer in time", time.Second, false, ""},
		{"a late answer", 30 * time.Second, false, "kinspect: note: still trying\n"},
		{"a late answer, quietly", 30 * time.Second, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var stderr bytes.Buffer
				a := &app{err: term.NewOutput(&stderr, term.Never, os.Getenv)}
				a.flags.quiet = c.quiet
				answered := a.patience("still trying")
				time.Sleep(c.took)
				answered()
				if stderr.String() != c.want {
					t.Errorf("said %q, want %q", stderr.String(), c.want)
				}
			})
		})
	}
}
