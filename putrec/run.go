package putrec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"kinspect/internal/stream"
)

// lingerMax is how long a record waits for others to share its call. It runs on
// our own clock also where the endpoint's jumps: it is the input that it waits
// for.
const lingerMax = 200 * time.Millisecond

// run is one Run: its input on the left, the stream on the right.
type run struct {
	client  *stream.Client
	options Options
	form    form

	input  *input
	lines  lines
	batch  batch
	linger <-chan time.Time // fires when the batch has waited long enough
	// bytesMax bounds a batch; an endpoint that takes less lowers it.
	bytesMax int

	result Result
	// stop is why nothing more is put.
	stop error
	// lost is why a line could not be handed back.
	lost error
}

func newRun(client *stream.Client, o Options, summary stream.Summary) *run {
	if o.Receipts == nil {
		o.Receipts = io.Discard
	}
	return &run{
		client:  client,
		options: o,
		form: form{
			partitionKey:    o.PartitionKey,
			explicitHashKey: o.ExplicitHashKey,
			recordBytesMax:  min(summary.RecordBytesMax, lineBytesKept),
		},
		input:    newInput(o.Input),
		lines:    lines{whole: o.Whole},
		bytesMax: stream.PutBytesMax,
	}
}

// readAll puts the input to its end, or until there is a reason to stop; then it
// hands back all lines that have arrived.
func (r *run) readAll(ctx context.Context) {
	for ended := false; !ended && r.stop == nil; {
		came, err := r.input.wait(ctx, r.linger)
		switch {
		case errors.Is(err, errPaused):
			r.flush(ctx)
		case err != nil:
			r.stop = interrupted{err}
		default:
			ended = r.take(ctx, came)
		}
	}
	if r.stop != nil {
		r.take(ctx, r.input.rest())
	}
	r.flush(ctx)
	r.result.Lines = r.lines.number
}

// take takes what a Read brought, and tells whether the input ended with it. An
// input that fails ends as well, within a line that is not taken.
func (r *run) take(ctx context.Context, came arrival) (ended bool) {
	r.lines.add(came.data)
	for l, ok := r.lines.next(); ok; l, ok = r.lines.next() {
		r.takeLine(ctx, l)
	}
	switch came.err {
	case nil:
		return false
	case io.EOF:
		if l, ok := r.lines.last(); ok {
			r.takeLine(ctx, l)
		}
		return true
	}
	r.flush(ctx)
	if r.stop == nil {
		r.stop = fmt.Errorf("reading the input after line %d: %w", r.lines.number, came.err)
	}
	return true
}

// takeLine adds the line to the batch, and sends the batch where it is full. A
// line that is no record is handed back by itself; if it is the whole input,
// there is nothing else to do.
func (r *run) takeLine(ctx context.Context, l line) {
	entry, err := r.form.entry(l)
	switch {
	case err == nil:
		r.add(ctx, &outgoing{line: l.number, entry: entry})
	case r.options.Whole:
		r.stop = err
	default:
		r.failed(Failure{Line: l.number, Data: l.data, Size: l.size, Err: err})
	}
}

func (r *run) add(ctx context.Context, o *outgoing) {
	if !r.batch.has(o.bytes(), r.bytesMax) {
		r.flush(ctx)
	}
	if len(r.batch.records) == 0 {
		r.linger = time.After(lingerMax)
	}
	r.batch.add(o)
	if r.batch.full() {
		r.flush(ctx)
	}
}

// flush puts the batch and begins a new one.
func (r *run) flush(ctx context.Context) {
	records := r.batch.records
	r.batch, r.linger = batch{}, nil
	r.put(ctx, records)
}
