package reader

import "context"

// flightsMax is how many calls may be on their way at once. At 30 ms each, that is four
// thousand a second; each takes a connection and a deep stack.
const flightsMax = 128

// flights are the calls on their way.
type flights chan struct{}

// call has a call made by a goroutine of its own: the stacks of those that wait, of which
// there may be thousands, stay small. It returns false when the context ended before.
func (f flights) call(ctx context.Context, do func()) bool {
	select {
	case f <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	landed := make(chan struct{})
	go func() {
		defer close(landed)
		do()
		<-f
	}()
	<-landed
	return true
}
