package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"

	"kinspect/internal/notice"
	"kinspect/internal/term"
	"kinspect/trace"
	"kinspect/trace/receipt"
)

// answer prints the verdict, keeps the receipt, and says by the exit code what
// it is. Nobody may be reading on: the exit code tells the verdict all the same.
func (a *app) answer(ctx context.Context, f *traceFlags, kept *evidence, r receipt.Receipt) error {
	write := func() error { return trace.Print(a.out, r) }
	if f.output == "json" {
		write = func() error { return r.Write(a.out) }
	}
	if err := write(); err != nil && !errors.Is(err, syscall.EPIPE) {
		return err
	}
	a.summarize(f, r)
	a.tellCaveats(f, r)
	if err := kept.write(r); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return exitInterrupted
	}
	return map[receipt.Verdict]exitCode{
		receipt.Found: exitDone, receipt.Absent: exitAbsent, receipt.Inconclusive: exitIncomplete,
	}[r.Verdict]
}

const receiptHint = "a receipt is what trace --receipt FILE and trace -o json write"

// readReceipt reads the receipt to go on from; without a path there is none.
func readReceipt(path string, stdin io.Reader) (*receipt.Receipt, error) {
	file := io.NopCloser(stdin)
	switch path {
	case "":
		return nil, nil
	case "-":
		path = "standard input"
	default:
		opened, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("reading the receipt: %w", err)
		}
		file = opened
	}
	defer file.Close()
	read, err := receipt.Read(file)
	if err != nil {
		return nil, &usageError{err: fmt.Errorf("reading %s: %w", path, err), hint: receiptHint}
	}
	return &read, nil
}

// tellCaveats prints on standard error what does not change the verdict.
func (a *app) tellCaveats(f *traceFlags, r receipt.Receipt) {
	if a.flags.quiet || f.output == "json" {
		return
	}
	for _, caveat := range r.Caveats {
		if !said(r, caveat) {
			fmt.Fprintf(a.err, "kinspect: note: %s\n", term.EscapeLine(caveat.Text))
		}
	}
	if r.Verdict == receipt.Found && r.Events == nil && !f.all && r.Event.SequenceNumber == "" {
		fmt.Fprintln(a.err, "kinspect: note: stopped at the first match; --all lists every copy")
	}
	if r.Verdict != receipt.Found && startsLikeJSON(r.Event.Text) {
		a.hint("EVENT was sought as text, in just this spelling; --like compares values")
	}
	if r.Verdict != receipt.Found && f.lineFeed {
		a.hint("the file of --data ends in a line feed, which the record may not have")
	}
	if r.Verdict == receipt.Inconclusive && slices.ContainsFunc(r.Reasons, func(n notice.Notice) bool { return strings.Contains(n.Text, ": jq: ") }) {
		a.hint("jq failed on some records; .a? in place of .a lets it pass over what has no a")
	}
	if r.Verdict == receipt.Inconclusive {
		a.tellRemedies(f, r)
	}
	a.tellNext(r)
}

// said tells whether a caveat is told elsewhere: when it was met, in the help, or in the
// verdict itself.
func said(r receipt.Receipt, caveat notice.Notice) bool {
	one := r.Events == nil
	switch caveat.Code {
	case notice.Undescribed, notice.Number:
		return true
	case notice.Outside, notice.NotDeliverable:
		return one
	case notice.PartOfText:
		return one && slices.ContainsFunc(r.Matches, func(m receipt.Match) bool { return m.Text != "" }) // which no receipt keeps
	}
	return slices.Contains(r.Assumptions(), caveat)
}

func startsLikeJSON(text string) bool { return text != "" && strings.ContainsAny(text[:1], `{["`) }

func (a *app) hint(text string) {
	fmt.Fprintf(a.err, "kinspect: %s %s\n", a.err.Dim("hint:"), term.EscapeLine(text))
}
