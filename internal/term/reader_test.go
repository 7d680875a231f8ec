//go:build unix

package term

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"
)

func noEnv(string) string { return "" }

func TestWhileReadEndsWithTheLastReader(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	reading, stop := NewOutput(w, Never, noEnv).WhileRead(t.Context())
	defer stop()
	if reading.Err() != nil {
		t.Fatal("ended while there is a reader")
	}
	r.Close()
	<-reading.Done()
	if cause := context.Cause(reading); !errors.Is(cause, syscall.EPIPE) {
		t.Errorf("the cause is %v", cause)
	}
}

// What is asked about a file, or a device, would be answered with what means
// nothing there.
func TestWhileReadLeavesAFileAlone(t *testing.T) {
	f, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	reading, stop := NewOutput(f, Never, noEnv).WhileRead(t.Context())
	defer stop()
	if reading != t.Context() {
		t.Error("a file is watched")
	}
}
