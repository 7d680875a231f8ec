//go:build unix

package bench

import (
	"os"
	"os/exec"
	"testing"
)

// A process that answers at once: what it takes to begin, and to complete a word.
func BenchmarkStart(b *testing.B) {
	for name, args := range map[string][]string{
		"run=version":    {"version"},
		"run=completion": {"__complete", "trace", "orders", "--fr"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c := exec.Command(tool(), args...)
				c.Env = append(os.Environ(), "HOME=/nonexistent")
				if err := c.Run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
