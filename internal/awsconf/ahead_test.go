package awsconf

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"testing"
)

// pieces is a connection on which so many bytes come at once, and then an error.
type pieces struct {
	net.Conn
	text  []byte
	sizes *rand.Rand
	calls int
}

func (p *pieces) Read(into []byte) (int, error) {
	p.calls++
	if len(p.text) == 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n := copy(into[:min(len(into), 1+p.sizes.IntN(300<<10))], p.text)
	p.text = p.text[n:]
	if len(p.text) == 0 && p.sizes.IntN(2) == 0 {
		return n, io.ErrUnexpectedEOF
	}
	return n, nil
}

// What comes on a connection is read as it came, with the error behind it, and where much
// comes in fewer calls.
func TestAhead(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, 4<<20)
	for i := range text {
		text[i] = byte(draw.Uint32())
	}
	for range 100 {
		p := &pieces{text: text, sizes: draw}
		c, err := dial(func(context.Context, string, string) (net.Conn, error) { return p, nil }).ahead(t.Context(), "tcp", "")
		if err != nil {
			t.Fatal(err)
		}
		var got []byte
		room := make([]byte, 1+draw.IntN(48<<10))
		reads := 0
		for err == nil {
			var n int
			n, err = c.Read(room)
			got = append(got, room[:n]...)
			reads++
		}
		if !errors.Is(err, io.ErrUnexpectedEOF) || !bytes.Equal(got, text) {
			t.Fatalf("with room for %d: %d bytes, the same %v, %v", len(room), len(got), bytes.Equal(got, text), err)
		}
		if len(room) >= aheadMin && p.calls > reads*3/4 {
			t.Errorf("with room for %d: %d calls for %d reads", len(room), p.calls, reads)
		}
		if of := c.(*connection); of.read != nil {
			t.Error("it keeps memory in which there is nothing")
		}
	}
}
