// Package tick does something again and again beside the work.
package tick

import "time"

// Every calls do once each period until end is called; when that returns, do is
// not running and is called no more.
func Every(period time.Duration, do func()) (end func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticks := time.NewTicker(period)
		defer ticks.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticks.C:
				do()
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}
