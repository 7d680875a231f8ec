package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/notice"
	"kinspect/internal/term"
	"kinspect/trace"
	"kinspect/trace/receipt"
)

// answer prints the verdict, keeps the receipt, and says by the exit code what
// it is.
func (a *app) answer(ctx context.Context, f *traceFlags, r receipt.Receipt) error {
	if f.receipt != "" {
		if err := writeReceipt(f.receipt, r); err != nil {
			return err
		}
	}
	print := func() error { return trace.Print(a.out, r) }
	if f.output == "json" {
		print = func() error { return r.Write(a.out) }
	}
	if err := print(); err != nil {
		return err
	}
	a.tellCaveats(f, r)
	if ctx.Err() != nil {
		return exitInterrupted
	}
	return map[receipt.Verdict]exitCode{
		receipt.Found: exitDone, receipt.Absent: exitAbsent, receipt.Inconclusive: exitIncomplete,
	}[r.Verdict]
}

func writeReceipt(path string, r receipt.Receipt) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("writing the receipt: %w", err)
	}
	err = r.Write(file)
	return errors.Join(err, file.Close())
}

// tellCaveats prints on standard error what does not change the verdict.
func (a *app) tellCaveats(f *traceFlags, r receipt.Receipt) {
	if a.flags.quiet || f.output == "json" {
		return
	}
	for _, caveat := range r.Caveats {
		if !slices.Contains(notice.Assumptions, caveat) {
			fmt.Fprintf(a.err, "kinspect: note: %s\n", term.EscapeLine(caveat.Text))
		}
	}
	if r.Verdict == receipt.Found && !f.all {
		fmt.Fprintln(a.err, "kinspect: note: stopped at the first match; --all lists every copy")
	}
}

// progress shows on a terminal how far the scan is.
func (a *app) progress(o *trace.Options) *term.Status {
	status := term.NewStatus(a.err)
	if a.flags.quiet || !a.err.Terminal {
		return status
	}
	began := time.Now()
	o.Progress = func(p coverage.Progress) {
		status.Set(fmt.Sprintf("%d of %d shards read, %d records, %.1f MB, %s, %s so far",
			p.ShardsDone, p.Shards, p.Records, float64(p.Bytes)/1e6, behind(p.Behind, o.Settle), time.Since(began).Round(time.Second)))
	}
	return status
}

// behind says how far there is to go, to what a glance takes in. At the tip of
// every shard there is nothing to read, but late records to wait for.
func behind(d, settle time.Duration) string {
	switch {
	case d <= settle:
		return fmt.Sprintf("waiting %s for late records", settle)
	case d < time.Minute:
		return d.Round(time.Second).String() + " behind"
	}
	return strings.TrimSuffix(d.Round(time.Minute).String(), "0s") + " behind"
}
