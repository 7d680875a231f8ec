package stream

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"
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
		f.frames = &frames{body: answer.Body, sizes: make(chan int64), let: make(chan struct{}), arrived: make(chan struct{}, 1), closed: make(chan struct{})}
		answer.Body = f.frames
	}
	return answer, err
}

// frames is the body of an event stream. The initial response passes by itself; of each
// other message no more than its beginning is read until it is let in, so that what a
// thousand shards push at once waits on the wire, and not in memory.
type frames struct {
	body  io.ReadCloser
	sizes chan int64    // of the message that waits, in bytes
	let   chan struct{} // lets it in
	// arrived holds a token while a message waits.
	arrived chan struct{}

	ahead   []byte // of the message being handed out, what was read of it
	left    int64  // and how much of it was not
	begun   bool   // the initial response was handed out
	waits   *frame // a message that was taken for it
	closing sync.Once
	closed  chan struct{}
}

// frame is the beginning of a message: its sizes, and its headers.
type frame struct {
	size  int64
	begin []byte
}

// preludeBytes is how long the two sizes and their checksum are with which a message
// begins, that of all of it and that of the headers.
//
// https://smithy.io/2.0/aws/amazon-eventstream.html
const preludeBytes = 12

// headersMax bounds what is read of a message before it is let in. Kinesis' own have
// some 100 bytes of headers.
const headersMax = 4096

func (f *frames) Read(p []byte) (n int, err error) {
	if len(f.ahead) == 0 && f.left == 0 {
		if err := f.next(); err != nil {
			return 0, err
		}
	}
	if len(f.ahead) > 0 {
		n = copy(p, f.ahead)
		f.ahead = f.ahead[n:]
		return n, nil
	}
	n, err = f.body.Read(p[:min(int64(len(p)), f.left)])
	f.left -= int64(n)
	return n, err
}

// next hands out the next message once it is let in. Some endpoints send no initial
// response, without which the SDK takes nothing: then they are helped out.
func (f *frames) next() error {
	m := f.waits
	if f.waits = nil; m == nil {
		var err error
		if m, err = f.read(); err != nil {
			return err
		}
	}
	if !f.begun {
		f.begun = true
		if !bytes.Contains(m.begin, []byte("initial-response")) {
			f.waits = m
			f.ahead = initialResponse()
			return nil
		}
	} else if err := f.admit(m.size); err != nil {
		return err
	}
	f.ahead, f.left = m.begin, max(0, m.size-int64(len(m.begin)))
	return nil
}

// read reads the beginning of a message.
func (f *frames) read() (*frame, error) {
	prelude := make([]byte, preludeBytes)
	if _, err := io.ReadFull(f.body, prelude); err != nil {
		return nil, err
	}
	if !intact(prelude) {
		return &frame{preludeBytes, prelude}, nil // the SDK says so
	}
	size, headers := binary.BigEndian.Uint32(prelude), binary.BigEndian.Uint32(prelude[4:])
	begin := append(prelude, make([]byte, min(headers, headersMax, max(size, preludeBytes)-preludeBytes))...)
	_, err := io.ReadFull(f.body, begin[preludeBytes:])
	return &frame{int64(size), begin}, err
}

// intact compares the checksum of the sizes.
func intact(prelude []byte) bool {
	return binary.BigEndian.Uint32(prelude[8:]) == crc32.ChecksumIEEE(prelude[:8])
}

// admit waits until a message of so many bytes is let in.
func (f *frames) admit(size int64) error {
	f.arrived <- struct{}{}
	defer func() { <-f.arrived }()
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

func initialResponse() []byte {
	m := eventstream.Message{Payload: []byte("{}")}
	m.Headers.Set(":message-type", eventstream.StringValue("event"))
	m.Headers.Set(":event-type", eventstream.StringValue("initial-response"))
	m.Headers.Set(":content-type", eventstream.StringValue("application/json"))
	var text bytes.Buffer
	_ = eventstream.NewEncoder().Encode(&text, m) // it cannot fail: none of it is too long
	return text.Bytes()
}

func (f *frames) Close() error {
	f.closing.Do(func() { close(f.closed) })
	return f.body.Close()
}
