package reader

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/pace"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/step"
	"kinspect/internal/stream"
)

const (
	// throttledMax is how long a shard may be refused without progress.
	throttledMax = 10 * time.Minute
	// failingMax is how long a shard may fail without progress.
	failingMax = time.Minute
)

// reading is one shard being read.
type reading struct {
	*Reader
	shard    shard.Shard
	resume   position.Position // where a new iterator begins
	iterator string            // empty: a new one is wanted
	last     record.SequenceNumber
	pace     *pace.Shard
	failures int       // passing ones in a row
	stuck    time.Time // since when nothing was answered; zero when it was
	absent   int       // answers in a row without a next iterator
	holding  bool      // a place among the pages in flight
}

func newReading(r *Reader, start Start) *reading {
	return &reading{Reader: r, shard: start.Shard, resume: start.At, pace: pace.NewShard(r.share)}
}

// next returns the shard's next step; ok is false when the context ended.
func (r *reading) next(ctx context.Context) (st step.Step, ok bool) {
	if r.client.Wait(ctx, r.pace.Wait(r.client.Clock.Now())) != nil || !r.acquire(ctx) {
		return step.Step{}, false
	}
	st = r.ask(ctx)
	st.ShardID = r.shard.ID
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
	page, err := r.client.Records(ctx, r.shard.ID, r.iterator)
	if err != nil {
		return r.failure(err, asked)
	}
	r.failures, r.stuck = 0, time.Time{}
	return r.page(ctx, page)
}

// open asks for an iterator where there is none.
func (r *reading) open(ctx context.Context, now time.Time) error {
	if r.iterator != "" {
		return nil
	}
	iterator, err := r.client.Iterator(ctx, r.shard.ID, r.resume)
	if err != nil {
		return err
	}
	r.iterator = iterator
	if r.resume.Kind == position.Latest {
		r.resume = position.At(now) // should it expire before anything was read
	}
	return nil
}

// page makes a step of an answer and moves on behind it.
func (r *reading) page(ctx context.Context, p stream.Page) step.Step {
	fresh := r.fresh(p.Records)
	st := step.Step{
		Kind: step.Page, AskedAt: p.AskedAt, Bytes: p.Bytes, Behind: p.Behind,
		Records: fresh, Repeated: len(p.Records) - len(fresh),
	}
	if len(fresh) > 0 {
		r.last = fresh[len(fresh)-1].SequenceNumber
		r.resume = position.After(r.last)
	}
	r.pace.Read(p.AskedAt, p.Bytes, len(p.Records) == 0 && p.Behind == 0)
	switch {
	case p.Next != "":
		r.iterator, r.absent = p.Next, 0
	case len(p.Children) > 0:
		st.End, st.Children = true, p.Children
	default:
		r.confirmEnd(ctx, &st)
	}
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

const (
	// absentMin is how often the same iterator must be answered without a next
	// one before that can mean the end; AWS names the children at once.
	absentMin = 3
	// absentMax is when we give up asking.
	absentMax = 60
)

// confirmEnd settles what an answer means that has neither a next iterator nor
// children: the end, if it stays so and a listing asked for afterwards says
// that the shard has been closed for the settle time. Until then the same
// iterator is asked again.
func (r *reading) confirmEnd(ctx context.Context, st *step.Step) {
	r.absent++
	if r.absent < absentMin {
		return
	}
	lineage, err := r.client.ListShards(ctx)
	if listed, found := lineage.Find(r.shard.ID); err == nil && found && r.closed(listed) {
		st.End, st.Children = true, lineage.Children(r.shard.ID)
		return
	}
	if r.absent >= absentMax {
		st.Kind, st.Code = step.Failed, notice.EndUnexplained
		st.Err = fmt.Errorf("%s: no next shard iterator, no child shards, and no listing that closes it", r.shard.ID)
	}
}

// closed tells whether a listing closes the shard, for as long as settle where
// its ending sequence number tells the time.
func (r *reading) closed(s shard.Shard) bool {
	if !s.Closed() {
		return false
	}
	at, ok := s.ClosedAt()
	return !ok || r.client.Clock.Now().After(at.Add(r.settle))
}

// failure says what a failed call means, and how to go on.
func (r *reading) failure(err error, asked time.Time) step.Step {
	var failed *stream.Error
	if !errors.As(err, &failed) {
		return step.Step{Kind: step.Failed, Code: notice.Unavailable, Err: err}
	}
	if r.stuck.IsZero() {
		r.stuck = asked
	}
	stuck := asked.Sub(r.stuck)
	switch {
	case failed.Problem == stream.IteratorExpired && stuck < failingMax:
		r.iterator = ""
	case failed.Problem == stream.Throttled && stuck < throttledMax:
		r.pace.Throttled(asked)
		return step.Step{Kind: step.Throttled, AskedAt: asked, Err: err}
	case failed.Problem == stream.Unavailable && stuck < failingMax:
		r.avoid(failed, asked)
	default:
		return step.Step{Kind: step.Failed, AskedAt: asked, Code: codes[failed.Problem], Err: err}
	}
	return step.Step{Kind: step.Retried, AskedAt: asked, Err: err}
}

// avoid waits longer after each failure. An AT_TIMESTAMP that is never answered
// (kinesalite, when no later record exists) begins at the trim horizon instead:
// more is read, nothing is missed.
func (r *reading) avoid(failed *stream.Error, asked time.Time) {
	r.failures++
	r.pace.Failed(asked, r.failures)
	if r.resume.Kind == position.AtTimestamp && errors.Is(failed, context.DeadlineExceeded) {
		r.resume = position.Position{Kind: position.TrimHorizon}
	}
}

var codes = map[stream.Problem]notice.Code{
	stream.Other:           notice.Unavailable,
	stream.IteratorExpired: notice.Unavailable,
	stream.Throttled:       notice.Throttled,
	stream.Unavailable:     notice.Unavailable,
	stream.NotFound:        notice.ShardGone,
	stream.InUse:           notice.Unavailable,
	stream.Denied:          notice.AccessDenied,
	stream.KeyUnusable:     notice.KeyUnusable,
	stream.BadCredentials:  notice.Credentials,
	stream.Invalid:         notice.Refused,
}
