package services

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The answers recorded here are such as the models of the services' APIs allow.
func TestRecordedAnswers(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) < 10 {
		t.Fatalf("%q, %v", files, err)
	}
	hold := func(files ...string) (string, int) {
		checked := exec.Command("python3", append([]string{"testdata/models.py"}, files...)...)
		said, err := checked.CombinedOutput()
		if checked.ProcessState == nil {
			t.Skipf("Python is not installed: %v", err)
		}
		return string(said), checked.ProcessState.ExitCode()
	}
	said, code := hold(files...)
	if code == 3 {
		t.Skip("Python has no botocore, and so no models")
	}
	if code != 0 {
		t.Error(said)
	}
	for _, bad := range []string{`{"Names":[]}`, `{"DeliveryStreamNames":["a"]}`, `{"DeliveryStreamNames":[1],"HasMoreDeliveryStreams":false}`, `{"DeliveryStreamNames":["no blank"],"HasMoreDeliveryStreams":false}`} {
		file := filepath.Join(t.TempDir(), "firehose.ListDeliveryStreams.json")
		if err := os.WriteFile(file, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if said, code := hold(file); code != 1 || said == "" {
			t.Errorf("%s passes: %s", bad, said)
		}
	}
}
