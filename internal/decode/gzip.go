package decode

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
)

// gzipMagic with the only method there is, deflate.
var gzipMagic = []byte{0x1F, 0x8B, 8}

// gzipReaders saves the 40 KiB of state that each reader has.
var gzipReaders = sync.Pool{New: func() any { return new(gzip.Reader) }}

// gunzip decompresses all members of data, checking each one's CRC and length.
// What came out before an error is returned with it. Over limit bytes is an
// error, and so is anything after the last member but padding of NUL, CR or LF,
// which can hide no event.
func gunzip(data []byte, limit int) ([]byte, error) {
	z := gzipReaders.Get().(*gzip.Reader)
	defer gzipReaders.Put(z)
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
func gunzipMember(z *gzip.Reader, in *bytes.Reader, out *bytes.Buffer, limit int) error {
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
