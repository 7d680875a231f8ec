package putrec

import (
	"context"
	"errors"
	"io"
	"time"
)

// chunkBytes is how much of the input is asked for at a time.
const chunkBytes = 64 << 10

// restMax is enough for a Read to hand over what it has got.
const restMax = 50 * time.Millisecond

// errPaused says that the input had nothing more by the time given.
var errPaused = errors.New("the input pauses")

// input is a reader that need not be waited for. One Read at most is under way,
// begun only when bytes are wanted, so what was not asked for stays in the pipe.
type input struct {
	from    io.Reader
	buffer  []byte
	reading bool
	came    chan arrival
}

// arrival is what one Read brought. Its data is valid until the next wait.
type arrival struct {
	data []byte
	err  error
}

func newInput(from io.Reader) *input {
	return &input{from: from, buffer: make([]byte, chunkBytes), came: make(chan arrival, 1)}
}

// wait returns the next bytes; or errPaused when the timer fires before they
// come, or the context's error when that ends. The Read goes on meanwhile.
func (in *input) wait(ctx context.Context, timer <-chan time.Time) (arrival, error) {
	if !in.reading {
		in.reading = true
		go func() {
			n, err := in.from.Read(in.buffer)
			in.came <- arrival{in.buffer[:n], err}
		}()
	}
	select {
	case a := <-in.came:
		in.reading = false
		return a, nil
	case <-timer:
		return arrival{}, errPaused
	case <-ctx.Done():
		return arrival{}, ctx.Err()
	}
}

// rest returns what the Read under way has brought when the run ends early. It
// cannot be told whether that Read blocks or is just returning, so it is given
// restMax; what it brings later was never taken.
func (in *input) rest() arrival {
	if !in.reading {
		return arrival{}
	}
	select {
	case a := <-in.came:
		in.reading = false
		return a
	case <-time.After(restMax):
		return arrival{}
	}
}
