package sim

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"kinspect/internal/local"
)

// ByFanOut has the reader be pushed the stream, by consumers whose subscriptions break in
// all ways there are, and whose events wait on the way now and then.
func (s *Story) ByFanOut() {
	d := s.more()
	s.FanOut = 1 + d.IntN(4)
	some := func(chance, most int) int {
		if d.chance(chance) {
			return 1 + d.IntN(most)
		}
		return 0
	}
	if d.chance(75) {
		s.endpoint.idleBehind = 0 // as AWS' heartbeats say
	}
	t := &s.trouble
	t.delay, t.hollow, t.pushedAtTip, t.breaks = some(75, 90), some(40, 40), some(50, 60), some(60, 25)
}

// streamARN is the stream's, in the account and the region that local has by default.
const streamARN = "arn:aws:kinesis:us-east-1:123456789012:stream/" + Stream

// WaitInVain has the reader wait for an event that does not come, while others do just
// before the waiting is over, and what was pushed before them comes behind that.
func (s *Story) WaitInVain() {
	d := s.more()
	s.Until, s.All, s.Interrupt, s.Timeout = -1, false, 0, false
	s.Wait = d.between(10*time.Second, 40*time.Second)
	for range 5 + d.IntN(20) {
		d.put(s.Scan+d.between(max(0, s.Wait-15*time.Second), s.Wait), 0, false)
	}
	d.inOrder()
	s.trouble.delay = 30 + d.IntN(60)
}

// register registers the story's consumers.
func (p *Play) register() {
	for i := range p.FanOut {
		out, _ := p.call("RegisterStreamConsumer", Message{"StreamARN": streamARN, "ConsumerName": fmt.Sprintf("reader-%d", i)})
		consumer, _ := out["Consumer"].(Message)
		arn, _ := consumer["ConsumerARN"].(string)
		p.Consumers = append(p.Consumers, arn)
	}
}

// Delays tells whether events wait on the way to the reader.
func (s *Story) Delays() bool { return s.FanOut > 0 && s.trouble.delay > 0 }

// delayMax is how long an event waits on the way at the most.
const delayMax = 45 * time.Second

// push draws what happens to the events of a subscription.
func (t *trouble) push(seed uint64) func(n int) local.Push {
	return func(n int) (p local.Push) {
		r := rand.New(rand.NewPCG(seed, uint64(n)))
		has := func(percent int) bool { return r.IntN(100) < percent }
		if has(t.delay) {
			p.Delay = time.Duration(r.Int64N(int64(delayMax))) >> r.IntN(3)
		}
		p.Empty = has(t.hollow)
		p.AtTip = has(t.pushedAtTip)
		if has(t.breaks) {
			p.Break = []local.Break{local.Dropped, local.Silent, local.TakenOver, local.Cut, local.Failed}[r.IntN(5)]
		}
		return p
	}
}

// pushing is the answer to a subscription on its way to the reader.
type pushing struct {
	http.ResponseWriter
	play *Play
}

func (w *pushing) WriteHeader(code int) {
	if w.play.endpoint.dateless {
		w.Header().Del("Date")
	}
	w.ResponseWriter.WriteHeader(code)
}

func (w *pushing) Write(text []byte) (int, error) {
	w.play.conduct.pushed(text)
	return w.ResponseWriter.Write(text)
}

// Flush sends what was written.
func (w *pushing) Flush() { w.ResponseWriter.(http.Flusher).Flush() }
