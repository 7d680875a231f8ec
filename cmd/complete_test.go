package cmd

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What is completed for a flag with a closed list of values is that list, as the
// refusal of any other value tells it.
func TestCompletionsAreAllThereIs(t *testing.T) {
	listed := regexp.MustCompile(` is not one of (.*)\n`)
	for _, flag := range []string{"tail --output", "tail --order", "trace --output", "shardmap --output", "trace --opaque", "tail --color"} {
		command, flag, _ := strings.Cut(flag, " ")
		line := []string{command, "checkout", "--local", flag}
		if command == "trace" {
			line = []string{command, "checkout", "ord-1", "--local", flag}
		}
		refused := kinspect(t, append(line, "nonsense")...)
		refused.want(t, 2)
		found := listed.FindStringSubmatch(refused.stderr)
		if found == nil {
			t.Errorf("%s %s: %s", command, flag, refused.stderr)
			continue
		}
		r := kinspect(t, append([]string{"__complete"}, append(line, "")...)...)
		r.want(t, 0)
		if got, want := completions(r.stdout), strings.Split(found[1], ", "); !slices.Equal(got, want) {
			t.Errorf("%s %s completes %q, and takes %q", command, flag, got, want)
		}
	}
}

// completions are the words that __complete prints, without their descriptions.
func completions(printed string) (words []string) {
	for line := range strings.Lines(printed) {
		if word, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); !strings.HasPrefix(word, ":") {
			words = append(words, word)
		}
	}
	return words
}
