package reader

import (
	"cmp"
	"context"
	"errors"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/step"
	"kinspect/internal/stream"
)

const (
	// provePause is the least time between two polls for the proof that a shard was read.
	provePause = time.Second
	// idlePause is how long before that an idle shard is not polled. Until it is, nobody
	// knows how far it was read: what is pushed without records does not prove it.
	idlePause = 10 * time.Second
)

// pushed is a shard, or a slice of it, that is read by enhanced fan-out. What a
// subscription brings may have waited on the way, and so proves nothing of the present:
// at the tip, the shard is polled behind the last record read.
type pushed struct {
	*reading  // polls
	consumer  string
	turn      *turn
	settled   time.Time // polls before prove nothing; zero: no proof is wanted
	sub       *stream.Subscription
	brought   bool // an event
	pushing   trouble
	continues record.SequenceNumber // of the last event; empty: behind the last record
	idle      bool                  // there was nothing behind the last event
	doubtful  bool                  // a poll is to tell whether the shard is there, and goes on
	asked     time.Time             // when it was polled last
	moved     time.Time             // when a poll or a record last told how far it was read
}

func newPushed(r *reading, settled time.Time, consumer string) *pushed {
	return &pushed{reading: r, consumer: consumer, turn: r.turnOf(consumer, r.start.Shard.ID), settled: settled}
}

func (p *pushed) next(ctx context.Context) (st step.Step, ok bool) {
	for {
		if due, known := p.due(); known && !due.After(p.client.Clock.Now()) {
			return p.poll(ctx)
		}
		if st, ok = p.push(ctx); ok || ctx.Err() != nil {
			st.ShardID = p.start.Shard.ID
			return st, ok
		}
	}
}

// due is when a poll can tell more than what is pushed: of an idle shard a proof, where
// one is wanted; else its end, once it was closed. Not known is not yet.
func (p *pushed) due() (at time.Time, known bool) {
	switch {
	case p.end.absent > 0 || p.doubtful:
		return time.Time{}, true
	case !p.idle:
		return time.Time{}, false
	case p.seenClosed(p.start.Shard.ID):
		return p.asked.Add(provePause), true
	case p.settled.IsZero():
		return time.Time{}, false
	}
	if at = p.asked.Add(provePause); at.Before(p.settled) {
		at = earlier(p.settled, p.moved.Add(idlePause))
	}
	return at, true
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// poll asks for what is behind the last record, of which one is enough: the rest is
// pushed.
func (p *pushed) poll(ctx context.Context) (st step.Step, ok bool) {
	p.limit = 1
	st, ok = p.reading.next(ctx)
	p.asked, p.doubtful = p.client.Clock.Now(), false
	p.moved = p.asked
	return st, ok
}

// push returns what the subscription brings; ok is false when that was nothing, since
// another is wanted or a poll is due.
func (p *pushed) push(ctx context.Context) (st step.Step, ok bool) {
	asked := p.client.Clock.Now()
	if p.sub == nil {
		if p.client.Wait(ctx, p.turn.wait(asked)) != nil {
			return st, false
		}
		asked = p.client.Clock.Now()
		if err := p.subscribe(ctx, asked); err != nil {
			return p.fail(ctx, err, asked)
		}
	}
	wake, stop := p.wake(ctx)
	defer stop()
	event, err := p.sub.Next(ctx, wake, p.admit, p.take())
	switch {
	case errors.Is(err, stream.ErrWoken):
		p.release()
		return st, false
	case err != nil:
		p.close()
		p.release()
		return p.fail(ctx, err, asked)
	}
	return p.event(event), true
}

// subscribe begins anew behind all that was read. Whether a continuation sequence number
// is that of a record to come or of none, AWS does not say: beginning at it loses
// nothing, and what was handed out is not again.
func (p *pushed) subscribe(ctx context.Context, now time.Time) (err error) {
	from := p.resume
	if p.continues.Compare(p.last) > 0 {
		from = position.Position{Kind: position.AtSequenceNumber, SequenceNumber: p.continues}
	}
	if from.Kind == position.Latest {
		p.resume = position.At(now) // should it end before anything was read
	}
	p.sub, err = p.client.Subscribe(ctx, p.consumer, p.start.Shard.ID, from)
	if err == nil || ctx.Err() != nil { // then it may have been granted
		p.turn.subscribed(p.client.Clock.Now())
	}
	p.brought = false
	return err
}

// wake tells when an idle shard is to be polled, until stop is called.
func (p *pushed) wake(ctx context.Context) (wake <-chan struct{}, stop func()) {
	due, known := p.due()
	if !known {
		return nil, func() {}
	}
	waiting, end := context.WithCancel(ctx)
	signal, woken := make(chan struct{}, 1), make(chan struct{})
	go func() {
		defer close(woken)
		if p.client.Wait(waiting, max(0, due.Sub(p.client.Clock.Now()))) == nil {
			signal <- struct{}{}
		}
	}()
	return signal, func() { end(); <-woken }
}

// event makes a step of what was pushed.
func (p *pushed) event(e stream.Page) step.Step {
	p.brought, p.pushing = true, trouble{}
	st := p.step(e)
	st.Pushed = true
	if st.Count > 0 {
		p.iterator, p.moved = "", p.client.Clock.Now() // a poll begins behind them
	}
	p.idle = e.Count+e.Repeated == 0 || e.Behind == 0
	switch p.continues = e.Continuation; {
	case e.Continuation == "" && len(e.Children) > 0:
		st.End, st.Children = true, e.Children
	case e.Continuation == "": // it does not say whether the shard ended
		p.close()
		p.idle, p.doubtful = true, true
	}
	return st
}

// fail says what the end of a subscription means, and how to go on. One that came to its
// end is no failure, unless it brought nothing.
func (p *pushed) fail(ctx context.Context, err error, asked time.Time) (st step.Step, ok bool) {
	var failed *stream.Error
	switch {
	case ctx.Err() != nil:
		return st, false
	case !errors.As(err, &failed):
		return step.Step{Kind: step.Failed, AskedAt: asked, Code: notice.Unavailable, Reason: err.Error()}, true
	case failed.Problem == stream.Over && p.brought:
		return st, false
	}
	p.pushing.met(failed.Problem, asked)
	p.turn.failed(p.client.Clock.Now(), p.pushing.failures)
	st = step.Step{Kind: step.Retried, AskedAt: asked, Reason: failed.Reason()}
	most := failingMax
	switch failed.Problem {
	case stream.Throttled:
		st.Kind, most = step.Throttled, stuckMax
	case stream.NotFound, stream.Invalid, stream.Foreign:
		if p.continues == "" && failed.Problem != stream.NotFound {
			most = 0
		}
		p.continues = ""                // where an endpoint lets nobody begin
		p.idle, p.doubtful = true, true // is it the shard, or the consumer? A poll tells
	case stream.Unavailable, stream.InUse, stream.Over:
	default:
		most = 0
	}
	if most == 0 || !p.pushing.bears(asked, most) {
		st.Kind, st.Code = step.Failed, cmp.Or(codesPushed[failed.Problem], Code(failed.Problem))
	}
	return st, true
}

// codesPushed is what a failed subscription leaves open, where that is not what a failed
// poll does: it was the poll that found the shard.
var codesPushed = map[stream.Problem]notice.Code{
	stream.NotFound: notice.Unavailable,
	stream.Over:     notice.Unavailable,
}

// close ends the subscription, if there is one.
func (p *pushed) close() {
	if p.sub != nil {
		p.sub.Close()
		p.sub = nil
	}
}
