package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"kinspect/internal/term"
	"kinspect/trace"
	"kinspect/trace/receipt"
	"kinspect/trace/report"
)

var errPlanReport = errors.New("--plan reads nothing, so there is nothing to report with --report")

// reportFile is where the page goes, or nowhere. A file beside it is made before
// the scan, which may take hours, and takes its name when the page is whole.
type reportFile struct {
	path    string
	half    *os.File
	command []string
}

func openReport(path string, command []string) (*reportFile, error) {
	if path == "" {
		return &reportFile{}, nil
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("writing the report: %s is not a regular file", path)
	}
	half, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, fmt.Errorf("writing the report: %w", err)
	}
	return &reportFile{path, half, command}, nil
}

func (p *reportFile) write(r receipt.Receipt) error {
	if p.half == nil {
		return nil
	}
	var words bytes.Buffer
	plain := term.NewOutput(&words, term.Never, os.Getenv)
	err := trace.Print(plain, r)
	if err == nil {
		err = report.Page{Receipt: r, Words: words.String(), Command: shellWords(p.command)}.Write(p.half)
	}
	if err = errors.Join(err, p.half.Chmod(0o644), p.half.Close()); err == nil {
		err = os.Rename(p.half.Name(), p.path)
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	p.half = nil
	return nil
}

// discard removes what is half made.
func (p *reportFile) discard() {
	if p.half != nil {
		p.half.Close()
		os.Remove(p.half.Name())
	}
}

// shellWords quotes a command line as a POSIX shell takes it.
func shellWords(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		if i == 0 {
			word = filepath.Base(word)
		}
		if word == "" || strings.ContainsAny(word, " \t\r\n'\"\\$`!*?[](){}<>|&;#~=%^") {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		quoted[i] = word
	}
	return strings.Join(quoted, " ")
}
