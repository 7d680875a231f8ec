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
	sieve    func() record.Sieve
	last     record.SequenceNumber
	*polls
	trouble  trouble
	end      ending
	reserved int64       // of the budget
	expected int64       // bytes of data and keys: those of the last page
	handed   stream.Page // whose records the last step has
}

func newReading(r *Reader, start Start, sieve func() record.Sieve) *reading {
	if sieve == nil {
		sieve = func() record.Sieve { return nil }
	}
	reading := &reading{Reader: r, start: start, resume: start.At, sieve: sieve, polls: r.pollsOf(start.Shard.ID)}
	if start.At.Kind == position.AfterSequenceNumber {
		reading.last = start.At.SequenceNumber
	}
	return reading
}

// polls is how a shard is polled, by one call at a time: its quota lasts from one Read
// to the next, and all of its slices share it.
type polls struct {
	pace *pace.Shard
	turn chan struct{} // holds a token while there is no call
}

func (r *Reader) pollsOf(shardID string) *polls {
	fresh := &polls{pace: pace.NewShard(r.share), turn: make(chan struct{}, 1)}
	fresh.turn <- struct{}{}
	p, _ := r.shards.LoadOrStore(shardID, fresh)
	return p.(*polls)
}

// next returns the shard's next step; ok is false when the context ended.
func (r *reading) next(ctx context.Context) (st step.Step, ok bool) {
	select {
	case <-r.polls.turn:
		defer func() { r.polls.turn <- struct{}{} }()
	case <-ctx.Done():
		return step.Step{}, false
	}
	if r.client.Wait(ctx, r.pace.Wait(r.client.Clock.Now())) != nil {
		return step.Step{}, false
	}
	flown := r.flights.call(ctx, func() {
		if r.reserve(ctx) == nil { // who has a place holds no memory while it waits for it
			st = r.ask(ctx)
		}
	})
	st.ShardID = r.start.Shard.ID
	if !flown || ctx.Err() != nil {
		r.release()
		return step.Step{}, false
	}
	return st, true
}

// close has nothing to close: each page is a call of its own.
func (r *reading) close() {}

func (r *reading) ask(ctx context.Context) step.Step {
	asked := r.client.Clock.Now()
	if err := r.open(ctx, asked); err != nil {
		return r.failure(err, asked)
	}
	page, err := r.client.Records(ctx, r.start.Shard.ID, r.iterator, r.limit, r.admit, r.take())
	if err != nil {
		return r.failure(err, asked)
	}
	r.trouble = trouble{}
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
	st := r.step(p)
	switch {
	case p.Next != "":
		r.iterator, r.end = p.Next, ending{}
	case len(p.Children) > 0:
		st.End, st.Children = true, p.Children
	default:
		r.confirmEnd(ctx, &st)
	}
	idle := p.Count+p.Repeated == 0 && pace.Idle(p.Behind) || r.end.absent >= absentMin
	r.pace.Read(p.AskedAt, answered, p.Bytes, idle)
	return st
}

// step makes a step of a page, whichever way it came, and moves on behind its records.
func (r *reading) step(p stream.Page) step.Step {
	r.handed, r.expected = p, p.Bytes
	if p.Count > 0 {
		r.last = p.Last.SequenceNumber
		r.resume = position.After(r.last)
	}
	return step.Step{
		Kind: step.Page, AskedAt: p.AskedAt, AnsweredAt: p.AnsweredAt, Bytes: p.Bytes, Behind: p.Behind,
		Extent: p.Extent, Records: p.Records, Repeated: p.Repeated,
	}
}

// take wants the records behind the last one handed out: those of a shard come in the
// order of their numbers.
func (r *reading) take() record.Take { return record.Take{After: r.last, Sieve: r.sieve()} }
