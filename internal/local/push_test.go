package local

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pushed subscribes to the first shard of orders, for so long, and gives what came.
func (e *endpoint) pushed(consumer string, long time.Duration) *httptest.ResponseRecorder {
	e.Helper()
	ctx, cancel := context.WithTimeout(e.Context(), long)
	defer cancel()
	in := asJSON(object{"ConsumerARN": consumer, "ShardId": shard0, "StartingPosition": object{"Type": "TRIM_HORIZON"}})
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", strings.NewReader(in))
	r.Header.Set("X-Amz-Target", "Kinesis_20131202.SubscribeToShard")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x")
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

// An order is asked for once an event, however often the server looks whether there is
// one, and by a server that is not locked.
func TestAnOrderForEachEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []int
		e := &endpoint{T: t}
		e.Server = New(Options{Faults: func(Call) Fault {
			return Fault{Push: func(n int) Push {
				asked = append(asked, n)
				if !e.mu.TryLock() {
					t.Errorf("locked at event %d", n)
					return Push{}
				}
				e.mu.Unlock()
				return Push{}
			}}
		}})
		e.stream("orders", 2)
		consumer := e.register("orders", "reader")
		go func() {
			time.Sleep(time.Second / 2) // lest one of them holds the lock when an event is due
			for range 10 {              // each of which has the server look
				time.Sleep(time.Second)
				e.put("orders", half, []byte("to the other shard"))
			}
		}()
		e.pushed(consumer, 11*time.Second)
		if got := fmt.Sprint(asked); got != "[1 2 3 4]" { // at 0, 5 and 10 s, and the one that never came
			t.Errorf("asked for events %s", got)
		}
	})
}
