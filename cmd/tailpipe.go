package cmd

import (
	"context"
	"errors"
	"syscall"
	"time"

	"kinspect/internal/tick"
)

// desertedEvery is how often we ask whether a pipe is still read.
const desertedEvery = time.Second

// whileRead returns a context that ends once nobody reads what is printed: behind
// `| head -1` the next record, which would tell by its write, may never come.
func (a *app) whileRead(ctx context.Context) (reading context.Context, end func()) {
	if !a.out.Pipe {
		return ctx, func() {}
	}
	reading, stop := context.WithCancelCause(ctx)
	asking := tick.Every(desertedEvery, func() {
		if a.out.Deserted() {
			stop(syscall.EPIPE)
		}
	})
	return reading, func() {
		asking()
		stop(nil)
	}
}

// deserted tells whether a context of whileRead ended because nobody read on.
func deserted(reading context.Context) bool {
	return errors.Is(context.Cause(reading), syscall.EPIPE)
}
