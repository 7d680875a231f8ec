package cmd

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"kinspect/internal/local"
)

// What the README has schedulers run, a shell runs with the index that each of them would
// set: the receipts of all indexes are those of all parts. The schedulers are not here.
func TestReadmeParts(t *testing.T) {
	t.Parallel()
	text, _ := readme(t)
	_, section, _ := strings.Cut(text, "\n## A stream too big for one machine\n")
	section, _, _ = strings.Cut(section, "\n## ")
	server := local.New(local.Options{NoQuotas: true})
	if err := server.CreateStream("orders", 5); err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(server)
	defer served.Close()
	day := time.Now().UTC().AddDate(0, 0, -1)
	here := strings.NewReplacer(
		"--from 2026-11-23 --until 2026-11-24", "--until "+day.Format(time.DateOnly)+" --read-share off -q --endpoint-url "+served.URL,
		"/receipts/", "", "s3://BUCKET/", "",
	)
	shell := newShell(t)
	for name, c := range map[string]struct{ line, index, parts string }{
		"the one line": {strings.ReplaceAll(between(t, section, "the same one line, and", "\n    kinspect", "|| [ $? -eq 3 ]"), "\\\n", ""), "INDEX", "N"},
		"Kubernetes":   {strings.ReplaceAll(between(t, section, "kind: Job", "- >-\n          kinspect", "|| [ $? -eq 3 ]"), "\n", " "), "JOB_COMPLETION_INDEX", "N"},
		"AWS Batch":    {ofBatch(t, section), "AWS_BATCH_JOB_ARRAY_INDEX", "N"},
		"Slurm":        {between(t, section, "sbatch --array=0-15 --wrap", "'kinspect", "|| [ $? -eq 3 ]"), "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT"},
	} {
		shell("rm -f *.json")
		for i := range 4 {
			said := shell(fmt.Sprintf(`aws() { cp "$3" "$4"; }; export AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b %s=%d %s=4; %s; echo "exit code $?"`, c.index, i, c.parts, here.Replace(c.line)))
			if want := fmt.Sprintf("part %d of 4", i+1); !strings.Contains(said, want) || !strings.HasSuffix(said, "exit code 0\n") {
				t.Errorf("%s: %s\nsays\n%s", name, c.line, said)
			}
		}
		if said := shell("kinspect trace merge r-*.json"); !strings.Contains(said, "merged of all 4 parts") {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// between is the command that begins with kinspect, from where begin ends in it, up to and
// with its end; it stands behind a text.
func between(t *testing.T, text, behind, begin, end string) string {
	t.Helper()
	_, text, found := strings.Cut(text, behind)
	_, text, begun := strings.Cut(text, begin)
	text, _, ended := strings.Cut(text, end)
	if !found || !begun || !ended {
		t.Fatalf("the README has no line behind %q", behind)
	}
	return "kinspect" + text + end
}

var overrides = regexp.MustCompile(`--container-overrides '(.*)'`)

// ofBatch is what the shell of an AWS Batch job is given.
func ofBatch(t *testing.T, section string) string {
	t.Helper()
	var given struct{ Command []string }
	found := overrides.FindStringSubmatch(section)
	if found == nil {
		t.Fatal("the README has no line of AWS Batch")
	}
	if err := json.Unmarshal([]byte(found[1]), &given); err != nil || len(given.Command) != 3 {
		t.Fatalf("%v: %s", err, found[1])
	}
	return given.Command[2]
}
