package sim

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/local"
	"kinspect/internal/stream"
)

// Play is a story as it happens, in the bubble of a testing/synctest.
type Play struct {
	*Story
	// Client reads the stream, by a clock that is off by the story's skew.
	Client *stream.Client
	// Told are the records that were put, in order, of the stream as it is now.
	Told []Told
	// Consumers are the ARNs of those that the story registers.
	Consumers []string

	server  *local.Server
	conduct *conduct
	next    local.Fault // of the next put
	luck    *luck
	began   time.Duration // the reading
	end     chan struct{}
	telling sync.WaitGroup
}

// Begin creates the stream and lets all happen that lies before the reading.
func (s *Story) Begin() *Play {
	time.Sleep(time.Until(Began))
	p := &Play{Story: s, end: make(chan struct{})}
	p.conduct = newConduct()
	p.luck = newLuck(s)
	p.server = local.New(local.Options{
		Clock: local.SystemClock(), CutOver: s.endpoint.cutOver, Visibility: s.endpoint.visibility,
		IdleBehind: s.endpoint.idleBehind, Faults: p.fault,
	})
	p.Client = p.Another()
	p.create()
	p.run(s.Scan)
	p.register()
	return p
}

func (p *Play) create() {
	p.call("CreateStream", Message{"StreamName": Stream, "ShardCount": p.Shards})
}

// Another is a client on a machine of its own, whose clock is off as much.
func (p *Play) Another() *stream.Client {
	return stream.New(awsconf.InProcess(p, "us-east-1"), Stream, skewed{p.Skew})
}

// Now is the time since Began.
func (p *Play) Now() time.Duration { return time.Since(Began) }

// Read lets the rest of the story happen while read reads. Its context ends where
// the story says so.
func (p *Play) Read(read func(context.Context)) {
	p.began = p.Now()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if p.Interrupt > 0 && !p.Timeout {
		defer time.AfterFunc(p.Interrupt, cancel).Stop()
	}
	p.telling.Go(func() { p.run(-1) })
	read(ctx)
	close(p.end)
	p.telling.Wait()
}

// run lets all happen up to a time; up to the end where that is negative.
func (p *Play) run(until time.Duration) {
	for len(p.happens) > 0 && (until < 0 || p.happens[0].at <= until) {
		if !p.wait(p.happens[0].at) {
			return
		}
		p.happens[0].do(p)
		p.happens = p.happens[1:]
	}
	if until >= 0 {
		p.wait(until)
	}
}

// wait sleeps until a time, or until nobody reads any more.
func (p *Play) wait(at time.Duration) bool {
	select {
	case <-p.end:
		return false
	case <-time.After(at - p.Now()):
		return true
	}
}

// call asks the endpoint for what happens on the stream. What cannot happen,
// such as a split of a shard that is closed, does not.
func (p *Play) call(operation string, in Message) (Message, bool) {
	code, body := ask(p.server, operation, in)
	return parse(body), code == http.StatusOK
}

// ServeHTTP is the endpoint as the reader finds it.
func (p *Play) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if operationOf(r) == "SubscribeToShard" {
		p.server.ServeHTTP(&pushing{w, p}, r)
		return
	}
	answer := httptest.NewRecorder()
	p.server.ServeHTTP(answer, r)
	if p.endpoint.dateless {
		answer.Header().Del("Date")
	}
	p.conduct.answered(answer)
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// skewed is a machine's clock that is ahead, or behind.
type skewed struct{ ahead time.Duration }

func (c skewed) Now() time.Time { return time.Now().Add(c.ahead) }

func (c skewed) Sleep(ctx context.Context, d time.Duration) error {
	return stream.RealTime{}.Sleep(ctx, d)
}
