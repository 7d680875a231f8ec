package putrec

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/klauspost/compress/gzip"

	"kinspect/internal/jq"
	"kinspect/internal/shard"
)

// ErrEmpty refuses a record without data: a stream would take it, but in a pipe
// a blank line is nearly always an accident. In an envelope it is none.
var ErrEmpty = errors.New("the record is empty")

// SizeError refuses a record that the stream would not take.
type SizeError struct {
	// Bytes is the size of data and partition key, Max what the stream takes.
	Bytes, Max int
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("the record has %d bytes with its partition key, and the stream takes %d", e.Bytes, e.Max)
}

// form is what makes a record of a line.
type form struct {
	envelopes, base64, gzip bool

	partitionKey string
	keyOf        *jq.Program
	keyless      bool // the stream distributes by itself
	hashKey      string

	recordBytesMax int
}

// source is a line that became a record.
type source struct {
	line
	payload          []byte
	key, explicitKey string
	random           bool // the key
}

// bytes is what the record counts for in a call.
func (s *source) bytes() int { return len(s.payload) + len(s.key) }

// hash is where the record falls; ok is false where that is not ours to choose.
func (s *source) hash() (h shard.HashKey, ok bool) {
	if s.explicitKey != "" {
		h, err := shard.ParseHashKey(s.explicitKey)
		return h, err == nil
	}
	return shard.HashOf(s.key), s.key != ""
}

// kept bounds what is kept of a line.
func (f form) kept() int {
	if f.envelopes || f.base64 || f.gzip {
		return codedBytesKept
	}
	return lineBytesKept
}

// record returns the line's record, or why the line is none: envelope or base64
// first, then the key of what they held, then gzip.
func (f form) record(l line) (*source, error) {
	if l.size > f.kept() {
		return nil, f.tooLong(l)
	}
	data, own, err := f.open(l.data)
	if err != nil {
		return nil, err
	}
	s := &source{line: l, explicitKey: f.hashKey}
	if s.key, s.random, err = f.key(own, data); err != nil {
		return nil, err
	}
	if s.payload = data; f.gzip {
		s.payload = compressed(data)
	}
	if s.bytes() > f.recordBytesMax {
		return nil, &SizeError{Bytes: s.bytes(), Max: f.recordBytesMax}
	}
	return s, nil
}

// open returns the bytes that the line stands for, and the key beside them.
func (f form) open(text []byte) (data []byte, key *string, err error) {
	switch {
	case len(text) == 0:
		return nil, nil, ErrEmpty
	case f.envelopes:
		return openEnvelope(text)
	case f.base64:
		data, err = unbase64(string(text))
		if err == nil && len(data) == 0 { // line ends alone, of an input that is one record
			err = ErrEmpty
		}
		return data, nil, err
	}
	return text, nil, nil
}

// unbase64 is strict: padding must be there and the bits behind the last byte 0.
// Line ends are passed over, as they stand in what base64 writes of a whole file.
func unbase64(text string) ([]byte, error) {
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, notBase64(text, err)
	}
	return data, nil
}

func (f form) tooLong(l line) error {
	if f.kept() == lineBytesKept {
		return &SizeError{Bytes: l.size + len(f.partitionKey), Max: f.recordBytesMax}
	}
	return fmt.Errorf("the line has %d bytes, and at most %d are read", l.size, f.kept())
}

// compressed is the same bytes for the same data: its header holds no time.
func compressed(data []byte) []byte {
	var out bytes.Buffer // takes all that is written
	w := gzip.NewWriter(&out)
	_, _ = w.Write(data)
	_ = w.Close()
	return out.Bytes()
}
