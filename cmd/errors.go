package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"kinspect/internal/awsconf"
	"kinspect/internal/consumer"
	"kinspect/internal/jq"
	"kinspect/internal/shard"
	"kinspect/internal/stream"
	"kinspect/internal/term"
	"kinspect/putrec"
	"kinspect/tail"
	"kinspect/trace"
)

// exitCode is a way to end that is no failure to run: the answer was printed.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// The exit codes are a contract.
const (
	exitDone        exitCode = 0   // done; trace: found
	exitAbsent      exitCode = 1   // trace: proved absent
	exitFailed      exitCode = 2   // usage, or could not run
	exitIncomplete  exitCode = 3   // something asked for was not read or written; trace: inconclusive
	exitInterrupted exitCode = 130 // stopped by Ctrl-C
)

// Each command's help tells the codes that it can end with; the root's tells all.
const (
	exitCodes = `Exit codes: 0 done (trace: found), 1 trace: proved absent, 2 could not run,
3 incomplete (trace: inconclusive), 130 interrupted.`
	exitCodesTail   = `Exit codes: 0 done, 2 could not run, 3 something could not be read, 130 interrupted.`
	exitCodesTrace  = `Exit codes: 0 found, 1 proved absent, 2 could not run, 3 inconclusive, 130 interrupted.`
	exitCodesPutrec = `Exit codes: 0 all was put, 2 could not run, 3 something was not put or not verified,
130 interrupted.`
	exitCodesShardmap = `Exit codes: 0 done, 2 could not run, 3 a line of --keys was no key, 130 interrupted.`
)

// usageError is a command line that cannot be meant.
type usageError struct {
	err  error
	hint string
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

const timeHint = "a time is 2026-11-23T10:15:02Z, 2026-11-23, unix seconds, or how long ago: 15m, 2h30m, 3d"

var errNoEvent = errors.New("nothing to look for")

var errPlanMetrics = errors.New("--plan reads nothing, so there is nothing to compare with --metrics")

var errPlanReceipt = errors.New("--plan reads nothing that a --receipt could hold")

var (
	errTwoOutputs  = errors.New("both -o and --template are given")
	errRawJQ       = errors.New("-o raw prints what was put, which --jq cannot replace")
	errRawTerminal = errors.New("-o raw would write a record's bytes to this terminal, which obeys them")
)

var errBadName = errors.New("a stream cannot have that name")

var errOtherRegion = errors.New("--region is not the region of the stream's ARN")

var errLocalSpace = errors.New("--local takes its file behind an equals sign")

// noStream is a stream that could not be described, the first thing asked of
// it.
type noStream struct {
	name, region string
	where        string // the endpoint, or the region
	err          error
	// What may have been meant: streams of the account, and regions that have it.
	nearest, elsewhere []string
}

// missing tells whether the stream does not exist.
func (e *noStream) missing() bool {
	var failed *stream.Error
	return errors.As(e.err, &failed) && failed.Problem == stream.NotFound
}

func (e *noStream) Error() string {
	if e.missing() {
		return fmt.Sprintf("stream %q does not exist in %s", e.name, e.region)
	}
	return fmt.Sprintf("describing stream %q %s: %v", e.name, e.where, reason(e.err))
}

func (e *noStream) Unwrap() error { return e.err }

// reason leaves out the subject where the message has named it.
func reason(err error) string {
	var failed *stream.Error
	if errors.As(err, &failed) {
		return failed.Reason()
	}
	return err.Error()
}

// finish tells an error, and returns the exit code.
// A closed pipe is success.
func (a *app) finish(err error) int {
	var code exitCode
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE):
		return int(exitDone)
	case errors.As(err, &code):
		return int(code)
	case stopped(err):
		return int(exitInterrupted)
	}
	a.tellError(err)
	return int(exitFailed)
}

// tellError prints an error, its picture and its hints.
func (a *app) tellError(err error) {
	message, meant, _ := strings.Cut(err.Error(), "\n\nDid you mean this?\n\t") // cobra's
	fmt.Fprintf(a.err, "kinspect: %s %s\n", a.err.Error("error:"), term.EscapeLine(message))
	if meant != "" {
		a.hint("did you mean " + strings.Join(strings.Fields(meant), " or ") + "?")
	}
	var syntax *jq.SyntaxError
	if errors.As(err, &syntax) && syntax.Caret() != "" {
		fmt.Fprintln(a.err, term.Escape(syntax.Caret()))
	}
	for _, hint := range a.hints(err) {
		a.hint(hint)
	}
}

