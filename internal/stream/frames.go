package stream

import (
	"encoding/binary"
	"io"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/kinesis"
)

// framing is an HTTP client whose answers come message by message.
type framing struct {
	next   kinesis.HTTPClient
	frames *frames
}

func (f *framing) Do(r *http.Request) (*http.Response, error) {
	answer, err := f.next.Do(r)
	if err == nil && answer.StatusCode == http.StatusOK {
		f.frames = &frames{body: answer.Body, sizes: make(chan int64), let: make(chan struct{}), closed: make(chan struct{})}
		answer.Body = f.frames
	}
	return answer, err
}

// frames is the body of an event stream. The first message, the initial response, passes
// by itself; of each other one no more than its size is read until it is let in, so that
// what a thousand shards push at once waits on the wire, and not in memory.
type frames struct {
	body  io.ReadCloser
	sizes chan int64    // of the message that waits, in bytes
	let   chan struct{} // lets it in

	head    [sizeBytes]byte // of the message being read
	unread  int             // bytes of head
	left    int64           // bytes of the message behind head
	first   bool            // message was begun
	closing sync.Once
	closed  chan struct{}
}

// sizeBytes is how long the size is with which a message begins.
const sizeBytes = 4

func (f *frames) Read(p []byte) (n int, err error) {
	if f.unread == 0 && f.left == 0 {
		if err := f.begin(); err != nil {
			return 0, err
		}
	}
	if f.unread > 0 {
		n = copy(p, f.head[sizeBytes-f.unread:])
		f.unread -= n
		return n, nil
	}
	n, err = f.body.Read(p[:min(int64(len(p)), f.left)])
	f.left -= int64(n)
	return n, err
}

// begin reads the size of the next message and waits until it is let in.
func (f *frames) begin() error {
	if _, err := io.ReadFull(f.body, f.head[:]); err != nil {
		return err
	}
	size := int64(binary.BigEndian.Uint32(f.head[:]))
	f.unread, f.left = sizeBytes, max(0, size-sizeBytes)
	if !f.first {
		f.first = true
		return nil
	}
	select {
	case f.sizes <- size:
	case <-f.closed:
		return io.ErrClosedPipe
	}
	select {
	case <-f.let:
		return nil
	case <-f.closed:
		return io.ErrClosedPipe
	}
}

func (f *frames) Close() error {
	f.closing.Do(func() { close(f.closed) })
	return f.body.Close()
}
