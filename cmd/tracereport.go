package cmd

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
	// not by os.CreateTemp, whose files are for their owner alone: the umask rules
	half, err := os.OpenFile(fmt.Sprintf("%s/.%s.%x", filepath.Dir(path), filepath.Base(path), rand.Uint64()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, fmt.Errorf("writing the report: %w", err)
	}
	return &reportFile{path, half, command}, nil
}

func (p *reportFile) write(r receipt.Receipt) error {
	if p.half == nil {
		return nil
	}
	page := report.Page{
		Receipt: r, Sentence: trace.Claim(r), Tested: trace.Tested(r), Event: trace.Name(r.Event), Command: shellWords(withoutPasswords(p.command)),
	}
	err := errors.Join(page.Write(p.half), p.half.Close())
	if err == nil {
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

// withoutPasswords takes from the URLs of a command line who is to be let in.
func withoutPasswords(words []string) []string {
	shown := slices.Clone(words)
	for i, word := range words {
		flag, value, joined := strings.Cut(word, "=")
		if !joined || !strings.HasPrefix(flag, "-") {
			flag, value = "", word
		} else {
			flag += "="
		}
		if u, err := url.Parse(value); err == nil && u.Host != "" && u.User != nil {
			u.User = nil
			shown[i] = flag + u.String()
		}
	}
	return shown
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
