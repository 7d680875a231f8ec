package cmd

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"github.com/spf13/cobra"

	"kinspect/internal/term"
	"kinspect/putrec"
)

type putrecFlags struct {
	file, failed                                         string
	partitionKey, partitionKeyJQ, explicitHashKey, shard string
	rate                                                 string
	whole, envelopes, base64, gzip, aggregate            bool
	verify, check                                        bool
	given                                                func(flag string) bool
}

const putrecHelp = `Put DATA, the lines of a file, or the lines of standard input into a stream, a
record each. For each line that the stream acknowledged a line of JSON is printed,
its receipt: line, shardId, sequenceNumber, attempts. What could not be put is
named on standard error by its number, and kept as it came with --failed; the same
command with that file for --file puts exactly the rest. A file that still holds
lines of an earlier run is not overwritten.

Input. --envelopes takes lines of tail --decode none -o json and copies a stream
byte for byte, each record under its partition key, or a random one where it had
none. Only explicit hash keys are not in what a stream gives: where a producer set
one, the copy may go into another shard. What was decoded, an unknown or a doubled
key is refused. --base64 is undone first, and --gzip done last.

Keys. Without a key each record has a random one. --partition-key-jq makes a key of
each record, one string or number. Both go before an envelope's own. On a stream
that distributes by itself (AUTO) no key is needed, and one that is given chooses no
shard.

--aggregate puts records together in the KPL's format, up to 50 KiB, by the shards
that their keys fall into; receipts then have a subSequenceNumber. If a reshard
sends an aggregate elsewhere, so that KCL consumers would drop it, the shards are
listed again and its lines are handed back.

Pace. Half of each shard's write quota (1,000 records and 1 MiB a second, on-demand
or not) is left to others, by the shard that each key falls into; on an AUTO stream,
which shard takes what is not known, and only refusals slow us down. --rate N puts at
most N lines a second, aggregated or not; --rate off lifts all pacing. Records go in
order, call by call, and what a call did not take is put again before the next: the
shard with the most to take sets the pace of them all.

--verify reads every record back by its sequence number, within 0.4 of the shards'
read quota, and compares it before its receipt says verified. A line that cannot be
confirmed has its receipt without that, is named on standard error, and ends in exit
code 3; it is not kept with --failed, since it was acknowledged.

--check puts nothing: it prints line and bytes of what would be put, and where a key
is given partitionKey and shardId, and names (and keeps with --failed) what would be
refused.

Each line is put at least once. A call that went unanswered is made again, and that
is said, since its records may stand in the stream twice. After a kill every receipt
printed holds, and at most the 500 records of one call are in the stream without
one. Nothing more is put once a receipt cannot be written, as to a closed pipe.
Without --aggregate, go on behind the last receipt's line:
  tail -n +$((LINE+1)) FILE | kinspect putrec STREAM

`

const envelopesHint = "--envelopes takes what kinspect tail STREAM --decode none -o json prints"

func (a *app) putrec() *cobra.Command {
	f := &putrecFlags{}
	c := &cobra.Command{
		Use:   "putrec STREAM [DATA]",
		Short: "Put records into a stream, with a receipt for each",
		Long:  putrecHelp + exitCodesPutrec,
		Example: `  kinspect putrec orders '{"orderId":"ord-7"}' --partition-key user-88
  kinspect putrec orders --file orders.jsonl --partition-key-jq .customer --failed again.jsonl
  kinspect tail orders --from trim-horizon --no-follow --decode none -o json | kinspect putrec copy --envelopes --verify
  kinspect putrec checkout '{"orderId":"ord-7"}' --local`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			f.given = c.Flags().Changed
			return a.runPutrec(c.Context(), f, args)
		},
	}
	b := c.Flags()
	b.StringVar(&f.file, "file", "", "put the lines of this `file`; - is standard input")
	b.BoolVar(&f.whole, "whole", false, "make all of the input one record")
	b.BoolVar(&f.envelopes, "envelopes", false, "put again the lines of tail --decode none -o json, byte for byte")
	b.BoolVar(&f.base64, "base64", false, "a line is base64 of its record")
	b.BoolVar(&f.gzip, "gzip", false, "compress each record")
	b.BoolVar(&f.aggregate, "aggregate", false, "put records together in the format of the KPL")
	b.StringVar(&f.partitionKey, "partition-key", "", "partition `key` of every record; by default a random one for each")
	b.StringVar(&f.partitionKeyJQ, "partition-key-jq", "", "make each record's partition key by this jq `expression`")
	b.StringVar(&f.explicitHashKey, "explicit-hash-key", "", "hash `key` that overrides the partition key, a decimal number")
	b.StringVar(&f.shard, "shard", "", "put into this open shard, by a hash key of its own: an `ID`, or its bare number")
	b.StringVar(&f.rate, "rate", "", "put at most this `number` of lines a second; off lifts our pacing")
	b.BoolVar(&f.verify, "verify", false, "read each record back, and compare, before its receipt says verified")
	b.BoolVar(&f.check, "check", false, "put nothing: print sizes and the shards that would take the records")
	b.StringVar(&f.failed, "failed", "", "keep the lines that could not be put in this `file`")
	return c
}

