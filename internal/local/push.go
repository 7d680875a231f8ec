package local

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"
)

// Push is what is to happen to an event of a subscription; the zero value is nothing.
type Push struct {
	// Delay is how long the event waits on the way, as in a buffer; later ones wait
	// behind it. It says what was true when it was made.
	Delay time.Duration
	// Empty makes it without records, though there may be some; it skips none.
	Empty bool
	// AtTip says MillisBehindLatest 0 whatever it holds.
	AtTip bool
	// Break is how the subscription breaks after it.
	Break Break
}

// Break is a way in which a subscription breaks.
type Break int

const (
	// Unbroken goes on.
	Unbroken Break = iota
	// Dropped ends the connection without an error.
	Dropped
	// Silent sends nothing any more, heartbeats neither, until the client goes.
	Silent
	// TakenOver sends a ResourceInUseException.
	TakenOver
	// Cut sends half of the event, and ends.
	Cut
	// Failed sends an InternalFailureException.
	Failed
)

// ordered is what is to happen to the nth event.
func (sub *subscription) ordered(n int) Push {
	if sub.fault.Push == nil {
		return Push{}
	}
	return sub.fault.Push(n)
}

// pusher writes an event stream.
type pusher struct {
	w http.ResponseWriter
	*eventstream.Encoder
}

// push answers a subscription until it is over, or the client gone.
func (s *Server) push(ctx context.Context, w http.ResponseWriter, sub *subscription, now time.Time, id string) {
	h := w.Header()
	h.Set("Date", now.UTC().Format(http.TimeFormat))
	h.Set("X-Amzn-Requestid", id)
	h.Set("Content-Type", "application/vnd.amazon.eventstream")
	w.WriteHeader(http.StatusOK)
	p := pusher{w, eventstream.NewEncoder()}
	if p.send("event", "initial-response", []byte("{}"), sub.fault.Cut) != nil || sub.fault.Cut {
		return
	}
	for n := 1; ; n++ {
		order := sub.ordered(n)
		e, done := s.await(ctx, sub, order.Empty)
		if e == nil {
			return
		}
		if order.AtTip && e.failed == nil {
			e.behind = 0
		}
		if s.pass(ctx, s.clock.Now().Add(order.Delay)) != nil || p.event(e, order.Break == Cut) != nil || done {
			return
		}
		if s.breaks(ctx, &p, sub, order.Break) {
			return
		}
	}
}

// breaks has a subscription break as ordered, and tells whether it did.
func (s *Server) breaks(ctx context.Context, p *pusher, sub *subscription, how Break) bool {
	switch how {
	case Silent:
		<-ctx.Done()
	case TakenOver:
		_ = p.event(&event{failed: s.subscribed(sub.stream, sub.shard, sub.consumer)}, false)
	case Failed:
		_ = p.event(&event{failed: failure("InternalFailureException", internalFailure)}, false)
	}
	return how != Unbroken
}

// await waits for the next event; it is nil when there is none any more. Done tells that
// it is the last.
func (s *Server) await(ctx context.Context, sub *subscription, empty bool) (e *event, done bool) {
	for ctx.Err() == nil {
		jumped := s.jumped()
		s.mu.Lock()
		changed := s.changed
		e, until, done := s.next(sub, empty, s.now())
		s.mu.Unlock()
		if e != nil || done {
			return e, done
		}
		s.wait(ctx, until, changed, jumped)
	}
	return nil, true
}

// pass waits until an instant has come.
func (s *Server) pass(ctx context.Context, until time.Time) error {
	for s.clock.Now().Before(until) && ctx.Err() == nil {
		s.wait(ctx, until, nil, s.jumped())
	}
	return ctx.Err()
}

// wait waits until an instant at the most, by whole milliseconds, as the server's time is.
func (s *Server) wait(ctx context.Context, until time.Time, changed, jumped <-chan struct{}) {
	timer := time.NewTimer(max(time.Millisecond, until.Sub(s.clock.Now())))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-changed:
	case <-jumped:
	case <-ctx.Done():
	}
}

// jumped is closed when the clock jumps next; nil if it never does.
func (s *Server) jumped() <-chan struct{} {
	if clock, jumps := s.clock.(interface{ Jumped() <-chan struct{} }); jumps {
		return clock.Jumped()
	}
	return nil
}

// event sends an event, or half of it.
func (p *pusher) event(e *event, half bool) error {
	body := e.appendJSON(nil)
	if e.failed != nil {
		return p.send("exception", e.failed.Type, body, half)
	}
	return p.send("event", "SubscribeToShardEvent", body, half)
}

func (p *pusher) send(kind, name string, payload []byte, half bool) error {
	m := eventstream.Message{Payload: payload}
	m.Headers.Set(":message-type", eventstream.StringValue(kind))
	m.Headers.Set(":"+kind+"-type", eventstream.StringValue(name))
	m.Headers.Set(":content-type", eventstream.StringValue("application/json"))
	var text bytes.Buffer
	if err := p.Encode(&text, m); err != nil {
		panic("local: cannot write an event: " + err.Error()) // none of ours is too large
	}
	if half {
		text.Truncate(text.Len() / 2)
	}
	if _, err := p.w.Write(text.Bytes()); err != nil {
		return err
	}
	return http.NewResponseController(p.w).Flush()
}
