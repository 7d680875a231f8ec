package term

import (
	"context"
	"os"
	"syscall"
	"time"

	"kinspect/internal/tick"
)

// readerAsked is how often it is asked whether a pipe is still read.
const readerAsked = time.Second

// WhileRead returns a context that also ends, with EPIPE for its cause, within
// two seconds of there being nobody left who reads what is written here: a tail of
// a quiet stream, piped into head or grep -m1, would else learn of it only from its
// next write. Of what is no pipe, and on Windows, that cannot be told.
func (o *Output) WhileRead(ctx context.Context) (reading context.Context, stop func()) {
	if !o.Pipe {
		return ctx, func() {}
	}
	pipe := o.w.(*os.File)
	reading, cancel := context.WithCancelCause(ctx)
	asked := tick.Every(readerAsked, func() {
		if deserted(pipe) {
			cancel(syscall.EPIPE)
		}
	})
	return reading, func() {
		asked()
		cancel(nil)
	}
}
