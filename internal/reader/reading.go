package reader

import (
	"context"
	"time"

	"kinspect/internal/pace"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/step"
	"kinspect/internal/stream"
)

// reading is one shard being read.
type reading struct {
	*Reader
	start    Start
	resume   position.Position // where a new iterator begins
	iterator string            // empty: a new one is wanted
	limit    int               // of records in a page; 0: as many as come
	last     record.SequenceNumber
	pace     *pace.Shard
	failures int       // in a row
	stuck    time.Time // the first of them
	end      ending
	holding  bool // a place among the pages in flight
}

func newReading(r *Reader, start Start) *reading {
	return &reading{Reader: r, start: start, resume: start.At, pace: pace.NewShard(r.share)}
}

// next returns the shard's next step; ok is false when the context ended.
func (r *reading) next(ctx context.Context) (st step.Step, ok bool) {
	if r.client.Wait(ctx, r.pace.Wait(r.client.Clock.Now())) != nil || !r.acquire(ctx) {
		return step.Step{}, false
	}
	st = r.ask(ctx)
	st.ShardID = r.start.Shard.ID
	if ctx.Err() != nil {
		r.release()
		return step.Step{}, false
	}
	return st, true
}

// acquire takes a place among the pages in flight; release gives it back.
func (r *reading) acquire(ctx context.Context) bool {
	select {
	case r.pages <- struct{}{}:
		r.holding = true
		return true
	case <-ctx.Done():
		return false
	}
}

func (r *reading) release() {
	if r.holding {
		<-r.pages
		r.holding = false
	}
}

func (r *reading) ask(ctx context.Context) step.Step {
	asked := r.client.Clock.Now()
	if err := r.open(ctx, asked); err != nil {
		return r.failure(err, asked)
	}
	page, err := r.client.Records(ctx, r.start.Shard.ID, r.iterator, r.limit)
	if err != nil {
		return r.failure(err, asked)
	}
	r.failures = 0
	r.limit = raised(r.limit, page)
	return r.page(ctx, page)
}

// open asks for an iterator where there is none.
func (r *reading) open(ctx context.Context, now time.Time) error {
	if r.iterator != "" {
		return nil
	}
	from := r.resume
	if from.Kind == position.Latest {
		r.resume = position.At(now) // should it fail, or expire before anything was read
	}
	iterator, err := r.client.Iterator(ctx, r.start.Shard.ID, from)
	r.iterator = iterator
	return err
}

// page makes a step of an answer and moves on behind it.
func (r *reading) page(ctx context.Context, p stream.Page) step.Step {
	answered := r.client.Clock.Now() // on the scale of AskedAt, unlike AnsweredAt
	fresh := r.fresh(p.Records)
	st := step.Step{
		Kind: step.Page, AskedAt: p.AskedAt, AnsweredAt: p.AnsweredAt, Bytes: p.Bytes, Behind: p.Behind,
		Records: fresh, Repeated: len(p.Records) - len(fresh),
	}
	if len(fresh) > 0 {
		r.last = fresh[len(fresh)-1].SequenceNumber
		r.resume = position.After(r.last)
	}
	switch {
	case p.Next != "":
		r.iterator, r.end = p.Next, ending{}
	case len(p.Children) > 0:
		st.End, st.Children = true, p.Children
	default:
		r.confirmEnd(ctx, &st)
	}
	idle := len(p.Records) == 0 && pace.Idle(p.Behind) || r.end.absent >= absentMin
	r.pace.Read(p.AskedAt, answered, p.Bytes, idle)
	return st
}

// fresh returns the records behind the last one handed out. A shard's records
// come in sequence order, so what comes before was handed out.
func (r *reading) fresh(records []record.Record) []record.Record {
	for len(records) > 0 && r.last != "" && records[0].SequenceNumber.Compare(r.last) <= 0 {
		records = records[1:]
	}
	return records
}