// stopped tells whether Ctrl-C ended what failed.
func stopped(err error) bool {
	var failed *stream.Error
	return errors.Is(err, context.Canceled) || errors.As(err, &failed) && failed.Problem == stream.Stopped
}

// hints is what we know about an error: what to try next.
func (a *app) hints(err error) []string {
	var hints []string
	add := func(when bool, hint string) {
		if when && hint != "" {
			hints = append(hints, hint)
		}
	}
	var usage *usageError
	add(errors.As(err, &usage), hintOf(usage))
	add(errors.Is(err, awsconf.ErrNoRegion), "set AWS_REGION, or give --region; --local needs neither")
	add(errors.Is(err, awsconf.ErrNoCredentials), "run aws configure or aws sso login, or set AWS_PROFILE; for an endpoint that checks none, any AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY will do")
	add(errors.As(err, new(*awsconf.NoProfile)), "aws configure list-profiles shows what is there")
	var endpoint *awsconf.EndpointError
	add(errors.As(err, &endpoint), "begin it with http:// or https://")
	var waiting *notReady
	add(errors.As(err, &waiting), waiting.hint())
	add(errors.As(err, new(*shard.Unknown)), "kinspect shardmap STREAM lists its shards")
	var closed *putrec.ClosedShard
	if errors.As(err, &closed) && len(closed.Children) > 0 {
		add(true, "its range went to "+strings.Join(closed.Children, " and "))
	}
	add(errors.As(err, new(*putrec.EnvelopeError)), envelopesHint)
	var checkpoint *tail.BadCheckpoint
	add(errors.As(err, &checkpoint), "the file stays as it is; another --resume file begins anew")
	var number *tail.NoShardForNumber
	add(errors.As(err, &number), "name the shard with --shard")
	add(errors.As(err, new(*tail.RefusedNumber)), "a sequence number is of one stream, and of one shard of it; --shard names that shard")
	add(errors.As(err, new(*trace.CannotNarrow)), "leave --narrow out: all shards are read, the likely ones first")
	add(errors.As(err, new(*tail.NothingChosen)), "leave out --shard, or --narrow")
	var left *tail.ClosedShards
	if errors.As(err, &left) {
		add(true, "--from trim-horizon, or --from 1h, reads what was put before")
		add(len(left.Successors) > 0, "the range went to "+strings.Join(left.Successors, " and "))
	}
	var window *trace.BadWindow
	add(errors.As(err, &window), "times without a zone are UTC")
	var many *consumer.TooMany
	if errors.As(err, &many) {
		add(true, tooManyHint(many))
	}
	var unlike *trace.CannotMerge
	if errors.As(err, &unlike) && unlike.Window {
		add(true, "give each part the same --from and --until")
	}
	add(errors.As(err, new(*trace.CannotDivide)), "leave --part out: all shards are read")
	var unfit *trace.CannotResume
	if errors.As(err, &unfit) {
		add(unfit.Asked, "the receipt holds the question: leave out EVENT and the flags that say what is sought, --from, --until and --settle")
		add(true, "without --resume all of the window is read")
	}
	var lost *noStream
	if errors.As(err, &lost) && len(lost.hints()) > 0 {
		return append(hints, lost.hints()...)
	}
	return append(hints, streamHints(a.flags, err)...)
}

func hintOf(e *usageError) string {
	if e == nil {
		return ""
	}
	return e.hint
}

// streamHints is what a failed call tells.
func streamHints(flags common, err error) []string {
	var failed *stream.Error
	if !errors.As(err, &failed) {
		return nil
	}
	switch failed.Problem {
	case stream.NotFound:
		if flags.local != "" {
			return []string{`the sample stream is named "checkout"`}
		}
		return []string{"aws kinesis list-streams shows what is there; another region or account may hold it (--region, --profile)"}
	case stream.Denied:
		return []string{permission(failed.Action)}
	case stream.Unavailable:
		return []string{"the endpoint did not answer as Kinesis does: check --endpoint-url, the region and the network"}
	}
	if text := remedy(failed); text != "" {
		return []string{text}
	}
	return nil
}
