package decode

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	fast "github.com/klauspost/compress/gzip"
)

// gzipMagic with the only method there is, deflate.
var gzipMagic = []byte{0x1F, 0x8B, 8}

// gzipReader is one that can be used again, which saves the 40 KiB of its state.
type gzipReader interface {
	io.Reader
	Reset(io.Reader) error
	Multistream(bool)
}

var (
	fastReaders     = sync.Pool{New: func() any { return new(fast.Reader) }}
	standardReaders = sync.Pool{New: func() any { return new(gzip.Reader) }}
)

// gunzip decompresses all members of data, checking each one's CRC and length.
// What came out before an error is returned with it. Over limit bytes is an
// error, and so is anything after the last member but padding of NUL, CR or LF,
// which can hide no event.
//
// What the fast reader refuses goes to the standard library's, which lets more come
// out before an error, and takes flags in a header that the RFC reserves.
func gunzip(data []byte, limit int) ([]byte, error) {
	out, err := gunzipBy(&fastReaders, data, limit)
	if err == nil || errors.Is(err, errTooLarge) {
		return out, err
	}
	return gunzipBy(&standardReaders, data, limit)
}

func gunzipBy(readers *sync.Pool, data []byte, limit int) ([]byte, error) {
	z := readers.Get().(gzipReader)
	defer readers.Put(z)
	in := bytes.NewReader(data) // an io.ByteReader, so z reads no byte too many
	defer in.Reset(nil)         // the pool must not hold on to data
	out := bytes.NewBuffer(make([]byte, 0, sizeHint(data, limit)))
	for {
		if err := gunzipMember(z, in, out, limit); err != nil {
			return out.Bytes(), err
		}
		rest := data[len(data)-in.Len():]
		if onlyPadding(rest) {
			return out.Bytes(), nil
		}
		if !bytes.HasPrefix(rest, gzipMagic) {
			return out.Bytes(), fmt.Errorf("%d bytes after its end", len(rest))
		}
	}
}

// gunzipMember appends one member to out.
func gunzipMember(z gzipReader, in *bytes.Reader, out *bytes.Buffer, limit int) error {
	if err := z.Reset(in); err != nil {
		return err
	}
	z.Multistream(false)
	left := int64(limit - out.Len())
	n, err := out.ReadFrom(io.LimitReader(z, left+1))
	if n > left {
		out.Truncate(limit)
		return errTooLarge
	}
	return err
}

// sizeHint is the size that the last four bytes claim, as far as one may believe
// it: what JSON usually gains, and no more than the limit.
func sizeHint(data []byte, limit int) int {
	if len(data) < 4 {
		return bytes.MinRead
	}
	claimed := int64(binary.LittleEndian.Uint32(data[len(data)-4:]))
	return int(min(claimed, 16*int64(len(data)), int64(limit))) + bytes.MinRead
}
