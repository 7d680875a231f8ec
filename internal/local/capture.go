package local

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"kinspect/internal/record"
)

// captureLineMax bounds a line of a capture, in bytes. The data of a record can
// be some times its 10 MiB once it is decoded.
const captureLineMax = 128 << 20

// Capture returns an endpoint that holds one stream: the records that
// `tail -o json` wrote to lines, each at its own sequence number and arrival
// time, in shards of the ids that stand there.
//
// A capture says nothing of the shards' hash key ranges and lineage. So each
// shard is open and takes all keys, and nothing can be proved absent. What tail
// decoded stays decoded; the user records of an aggregate are aggregated again
// and count from 0, even if tail printed some of them only.
func Capture(clock Clock, stream string, lines io.Reader) (*Server, error) {
	s := New(Options{Clock: clock})
	if err := s.Load(stream, lines); err != nil {
		return nil, err
	}
	return s, nil
}

// Load adds a stream that holds a capture, as Capture does. The error for a
// line that is no envelope tells its number.
func (s *Server) Load(stream string, lines io.Reader) error {
	read, err := readCapture(lines, captureLineMax)
	if err != nil {
		return err
	}
	var v violations
	v.name(stream, "streamName")
	if err := v.err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.streams[stream] != nil {
		return inUse("Stream %s under account %s already exists.", stream, s.account)
	}
	s.restore(stream, read, s.now())
	return nil
}

// captured is a user record of a capture. Tail prints a line for each JSON
// document of one.
type captured struct {
	record.Meta
	documents [][]byte
	aggregate bool
}

// readCapture gives the user records of a capture by shard id, in the order of
// their sequence numbers. A line with its end must be shorter than lineMax.
func readCapture(lines io.Reader, lineMax int) (map[string][]captured, error) {
	read := map[string][]captured{}
	scanner := bufio.NewScanner(lines)
	scanner.Buffer(nil, lineMax)
	number := 0
	for scanner.Scan() {
		number++
		if len(bytes.TrimSpace(scanner.Bytes())) == 0 {
			continue
		}
		c, err := parseCaptured(scanner.Bytes())
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		read[c.ShardID] = append(read[c.ShardID], c)
	}
	if errors.Is(scanner.Err(), bufio.ErrTooLong) {
		return nil, fmt.Errorf("line %d is longer than %d bytes", number+1, lineMax-1)
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", number+1, err)
	}
	for id, all := range read {
		slices.SortStableFunc(all, compareCaptured)
		read[id] = join(all)
	}
	return read, nil
}

func parseCaptured(line []byte) (captured, error) {
	var e record.Envelope
	if err := json.Unmarshal(line, &e); err != nil {
		return captured{}, err
	}
	switch {
	case !namePattern.re.MatchString(e.ShardID) || len(e.ShardID) > 128:
		return captured{}, fmt.Errorf("shardId %q is none", e.ShardID)
	case !sequencePattern.re.MatchString(string(e.SequenceNumber)):
		return captured{}, fmt.Errorf("sequenceNumber %q is none", e.SequenceNumber)
	case e.ApproximateArrivalTimestamp.UnixMilli() < 0:
		return captured{}, errors.New("approximateArrivalTimestamp is missing, or before 1970")
	case e.SubSequenceNumber != nil && *e.SubSequenceNumber < 0:
		return captured{}, fmt.Errorf("subSequenceNumber %d is negative", *e.SubSequenceNumber)
	}
	return captured{e.Meta, [][]byte{dataOf(&e)}, e.SubSequenceNumber != nil}, nil
}

// dataOf is the data of an envelope: a JSON string is a text, unless JSON is
// what the text was decoded as.
func dataOf(e *record.Envelope) []byte {
	n := len(e.Decoded)
	var text string
	switch {
	case e.Data == nil:
		return e.DataBase64
	case n > 0 && e.Decoded[n-1] == "json":
		return e.Data
	case json.Unmarshal(e.Data, &text) == nil && utf8.ValidString(text):
		return []byte(text)
	}
	return e.Data
}

func compareCaptured(a, b captured) int {
	if c := a.SequenceNumber.Compare(b.SequenceNumber); c != 0 {
		return c
	}
	return a.sub() - b.sub()
}

// sub is the subsequence number, -1 for a record that is no aggregate.
func (c *captured) sub() int {
	if c.SubSequenceNumber == nil {
		return -1
	}
	return *c.SubSequenceNumber
}

// join makes one of the lines that show one user record. A line that says what
// another said already, as when captures overlap, adds nothing.
func join(all []captured) []captured {
	joined := all[:0]
	for _, c := range all {
		n := len(joined)
		if n == 0 || compareCaptured(joined[n-1], c) != 0 {
			joined = append(joined, c)
			continue
		}
		same := func(document []byte) bool { return bytes.Equal(document, c.documents[0]) }
		if !slices.ContainsFunc(joined[n-1].documents, same) {
			joined[n-1].documents = append(joined[n-1].documents, c.documents[0])
		}
	}
	return joined
}
