package decode

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync"
)

// container is an object container file, with its header read.
//
// https://avro.apache.org/docs/current/specification/#object-container-files
type container struct {
	schema []byte
	codec  string
	sync   []byte // stands behind each block
	blocks []byte
}

var containerMagic = []byte("Obj\x01")

const containerSync = 16 // bytes

// codecs are how blocks may be compressed; the layer that this makes is named
// like those that are compressed so from their first byte. Not bzip2, whose every
// block, be it empty, would cost megabytes.
var codecs = map[string]layer{
	"deflate":   {"deflate", nil, unflate},
	"snappy":    {"snappy", nil, unsnappySummed},
	"zstandard": {"zstd", nil, unzstd},
}

// containerLayer is how to open a container: first its blocks, all at once, into
// a container that is not compressed, then the records.
func containerLayer(data []byte) layer {
	if c, err := readContainer(data); err == nil && codecs[c.codec].peel != nil {
		return layer{name: codecs[c.codec].name, peel: func(_ []byte, limit int) ([]byte, error) { return c.inflate(limit) }}
	}
	return layer{name: "avro", peel: unavro}
}

func readContainer(data []byte) (c container, err error) {
	v := avroValues{data: bytes.TrimPrefix(data, containerMagic)}
	c.codec = "null"
	for {
		count, _, err := v.block()
		if err != nil {
			return c, err
		}
		if count == 0 {
			break
		}
		for ; count > 0; count-- {
			if err := c.about(&v); err != nil {
				return c, err
			}
		}
	}
	c.sync, err = v.next(containerSync)
	c.blocks = v.data
	return c, err
}

// about reads one entry of the header.
func (c *container) about(v *avroValues) error {
	key, err := v.sized()
	if err != nil {
		return err
	}
	value, err := v.sized()
	switch string(key) {
	case "avro.schema":
		c.schema = value
	case "avro.codec":
		c.codec = string(value)
	}
	return err
}

// each calls do with all blocks, in order: how many records, and their bytes.
func (c container) each(do func(count int64, block []byte) error) error {
	v := avroValues{data: c.blocks}
	padded := len(c.blocks) - len(bytes.TrimRight(c.blocks, padding))
	for i := 1; len(v.data) > padded; i++ {
		if err := c.next(&v, do); err != nil {
			return fmt.Errorf("block %d: %w", i, err)
		}
	}
	return nil
}

func (c container) next(v *avroValues, do func(count int64, block []byte) error) error {
	count, err := v.long()
	if err != nil {
		return err
	}
	block, err := v.sized()
	if err != nil {
		return err
	}
	if err := do(count, block); err != nil {
		return err
	}
	sync, err := v.next(containerSync)
	if err == nil && !bytes.Equal(sync, c.sync) {
		err = errors.New("the marker behind it is not the header's")
	}
	return err
}

// inflate returns the container with its blocks as they were before compression.
func (c container) inflate(limit int) ([]byte, error) {
	out := binary.AppendVarint(bytes.Clone(containerMagic), 1)
	out = appendSized(appendSized(out, []byte("avro.schema")), c.schema)
	out = append(append(out, 0), c.sync...)
	err := c.each(func(count int64, block []byte) error {
		inner, err := codecs[c.codec].peel(block, max(0, limit-len(out)))
		if err != nil && len(inner) == 0 {
			return err
		}
		out = appendSized(binary.AppendVarint(out, count), inner)
		out = append(out, c.sync...)
		return err
	})
	if len(out) > limit {
		return out[:limit], errTooLarge
	}
	return out, err
}

func appendSized(out, b []byte) []byte {
	return append(binary.AppendVarint(out, int64(len(b))), b...)
}

// unavro returns the records of a container that is not compressed, each on a
// line of its own. There may be none.
func unavro(data []byte, limit int) ([]byte, error) {
	c, err := readContainer(data)
	if err != nil {
		return nil, err
	}
	if c.codec != "null" {
		return nil, fmt.Errorf("its codec is %.20q, which this version cannot open", c.codec)
	}
	schema, err := parseAvroSchema(c.schema)
	if err != nil {
		return nil, fmt.Errorf("parsing its schema: %w", err)
	}
	v, records := avroValues{limit: limit}, 0
	err = c.each(func(count int64, block []byte) error {
		v.data = block
		for ; count > 0; count-- {
			if records++; records > MaxDocuments {
				return errTooMany
			}
			if err := v.line(schema.root); err != nil {
				return err
			}
		}
		if count < 0 || len(v.data) > 0 {
			return errors.New("more bytes than its records take")
		}
		return nil
	})
	return v.out[:min(len(v.out), limit)], err
}

// line reads a value that stands in a line of its own.
func (v *avroValues) line(t *avroType) error {
	if len(v.out) > 0 {
		v.out = append(v.out, '\n')
	}
	v.depth = 0
	return v.value(t)
}

// maxFlateRest is how many bytes of zlib's checksum some writers leave behind
// deflated blocks.
const maxFlateRest = 4

// flaters are readers of deflate: one is more memory than many a block.
var flaters = sync.Pool{New: func() any { return flate.NewReader(bytes.NewReader(nil)) }}

func unflate(block []byte, limit int) ([]byte, error) {
	in, z := bytes.NewReader(block), flaters.Get().(io.Reader)
	defer flaters.Put(z)
	if err := z.(flate.Resetter).Reset(in, nil); err != nil {
		return nil, err
	}
	out, err := readAll(z, limit)
	if err == nil && in.Len() > maxFlateRest {
		err = fmt.Errorf("%d bytes after its end", in.Len())
	}
	return out, err
}

// unsnappySummed reads a block with the CRC-32 of what is in it at its end.
func unsnappySummed(block []byte, limit int) ([]byte, error) {
	n := len(block) - crc32.Size
	if n < 0 {
		return nil, io.ErrUnexpectedEOF
	}
	out, err := unsnappyRaw(block[:n], limit)
	if err == nil && crc32.ChecksumIEEE(out) != binary.BigEndian.Uint32(block[n:]) {
		err = errors.New("its checksum is not that of what is in it")
	}
	return out, err
}
