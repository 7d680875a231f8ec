package awsconf

import (
	"context"
	"net"
	"sync"
)

const (
	// aheadBytes is how much is read of a connection at once when much has come. TLS asks
	// for no more than 32 KiB, and each call to the system costs as much as the copying
	// of so many bytes does.
	aheadBytes = 128 << 10
	// aheadMin is the room, in bytes, that is much when it was filled: that of a record of
	// TLS.
	aheadMin = 16 << 10
)

// aheads are of all connections, so that one on which nothing comes has none.
var aheads = sync.Pool{New: func() any { return new([aheadBytes]byte) }}

// dial opens a connection, as net.Dialer does.
type dial func(ctx context.Context, network, address string) (net.Conn, error)

// ahead has connections read ahead.
func (d dial) ahead(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := d(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &connection{Conn: c}, nil
}

// connection reads ahead while what has come fills the room that there is for it. As of
// any other, one goroutine at a time reads it.
type connection struct {
	net.Conn
	much bool              // came the last time
	read *[aheadBytes]byte // nil: there is nothing ahead
	rest []byte            // of it
	err  error             // behind it
}

func (c *connection) Read(into []byte) (n int, err error) {
	if c.read == nil && !c.much {
		n, err = c.Conn.Read(into)
		c.much = n == len(into) && n >= aheadMin
		return n, err
	}
	if c.read == nil {
		c.read = aheads.Get().(*[aheadBytes]byte)
		n, c.err = c.Conn.Read(c.read[:])
		c.rest, c.much = c.read[:n], n >= aheadMin
	}
	return c.take(into)
}

// take copies what was read ahead, and gives its memory back when all was.
func (c *connection) take(into []byte) (n int, err error) {
	n = copy(into, c.rest)
	if c.rest = c.rest[n:]; len(c.rest) == 0 {
		aheads.Put(c.read)
		c.read, err = nil, c.err
	}
	return n, err
}
