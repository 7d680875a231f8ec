package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"kinspect/internal/term"
	"kinspect/putrec"
)

type putrecFlags struct {
	file, failed, partitionKey, explicitHashKey string
	whole                                       bool
}

func (a *app) putrec() *cobra.Command {
	f := &putrecFlags{}
	c := &cobra.Command{
		Use:   "putrec STREAM [DATA]",
		Short: "Put records into a stream, with a receipt for each",
		Long: `Put DATA, the lines of a file, or the lines of standard input into a stream, a
record each. For each record that the stream acknowledged a line of JSON is
printed: line, shardId, sequenceNumber, attempts. What could not be put is named
on standard error, and kept with --failed.

` + exitCodesPutrec,
		Example: `  kinspect putrec orders '{"orderId":"ord-7"}' --partition-key user-88
  kinspect putrec orders --file orders.jsonl --failed again.jsonl
  kinspect putrec checkout '{"orderId":"ord-7"}' --local`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error { return a.runPutrec(c.Context(), f, args) },
	}
	b := c.Flags()
	b.StringVar(&f.file, "file", "", "put the lines of this `file`; - is standard input")
	b.BoolVar(&f.whole, "whole", false, "make all of the input one record")
	b.StringVar(&f.partitionKey, "partition-key", "", "partition `key` of every record; by default a random one for each")
	b.StringVar(&f.explicitHashKey, "explicit-hash-key", "", "hash `key` that overrides the partition key, a decimal number")
	b.StringVar(&f.failed, "failed", "", "keep the lines that could not be put in this `file`")
	return c
}

func (a *app) runPutrec(ctx context.Context, f *putrecFlags, args []string) error {
	input, whole, err := f.input(a.Stdin, args[1:])
	if err != nil {
		return err
	}
	defer input.Close()
	c, err := a.connect(ctx, args[0], true)
	if err != nil {
		return err
	}
	kept, err := f.keep(whole)
	if err != nil {
		return err
	}
	refused := &refusals{out: a.err, what: "not put"}
	result, err := putrec.Run(ctx, c.Client, c.Summary, putrec.Options{
		Input: input, Whole: whole, Receipts: a.out,
		PartitionKey: f.partitionKey, ExplicitHashKey: f.explicitHashKey,
		Failed: func(failure putrec.Failure) error {
			refused.tell(failure)
			return kept.add(failure)
		},
	})
	refused.flush()
	return a.finishPutrec(ctx, c, result, errors.Join(err, kept.Close()))
}

// finishPutrec sums up and says by the exit code how it went.
func (a *app) finishPutrec(ctx context.Context, c connection, r putrec.Result, err error) error {
	if err != nil {
		err = fmt.Errorf("putting records into stream %q: %w", c.Name, err)
	}
	if !a.flags.quiet && r.Lines == 0 && err == nil && ctx.Err() == nil {
		fmt.Fprintln(a.err, "kinspect: note: nothing to put: the input is empty")
	}
	if !a.flags.quiet && r.Lines > 0 && (err == nil || r.Put > 0) {
		fmt.Fprintf(a.err, "kinspect: put %s of %s (%.1f MB) in %s\n",
			term.Number(r.Put), term.Count(r.Lines, "record"), float64(r.Bytes)/1e6, term.Count(r.Calls, "call"))
		if c.endpoint != "" {
			fmt.Fprintln(a.err, "kinspect: note: the stream of --local ends with this command")
		}
	}
	if r.MaybeTwice > 0 { // also under --quiet: the receipts do not tell
		a.notice(fmt.Sprintf("%s may stand in the stream twice: a call that carried them went unanswered", term.Count(r.MaybeTwice, "record")))
	}
	if err != nil && r.Lines > 0 {
		a.notice(fmt.Sprintf("the input was read up to line %d", r.Lines))
	}
	switch {
	case ctx.Err() != nil:
		return exitInterrupted
	case err != nil && r.Put == 0:
		return err
	case err != nil:
		fmt.Fprintf(a.err, "kinspect: %s %s\n", a.err.Error("error:"), term.EscapeLine(err.Error()))
		return exitIncomplete
	case r.Failed > 0:
		return exitIncomplete
	}
	return nil
}

// input is DATA, a file, or standard input; DATA is one record.
func (f *putrecFlags) input(stdin io.Reader, operands []string) (input io.ReadCloser, whole bool, err error) {
	switch {
	case len(operands) > 0 && f.file != "":
		return nil, false, &usageError{err: errors.New("both DATA and --file are given"), hint: "give one of them"}
	case len(operands) > 0:
		return io.NopCloser(strings.NewReader(operands[0])), true, nil
	case f.file == "" || f.file == "-":
		return io.NopCloser(stdin), f.whole, nil
	}
	file, err := os.Open(f.file)
	if err != nil {
		return nil, false, fmt.Errorf("reading the records: %w", err)
	}
	return file, f.whole, nil
}

// keeper writes what could not be put to a file, or nowhere.
type keeper struct {
	file *os.File
	end  string // behind each record: what --file reads again as it was
}

func (f *putrecFlags) keep(whole bool) (*keeper, error) {
	k := &keeper{end: "\n"}
	if whole {
		k.end = ""
	}
	if f.failed == "" {
		return k, nil
	}
	if sameFile(f.file, f.failed) {
		return nil, &usageError{err: errors.New("--failed would overwrite the file being put"), hint: "keep what fails in another file"}
	}
	file, err := os.Create(f.failed)
	if err != nil {
		return nil, fmt.Errorf("keeping what could not be put: %w", err)
	}
	k.file = file
	return k, nil
}

func sameFile(a, b string) bool {
	one, errOne := os.Stat(a)
	other, errOther := os.Stat(b)
	return errOne == nil && errOther == nil && os.SameFile(one, other)
}

// add keeps a line, unless it was too long to be held at all.
func (k *keeper) add(failure putrec.Failure) error {
	if k.file == nil || failure.Data == nil {
		return nil
	}
	_, err := k.file.Write(append(slices.Clip(failure.Data), k.end...))
	return err
}

// Close closes the file, if there is one.
func (k *keeper) Close() error {
	if k.file == nil {
		return nil
	}
	return k.file.Close()
}
