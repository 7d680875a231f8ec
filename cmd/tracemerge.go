package cmd

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"kinspect/trace"
	"kinspect/trace/receipt"
)

type mergeFlags struct{ output, receipt, report string }

func (a *app) traceMerge() *cobra.Command {
	f := &mergeFlags{}
	c := &cobra.Command{
		Use:   "merge RECEIPT...",
		Short: "Make one verdict of the receipts of all parts of a trace",
		Long: `Make one verdict of the receipts of all parts of a trace, which trace --part I/N wrote.
RECEIPT is a file, or - for standard input. No call is made.

It is found if a part found it. It is absent only if no part is missing, each read its
shards over the window that all parts have in common, and no part's listing shows a
shard that may hold records of that window and that its part did not read. Else it is
inconclusive, and the parts are named that are missing, and what kept the others.

Receipts that are not of one question are refused: of another stream, or of one that
was created at another time, of another event, of other settings, of another number of
parts, or of the same part twice; so is one that was changed since it was written.

` + exitCodesTrace,
		Example: `  kinspect trace merge r-*.json
  kinspect trace merge r-*.json --receipt r.json --report ord-7.html
  kinspect trace merge r-*.json -o json`,
		Args: a.operands(cobra.MinimumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error { return a.runMerge(c.Context(), f, args) },
	}
	b := c.Flags()
	b.StringVar(&f.receipt, "receipt", "", "write the receipt of the whole, as JSON, to this `file`")
	b.StringVar(&f.report, "report", "", "write a page for a ticket, as HTML, to this `file`")
	b.StringVarP(&f.output, "output", "o", "text", "print `text` or json")
	return c
}

func (a *app) runMerge(ctx context.Context, f *mergeFlags, paths []string) error {
	if f.output != "text" && f.output != "json" {
		return &usageError{err: fmt.Errorf("output %q is not one of text, json", f.output)}
	}
	merger := trace.NewMerger()
	for _, path := range paths {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r, err := readIntact(path, a.Stdin)
		if err != nil {
			return err
		}
		if err := merger.Add(path, r); err != nil {
			return err
		}
	}
	r, err := merger.Receipt(toolVersion())
	if err != nil {
		return err
	}
	if said := r.Contradictions(); said != nil { // lest a fault of ours be taken for a proof
		return &trace.CannotMerge{Reason: "what they come to contradicts itself: " + said[0]}
	}
	kept, err := openEvidence(f.receipt, f.report)
	if err != nil {
		return err
	}
	defer kept.discard()
	return a.answer(ctx, &traceFlags{output: f.output, receipt: f.receipt, all: true}, kept, r)
}

// readIntact reads a receipt that is as it was written.
func readIntact(path string, stdin io.Reader) (receipt.Receipt, error) {
	text, err := readFile(path, stdin)
	if err != nil {
		return receipt.Receipt{}, fmt.Errorf("reading the receipt: %w", err)
	}
	r, err := receipt.Read(bytes.NewReader(text))
	if err == nil {
		err = receipt.Intact(text)
	}
	if err != nil {
		return r, &usageError{err: fmt.Errorf("reading %s: %w", path, err), hint: receiptHint}
	}
	return r, nil
}
