package decode

import (
	"bytes"
	"compress/bzip2"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// compressions are known by magic numbers that no text begins with, or goes on
// after.
var compressions = []layer{
	{"zstd", patterns("28 B5 2F FD", "5? 2A 4D 18"), unzstd}, // the latter is a skippable frame
	{"snappy", patterns("FF 06 00 00 73 4E 61 50 70 59"), unsnappyFramed},
	{"snappy", patterns("82 53 4E 41 50 50 59 00"), unsnappyXerial},
	{"lz4", patterns("04 22 4D 18", "02 21 4C 18"), unlz4}, // the latter is a legacy frame
	{"bzip2", patterns("42 5A 68 3? 31 41 59 26 53 59", "42 5A 68 3? 17 72 45 38 50 90"), unbzip2},
}

// zstdDecoder decodes whole blobs, on as many cores as ask it to, each within
// what a blob may come to.
var zstdDecoder = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(MaxDecoded), zstd.WithDecoderLowmem(true))
	if err != nil {
		panic(err) // the options are ours
	}
	return d
})

// errWindow is of a frame that asks for more memory than a blob may come to,
// however little is in it; zstd's own tool wants --long for such.
var errWindow = fmt.Errorf("a window of more than %d MiB, our limit", MaxDecoded>>20)

func unzstd(data []byte, limit int) ([]byte, error) {
	out, err := zstdDecoder().DecodeAll(data, nil)
	switch {
	case errors.Is(err, zstd.ErrDecoderSizeExceeded) || len(out) > limit:
		return out[:min(len(out), limit)], errTooLarge
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		return out, errWindow
	}
	return out, err
}

func unsnappyFramed(data []byte, limit int) ([]byte, error) {
	return readAll(snappy.NewReader(bytes.NewReader(data)), limit)
}

// xerialHeader is the magic, and two versions of four bytes each.
const xerialHeader = 16

// unsnappyXerial reads the framing of snappy-java: blocks with their lengths.
func unsnappyXerial(data []byte, limit int) ([]byte, error) {
	if len(data) < xerialHeader {
		return nil, io.ErrUnexpectedEOF
	}
	var out []byte
	for rest := data[xerialHeader:]; len(rest) > 0; {
		if len(rest) < 4 {
			return out, io.ErrUnexpectedEOF
		}
		size := uint64(binary.BigEndian.Uint32(rest))
		if rest = rest[4:]; size > uint64(len(rest)) {
			return out, io.ErrUnexpectedEOF
		}
		block, err := unsnappyRaw(rest[:size], limit-len(out))
		if err != nil {
			return out, err
		}
		out, rest = append(out, block...), rest[size:]
	}
	return out, nil
}

// snappyRatio is above what a block of snappy can reach, 64 bytes for 3,
// and keeps a forged length, as words and binary data have, from costing memory.
const snappyRatio = 32

// unsnappyRaw decodes one block. Its length stands first, and may be forged.
func unsnappyRaw(block []byte, limit int) ([]byte, error) {
	size, err := snappy.DecodedLen(block)
	if err != nil {
		return nil, err
	}
	if size > snappyRatio*len(block) {
		return nil, snappy.ErrCorrupt
	}
	if size > limit {
		return nil, errTooLarge
	}
	return snappy.Decode(nil, block)
}

func unlz4(data []byte, limit int) ([]byte, error) {
	return readAll(lz4.NewReader(bytes.NewReader(data)), limit)
}

func unbzip2(data []byte, limit int) ([]byte, error) {
	return readAll(bzip2.NewReader(bytes.NewReader(data)), limit)
}

// unzlib decompresses data, which must end with it.
func unzlib(data []byte, limit int) ([]byte, error) {
	in := bytes.NewReader(data)
	z, err := zlib.NewReader(in)
	if err != nil {
		return nil, err
	}
	out, err := readAll(z, limit)
	if rest := data[len(data)-in.Len():]; err == nil && !onlyPadding(rest) {
		err = fmt.Errorf("%d bytes after its end", len(rest))
	}
	return out, err
}

// readAll reads up to limit bytes; more is an error. What was read before an
// error is returned with it.
func readAll(r io.Reader, limit int) ([]byte, error) {
	out, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if len(out) > limit {
		return out[:limit], errTooLarge
	}
	return out, err
}

// isZlib tells whether data begins like zlib: two bytes, too few to be sure.
func isZlib(data []byte) bool {
	return len(data) > 2 && data[0]&0x0F == 8 && data[0]>>4 <= 7 && (int(data[0])<<8|int(data[1]))%31 == 0
}

// inflates tells whether the first 512 bytes, or all there are, come out of data
// as zlib.
func inflates(data []byte) bool {
	if !isZlib(data) {
		return false
	}
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return false
	}
	_, err = io.CopyN(io.Discard, z, 512)
	return err == nil || err == io.EOF
}
