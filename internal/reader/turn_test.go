package reader

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"

	"kinspect/internal/awsconf"
	"kinspect/internal/position"
	"kinspect/internal/shard"
	"kinspect/internal/step"
	"kinspect/internal/stream"
)

// granting has a subscription granted while nobody waits for it any more.
type granting struct {
	http.ResponseWriter
	once *sync.Once
	stop func()
}

func (g granting) Flush() {
	late := false
	g.once.Do(func() { g.stop(); late = true })
	if !late {
		g.ResponseWriter.(http.Flusher).Flush()
	}
}

// Who no longer wants a subscription that was asked for may have been granted it all the
// same, and so asks for the next one no sooner than if it was.
func TestSubscriptionThatNobodyWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, unharmed)
		first, stop := context.WithCancel(t.Context())
		refused, once := 0, sync.Once{}
		r := New(stream.New(awsconf.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			b.server.ServeHTTP(granting{w, &once, stop}, r)
		}), "us-east-1"), "orders", stream.RealTime{}), 0.4, 0).FanOut([]string{b.arn})
		second, done := context.WithCancel(t.Context())
		plan := Plan{
			Starts: []Start{{Shard: shard.Shard{ID: "shardId-000000000000"}, At: position.Position{Kind: position.TrimHorizon}}},
			Wants:  func(shard.Shard) bool { return true }, Opened: func(Start) {},
			Handle: func(st step.Step) bool {
				if st.Kind != step.Page {
					refused++
				}
				done()
				return true
			},
		}
		r.Read(first, plan)
		r.Read(second, plan)
		if calls := b.calls("SubscribeToShard"); calls != 2 || refused > 0 {
			t.Errorf("%d subscriptions were asked for, %d refused", calls, refused)
		}
	})
}
