package reader

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// No more calls are on their way at once than may be, and who waits for a place gives up
// with the context.
func TestFlights(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f, land := make(flights, 3), make(chan struct{})
		var flying, landed, left atomic.Int64
		for range 5 {
			go func() {
				if !f.call(ctx, func() { flying.Add(1); <-land }) {
					left.Add(1)
					return
				}
				landed.Add(1)
			}()
		}
		synctest.Wait()
		if n := flying.Load(); n != 3 {
			t.Errorf("%d calls at once", n)
		}
		land <- struct{}{}
		synctest.Wait()
		if n, done := flying.Load(), landed.Load(); n != 4 || done != 1 {
			t.Errorf("%d calls were made, %d are over", n, done)
		}
		cancel()
		synctest.Wait()
		if n := left.Load(); n != 1 {
			t.Errorf("%d gave up", n)
		}
		close(land)
	})
}
