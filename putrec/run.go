package putrec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"kinspect/internal/kpl"
	"kinspect/internal/pace"
	"kinspect/internal/stream"
)

// lingerMax is how long a record waits for others to share its call. It runs on
// our own clock also where the endpoint's jumps: it is the input that it waits
// for.
const lingerMax = 200 * time.Millisecond

// run is one Run: its input on the left, the stream on the right.
type run struct {
	client    *stream.Client
	described stream.Summary
	options   Options
	form      form

	input      *input
	lines      lines
	aggregates aggregates
	batch      batch
	linger     <-chan time.Time // fires when the batch has waited long enough
	bounds     bounds
	routes     routes
	pacing     pacing
	verifier   verifier
	said       map[string]bool // notices

	result Result
	// stop is why nothing more is put.
	stop error
	// lost is why a line could not be handed back.
	lost error
}

func newRun(client *stream.Client, o Options, described stream.Summary) *run {
	if o.Receipts == nil {
		o.Receipts = io.Discard
	}
	r := &run{
		client: client, described: described, options: o,
		form:       o.form(described),
		input:      newInput(o.Input),
		aggregates: aggregates{bytesMax: min(kpl.BatchBytesDefault, described.RecordBytesMax)},
		bounds:     bounds{bytes: stream.PutBytesMax, lines: o.Rate},
		said:       map[string]bool{},
	}
	r.lines = lines{whole: o.Whole, most: r.form.kept()}
	if o.Rate > 0 {
		r.pacing.rate = pace.NewBudget(float64(o.Rate))
	}
	return r
}

// notice says something once.
func (r *run) notice(text string) {
	if !r.said[text] && r.options.Notice != nil {
		r.options.Notice(text)
	}
	r.said[text] = true
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
		r.stop = unreadable(r.lines.number, came.err)
	}
	return true
}

// unreadable is an input that fails, after so many lines.
func unreadable(lines int, err error) error {
	if lines == 0 {
		return fmt.Errorf("reading the input: %w", err)
	}
	return fmt.Errorf("reading the input after line %d: %w", lines, err)
}

// takeLine adds the line's record to the batch, and sends the batch where it is
// full. A line that is no record is handed back by itself; if it is the whole
// input, that is why the run ends.
func (r *run) takeLine(ctx context.Context, l line) {
	r.result.Read += int64(l.size + 1)
	s, err := r.form.record(l)
	switch {
	case err != nil:
		if r.options.Whole && r.stop == nil {
			r.stop = err
		}
		r.failed(Failure{Line: l.number, Data: l.data, Size: l.size, Err: err})
	case r.options.Check:
		r.checked(s)
	case r.options.Aggregate:
		r.gather(ctx, s)
	default:
		r.add(ctx, plain(s))
	}
}

// gather adds the record to the aggregate of its part of the key space.
func (r *run) gather(ctx context.Context, s *source) {
	if r.linger == nil {
		r.linger = time.After(lingerMax)
	}
	if full := r.aggregates.add(s, r.routes.cell(s)); full != nil {
		r.add(ctx, full)
	}
	if r.aggregates.bytes > heldMax {
		r.flush(ctx)
	}
}

func (r *run) add(ctx context.Context, o *outgoing) {
	o.shard = r.routes.shard(o.sources[0])
	if !r.batch.has(o, r.bounds) {
		r.send(ctx)
	}
	if r.linger == nil {
		r.linger = time.After(lingerMax)
	}
	r.batch.add(o)
	if r.batch.full(r.bounds) {
		r.send(ctx)
	}
}

// flush puts all that was gathered.
func (r *run) flush(ctx context.Context) {
	for _, o := range r.aggregates.take() {
		r.add(ctx, o)
	}
	r.send(ctx)
}

// send puts the batch and begins a new one.
func (r *run) send(ctx context.Context) {
	records := r.batch.records
	r.batch, r.linger = batch{}, nil
	r.reroute(ctx)
	r.put(ctx, records)
	r.progress()
}

func (r *run) progress() {
	if r.options.Progress != nil {
		r.result.Lines = r.lines.number
		r.options.Progress(r.result)
	}
}
