package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"kinspect/internal/match"
	"kinspect/internal/stream"
	"kinspect/internal/term"
	"kinspect/trace"
	"kinspect/trace/receipt"
)

type verifyFlags struct {
	output string
	decode decodeFlags
}

const exitCodesVerify = `Exit codes: 0 stands, 1 refuted, 2 could not run, 3 cannot be checked any more,
130 interrupted.`

func (a *app) traceVerify() *cobra.Command {
	f := &verifyFlags{}
	c := &cobra.Command{
		Use:   "verify RECEIPT",
		Short: "Tell whether the receipt of a trace still stands",
		Long: `Tell whether the receipt of a trace still stands: whether it agrees with itself
and with its checksum, whether its stream is the same and lists the same shards, and
whether each match is there and has its SHA-256. RECEIPT is a file, or - for standard
input; the stream is the one of the receipt's ARN. It takes two calls, and two for
each record that is read again. A sequence number that the receipt says is absent is
asked for again, of each shard.

What any other absent receipt says of the records themselves, only another trace shows; until
when the stream holds them is told. A checksum shows a slip of the hand; whoever means
to deceive computes another, so ask where a receipt comes from.

A receipt holds no data of records, but it holds the event that was sought, and of
matches partition keys, sequence numbers, times, the names of keys in paths, and what
an error of decoding quotes.

` + exitCodesVerify,
		Example: `  kinspect trace verify r.json
  kinspect trace verify r.json -o json
  kinspect trace orders ord-7 -o json | kinspect trace verify -`,
		Args: a.operands(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error { return a.runVerify(c.Context(), f, args[0]) },
	}
	b := c.Flags()
	b.StringVarP(&f.output, "output", "o", "text", "print `text` or json")
	b.StringVar(&f.decode.avro, "avro", "", "the schemas by which the trace read Avro messages: a `file` or a directory")
	b.StringVar(&f.decode.proto, "proto", "", "the .proto `file` by which the trace read protobuf messages")
	b.StringVar(&f.decode.message, "message", "", "the `name` of the message in the file of --proto")
	return c
}

func (a *app) runVerify(ctx context.Context, f *verifyFlags, path string) error {
	if f.output != "text" && f.output != "json" {
		return &usageError{err: fmt.Errorf("output %q is not one of text, json", f.output)}
	}
	o, err := f.options(path, a.Stdin)
	if err != nil {
		return err
	}
	v, err := a.verified(ctx, o)
	if err != nil {
		return err
	}
	write := func() error { return trace.PrintVerification(a.out, v) }
	if f.output == "json" {
		write = func() error { return v.Write(a.out) }
	}
	if err := write(); err != nil {
		return err
	}
	return map[receipt.Outcome]exitCode{
		receipt.Stands: exitDone, receipt.Refuted: exitAbsent, receipt.Unchecked: exitIncomplete,
	}[v.Outcome]
}

// options reads the receipt and makes of it what tests a record again.
func (f *verifyFlags) options(path string, stdin io.Reader) (o trace.VerifyOptions, err error) {
	text, err := readFile(path, stdin)
	if err != nil {
		return o, fmt.Errorf("reading the receipt: %w", err)
	}
	read, err := readReceipt("-", bytes.NewReader(text))
	if err != nil {
		return o, err
	}
	o.Receipt, o.Intact = *read, receipt.Intact(text)
	content, err := contentOf(o.Receipt.Event, false)
	if err != nil {
		return o, fmt.Errorf("the receipt's event: %w", err)
	}
	if len(content) > 0 {
		o.Content = match.All(content...)
	}
	if many := o.Receipt.Event.Events; many != nil {
		o.Finder = func(events []string) (match.Finder, error) { return finderOf(many.JQ, events) }
	}
	if kept := o.Receipt.Settings; kept.WithData {
		if o.Data, err = trace.KeepData(kept.Redact); err != nil {
			return o, err
		}
	}
	f.decode.layers = o.Receipt.Settings.Decode
	if o.Decoder, err = f.decode.decoder(); err != nil {
		return o, err
	}
	return o, nil
}

func readFile(path string, stdin io.Reader) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(stdin)
	}
	return os.ReadFile(path)
}

// verified asks the receipt's stream. One that is gone, or that no ARN names, cannot
// be asked.
func (a *app) verified(ctx context.Context, o trace.VerifyOptions) (trace.Verification, error) {
	arn := o.Receipt.Stream.ARN
	switch {
	case o.Receipt.Stream.Capture:
		return trace.Unverifiable(o, "a capture has no stream to compare it with", a.Now()), nil
	case arn == "":
		return trace.Unverifiable(o, "the receipt names no stream by its ARN, since its description was denied", a.Now()), nil
	}
	c, err := a.connect(ctx, arn, false)
	var lost *noStream
	var busy *notReady
	switch {
	case errors.As(err, &lost) && lost.missing():
		return trace.Unverifiable(o, "the stream does not exist any more", a.Now()), nil
	case errors.As(err, &busy):
		return trace.Unverifiable(o, busy.Error(), a.Now()), nil
	case err != nil:
		return trace.Verification{}, err
	}
	o.Endpoint = c.endpoint
	status := term.NewStatus(a.err)
	if !a.flags.quiet {
		o.Progress = func(read, all int) {
			status.Set(fmt.Sprintf("%s of %s read again", term.Number(read), term.Count(all, "matched record")))
		}
	}
	v, err := trace.Verify(ctx, c.Client, c.Summary, o)
	status.Clear() // before the answer is printed
	var failed *stream.Error
	if errors.As(err, &failed) && failed.Problem == stream.Denied {
		return trace.Unverifiable(o, failed.Error(), a.Now()), nil
	}
	return v, err
}