func (a *app) runPutrec(ctx context.Context, f *putrecFlags, args []string) error {
	o, err := f.options()
	if err != nil {
		return err
	}
	input, err := f.input(a.Stdin, args[1:])
	if err != nil {
		return err
	}
	defer input.Close()
	c, err := a.connect(ctx, args[0], false)
	if err != nil {
		return err
	}
	kept, err := keep(f.failed, f.file, f.whole)
	if err != nil {
		return err
	}
	if fromStdin := len(args) == 1 && (f.file == "" || f.file == "-"); fromStdin && term.Typed(a.Stdin) && !a.flags.quiet {
		fmt.Fprintln(a.err, "kinspect: note: type the records, a line each; Ctrl-D ends them")
	}
	o.Input, o.Whole = input, f.whole
	result, err := a.putAll(ctx, f, c, o, kept)
	return a.finishPutrec(ctx, f, c, result, errors.Join(err, kept.Close()))
}

// putAll runs the put, and says by number what goes wrong on the way.
func (a *app) putAll(ctx context.Context, f *putrecFlags, c connection, o putrec.Options, kept *keeper) (putrec.Result, error) {
	progress, done := a.putProgress(f)
	refused := &refusals{out: a.err, what: "not put"}
	if f.check {
		refused.what = "would not be put"
	}
	unverified := &refusals{out: a.err, what: "not verified"}
	o.Receipts, o.Progress = a.out, progress
	unfit := false
	o.Failed = func(failure putrec.Failure) error {
		unfit = unfit || !f.whole && errors.As(failure.Err, new(*putrec.EnvelopeError))
		if !f.whole || failure.Attempts > 0 { // else the error says it all
			refused.tell(failure.Line, failure.Reason())
		}
		return kept.add(failure)
	}
	o.Unverified = func(u putrec.Unverified) { unverified.tell(u.Line, u.Err.Error()) }
	o.Notice = a.notice
	result, err := putrec.Run(ctx, c.Client, c.Summary, o)
	refused.flush()
	unverified.flush()
	done()
	if unfit {
		a.hint(envelopesHint)
	}
	return result, err
}

// finishPutrec sums up and says by the exit code how it went.
func (a *app) finishPutrec(ctx context.Context, f *putrecFlags, c connection, r putrec.Result, err error) error {
	if f.check && errors.Is(err, syscall.EPIPE) { // who has seen enough lost nothing
		return nil
	}
	if err != nil {
		err = fmt.Errorf("putting records into stream %q: %w", c.Name, err)
	}
	if !a.flags.quiet && r.Lines == 0 && err == nil && ctx.Err() == nil {
		fmt.Fprintln(a.err, "kinspect: note: nothing to put: the input is empty")
	}
	if !a.flags.quiet && r.Lines > 0 && (err == nil || r.Put > 0) {
		fmt.Fprintf(a.err, "kinspect: %s\n", putSummary(f, r))
		if c.endpoint != "" && !f.check {
			fmt.Fprintln(a.err, "kinspect: note: the stream of --local ends with this command")
		}
	}
	if r.MaybeTwice > 0 { // also under --quiet: the receipts do not tell
		a.notice(fmt.Sprintf("%s may stand in the stream twice: a call that carried them went unanswered", term.Count(r.MaybeTwice, "line")))
	}
	if err != nil && r.Lines > 0 && !f.whole {
		a.notice(fmt.Sprintf("the input was read up to line %d, and what may follow it was not put", r.Lines))
	}
	switch {
	case ctx.Err() != nil:
		return exitInterrupted
	case err != nil && r.Put == 0:
		return err
	case err != nil:
		a.tellError(err)
		return exitIncomplete
	case r.Failed > 0 || r.Unverified > 0:
		return exitIncomplete
	}
	return nil
}

// putSummary tells what became of the lines.
func putSummary(f *putrecFlags, r putrec.Result) string {
	size := term.Bytes(r.Bytes)
	switch {
	case f.check:
		return fmt.Sprintf("%s of %s can be put (%s); nothing was sent", term.Number(r.Put), term.Count(r.Lines, "line"), size)
	case f.aggregate:
		return fmt.Sprintf("put %s of %s (%s, %s) in %s",
			term.Number(r.Put), term.Count(r.Lines, "user record"), term.Count(r.Records, "record"), size, term.Count(r.Calls, "call"))
	}
	return fmt.Sprintf("put %s of %s (%s) in %s", term.Number(r.Put), term.Count(r.Lines, "record"), size, term.Count(r.Calls, "call"))
}
