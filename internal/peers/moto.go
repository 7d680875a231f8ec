package peers

import (
	"os/exec"
	"testing"
)

// Moto starts moto_server, which answers for the services beside a stream, and returns
// its URL; all that it holds is empty. It listens until the test ends.
//
// It is no npm package, and nothing here installs it: where Python has no moto the test
// is skipped, under KINSPECT_PEERS=1 too.
func Moto(t testing.TB) string {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skipf("Python is not installed: %v", err)
	}
	look := exec.Command(python, "-c", "import importlib.util as i; assert i.find_spec('moto') and i.find_spec('flask')")
	if err := look.Run(); err != nil {
		t.Skipf("Python has no moto with its server: %v", err)
	}
	return listening(t, "moto", launch(t, "moto_server.py", exec.Command(python, "moto_server.py")))
}
