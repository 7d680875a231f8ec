// Package putrec puts lines into a stream and gives a receipt for each record
// that the stream acknowledged. Lines become records, records become batches,
// and one batch is put at a time, in the order of the input: what a call did not
// take is put again on its own before the next batch begins. Every line taken is
// acknowledged or handed back. It puts at least once, not exactly once: a record
// whose call went unanswered is put again, and the result counts those that may
// now stand in the stream twice.
package putrec

import (
	"context"
	"fmt"

	"kinspect/internal/record"
	"kinspect/internal/stream"
)

// Receipt says where in the stream a line stands.
type Receipt struct {
	// Line counts from 1.
	Line           int                   `json:"line"`
	ShardID        string                `json:"shardId"`
	SequenceNumber record.SequenceNumber `json:"sequenceNumber"`
	// SubSequenceNumber is the line's place among those that share an aggregate;
	// nil where it has a record of its own.
	SubSequenceNumber *int `json:"subSequenceNumber,omitempty"`
	// Attempts is the number of calls that carried the record.
	Attempts int `json:"attempts"`
	// Verified says that the record was read back, and is what was put.
	Verified bool `json:"verified,omitempty"`
}

// Result counts what Run did.
type Result struct {
	// Lines is the last line taken from Input. After an early end, a line whose
	// own end had not arrived is not taken: it is neither put nor handed back.
	Lines int
	// Put and Failed add up to Lines. With Check, Put is what would be.
	Put, Failed int
	// Records is how many records the lines put became: fewer where aggregated.
	Records int
	// Bytes is the data and partition keys that were put.
	Bytes int64
	// Read is how many bytes of Input were taken, a byte for each line's end.
	Read int64
	// Calls is the number of PutRecords calls, failed ones included.
	Calls int
	// Retried counts the records that took more than one call.
	Retried int
	// Unverified counts the lines put that Verify could not confirm.
	Unverified int
	// MaybeTwice counts the lines put after an earlier call that carried them
	// had gone unanswered: each may stand in the stream more than once.
	MaybeTwice int
}

// Run puts the input into a stream, as it was described beforehand. Its error is
// what ended the run early: the options (*shard.Unknown, *ClosedShard), a Whole
// input that is no record (such as ErrEmpty or a *SizeError), a failed read, a
// call that will not succeed (*stream.Error), a receipt that could not be written,
// or the context's end.
// Lines handed back on account of it carry that same error. Lines that could not
// be put for reasons of their own are no error of Run; Result.Failed counts them.
func Run(ctx context.Context, client *stream.Client, described stream.Summary, o Options) (Result, error) {
	if err := o.check(described); err != nil {
		return Result{}, err
	}
	r := newRun(client, o, described)
	if err := r.route(ctx); err != nil {
		return Result{}, err
	}
	r.readAll(ctx)
	if r.lost != nil && r.lost != r.stop {
		return r.result, fmt.Errorf("%w; %w", r.stop, r.lost)
	}
	return r.result, r.stop
}

// interrupted is the end of the caller's context.
type interrupted struct{ cause error }

func (interrupted) Error() string   { return "interrupted" }
func (i interrupted) Unwrap() error { return i.cause }
