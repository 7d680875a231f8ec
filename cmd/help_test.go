package cmd

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Each command's help has two examples at the least, with flags that there are and
// as many operands as it takes.
func TestExamplesParse(t *testing.T) {
	for _, c := range Commands().Commands() {
		examples := exampleLines(c)
		if len(examples) < 2 {
			t.Errorf("%s has %d examples", c.Name(), len(examples))
		}
		for _, line := range examples {
			if err := parses(line); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
	}
}

func TestExamplesCanFail(t *testing.T) {
	for _, line := range []string{"kinspect trac x", "kinspect trace", "kinspect trace x --nosuch", "kinspect tail x -n many", "kinspect shardmap --local"} {
		if parses(line) == nil {
			t.Errorf("%q is taken", line)
		}
	}
}

// Examples of the sample stream are run as they stand.
func TestExamplesOfTheSampleRun(t *testing.T) {
	ran := 0
	for _, c := range Commands().Commands() {
		for _, line := range exampleLines(c) {
			if words := wordsOf(line); slices.Contains(words, "--local") {
				ran++
				if r := kinspect(t, words[1:]...); r.code == 2 {
					t.Errorf("%s: %s", line, r.stderr)
				}
			}
		}
	}
	if ran < 4 {
		t.Errorf("only %d examples can be run without an account", ran)
	}
}

// kinspectCall is where kinspect is called within a line for a shell, up to what
// is the shell's own again.
var kinspectCall = regexp.MustCompile(`kinspect (?:'[^']*'|[^'>|&#)])*`)

func exampleLines(c *cobra.Command) (lines []string) {
	for line := range strings.Lines(c.Example) {
		lines = append(lines, strings.TrimSpace(kinspectCall.FindString(line)))
	}
	return lines
}

// wordsOf takes a line apart as a shell does; only single quotes stand in ours.
func wordsOf(line string) (words []string) {
	for _, word := range regexp.MustCompile(`(?:'[^']*'|[^\s'])+`).FindAllString(line, -1) {
		words = append(words, strings.ReplaceAll(word, "'", ""))
	}
	return words
}

// parses returns what is wrong with a line, without running it.
func parses(line string) error {
	c, rest, err := Commands().Find(wordsOf(line)[1:])
	if err != nil {
		return err
	}
	if err := c.ParseFlags(rest); err != nil {
		return err
	}
	return c.ValidateArgs(c.Flags().Args())
}
