package trace

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kinspect/internal/sim"
)

// TestMutations breaks the laws on purpose, one at a time, and wants a check of
// that name to catch it within the worlds that CI draws. A mutation that no
// longer applies fails: the law has moved, and the mutation must follow.
func TestMutations(t *testing.T) {
	if sim.Raced || testing.Short() {
		t.Skip("each mutation is compiled anew: without the race detector")
	}
	for _, m := range []mutation{
		{"resume at LATEST", "complete", "internal/reader/reading.go",
			"r.resume = position.After(r.last)", "r.resume = position.Position{Kind: position.Latest}"},
		{"stop at the first empty page", "complete", "internal/coverage/proof.go",
			"case atTip(w, st):", "case st.Empty():"},
		{"EndingSequenceNumber taken for the end", "complete", "internal/coverage/proof.go",
			"case st.End:", "case st.End || s.of.ClosedAt != nil && st.Empty():"},
		{"no listing at the end", "complete", "internal/reader/reader.go",
			"if starts = c.unread(lineage); len(starts) == 0 {", "if true {"},
		{"a throttled shard ignored", "complete", "internal/coverage/slice.go",
			"s.throttled++", "s.throttled++\n\t\ts.proof = &Proof{Kind: Tip}"},
		{"a broken record counted as no match", "holes", "trace/records.go",
			"case inside && subject.Blob.State == decode.Broken:", "case false:"},
		{"always inconclusive", "provable", "trace/verdict.go",
			"case len(holes) > 0:", "case true:"},
		{"tip accepted on a page that holds records", "complete", "internal/coverage/proof.go",
			"if st.Pushed || !st.Empty() || st.AskedAt.Before(w.SettledAt()) {", "if st.AskedAt.Before(w.SettledAt()) {"},
		{"the client's clock taken for now", "now", "internal/stream/clock.go",
			"c.known, c.observed = true, received", "c.observed = received"},
		{"an absent iterator without ChildShards accepted at once", "complete", "internal/reader/ending.go",
			"case e.closed:", "case true:"},
		{"trimming ignored", "complete", "internal/coverage/slice.go",
			"s.trimmed(w, st)", "_ = s.trimmed"},
		{"what has layers is sifted out", "truth", "internal/scan/sieve.go",
			"!decoder.Plain(r.Data)", "false"},
		{"what has a sign is passed over", "truth", "internal/scan/sieve.go",
			"return without(r.Data)", "return (len(r.Data) > 0 || without(r.Data))"},
		{"what is passed over is not counted", "rows", "internal/wire/records.go",
			"return take.Sieve == nil || !take.Sieve(r)", "if take.Sieve != nil && take.Sieve(r) {\n\t\tp.Count--\n\t\treturn false\n\t}\n\treturn true"},
		{"a jq error counted as no match", "holes", "trace/records.go",
			"case inside && err != nil:", "case false:"},
	} {
		t.Run(m.name, m.run)
	}
}

// mutated is set where a law is broken on purpose: the receipts are not held against
// themselves and the stream then, for it is the check of that law that is to catch it.
const mutated = "KINSPECT_MUTATED"

// mutation replaces a piece of a file, the only one of its kind, by another.
type mutation struct{ name, check, file, was, becomes string }

func (m mutation) run(t *testing.T) { m.caughtBy(t, "^TestWorlds$") }

func (m mutation) caughtBy(t *testing.T, worlds string) {
	t.Parallel()
	command := exec.Command("go", "test", "-overlay", m.overlay(t), "-run", worlds, "-failfast", ".")
	command.Env = append(os.Environ(), "KINSPECT_SEED=", "KINSPECT_WORLDS=500", mutated+"=1")
	said, err := command.CombinedOutput()
	switch {
	case strings.Contains(string(said), "build failed"):
		t.Fatalf("it does not compile:\n%s", said)
	case err == nil:
		t.Fatal("no world catches it")
	case !strings.Contains(string(said), "check "+m.check+":"):
		t.Fatalf("check %s does not catch it:\n%.3000s", m.check, said)
	}
	t.Logf("%s", firstCheck(string(said)))
}

func firstCheck(said string) string {
	_, found, _ := strings.Cut(said, "check ")
	line, _, _ := strings.Cut(found, "\n")
	return line
}

// overlay is a file that tells the go command to take the mutated file for the
// real one.
func (m mutation) overlay(t *testing.T) string {
	t.Helper()
	original, err := filepath.Abs(filepath.Join("..", m.file))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(original)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(source), m.was); n != 1 {
		t.Fatalf("%s has %q %d times, want once", m.file, m.was, n)
	}
	dir := t.TempDir()
	mutant, overlay := filepath.Join(dir, "mutant.go"), filepath.Join(dir, "overlay.json")
	write(t, mutant, []byte(strings.Replace(string(source), m.was, m.becomes, 1)))
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{original: mutant}})
	if err != nil {
		t.Fatal(err)
	}
	write(t, overlay, replace)
	return overlay
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
}
