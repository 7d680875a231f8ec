package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// A closed pipe ends the programs that local runs, as anywhere else: they do not
// inherit that we go on.
func TestPipesOfACommandUnderLocal(t *testing.T) {
	if _, err := exec.LookPath("yes"); err != nil {
		t.Skip(err)
	}
	binary := filepath.Join(t.TempDir(), "kinspect")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	out, err := exec.Command(binary, "local", "--listen", "127.0.0.1:0", "--", "sh", "-c", "yes | head -n 1").CombinedOutput()
	if err != nil || string(out) != "y\n" {
		t.Errorf("%v: %s", err, out)
	}
}
