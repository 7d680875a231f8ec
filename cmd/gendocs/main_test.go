package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The manual is the help: each command has a page with its own text and examples,
// without defaults that say nothing, and the same at any time.
func TestPages(t *testing.T) {
	dir := t.TempDir()
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	pages, _ := filepath.Glob(filepath.Join(dir, "man", "*.1"))
	if len(pages) < 8 {
		t.Fatalf("only %d pages", len(pages))
	}
	trace := read(t, filepath.Join(dir, "man", "kinspect-trace.1"))
	for _, want := range []string{
		`.TH "KINSPECT-TRACE" "1" "" "kinspect `,
		"An absent verdict assumes:",
		".TP\n\\fB--like\\fP\na JSON ",
		".TP\n\\fB--until\\fP=\"now\"\nwhere the window ends",
		".EX\n  kinspect trace orders ord-7\n",
	} {
		if !strings.Contains(trace, want) {
			t.Errorf("the page of trace lacks %q", want)
		}
	}
	for _, page := range pages {
		text := read(t, page)
		for _, never := range []string{"Auto generated", "[=false]", `=""`, "\n\t"} {
			if strings.Contains(text, never) {
				t.Errorf("%s has %q", filepath.Base(page), never)
			}
		}
		lint(t, page)
	}
}

// lint has mandoc look at a page, where there is one.
func lint(t *testing.T, page string) {
	t.Helper()
	if _, err := exec.LookPath("mandoc"); err != nil {
		return
	}
	out, _ := exec.Command("mandoc", "-Tlint", "-Wwarning", page).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if !strings.Contains(line, "missing date") {
			t.Error(line)
		}
	}
}

func TestPagesBearTheDateOfTheRelease(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1795000000")
	dir := t.TempDir()
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	if page := read(t, filepath.Join(dir, "man", "kinspect.1")); !strings.Contains(page, `"Nov 2026"`) {
		t.Error(page[:100])
	}
	t.Setenv("SOURCE_DATE_EPOCH", "yesterday")
	if err := write(dir); err == nil {
		t.Error("a time that is none was taken")
	}
}

func TestScripts(t *testing.T) {
	dir := t.TempDir()
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"kinspect.bash", "_kinspect", "kinspect.fish", "kinspect.ps1"} {
		if script := read(t, filepath.Join(dir, "completions", name)); !strings.Contains(script, "__complete") {
			t.Errorf("%s asks nobody", name)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
