// Package list reads many events from a file: one a line, or a column of a CSV
// file. It is pure: nothing is looked for here.
package list

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"unicode/utf8"
)

const (
	// linesMax is how many events are asked at once.
	linesMax = 1_000_000
	// eventBytesMax is how long one may be: longer than any ID, and than a
	// producer's longest partition key.
	eventBytesMax = 4096
	// bytesMax is how long all of them may be together.
	bytesMax = 256 << 20
	// ShortMax is how many characters an event has that may stand in a record by
	// chance.
	ShortMax = 3
)

// List is many events.
type List struct {
	// Events are asked once each, in the order in which they were first given.
	Events []string
	// Lines are where each was given, in order.
	Lines []Line
	// Blank counts the lines without an event, Short the events of ShortMax
	// characters at the most.
	Blank, Short int
	// SHA256 is of the events line by line, each with a line feed, in hex.
	SHA256 string
}

// Line is one line of the file, or row of a CSV file.
type Line struct {
	// Number counts from 1, as an editor does.
	Number int32
	// Event is its index among the events.
	Event int32
}

// Repeated is how many lines repeat an event of an earlier one.
func (l *List) Repeated() int { return len(l.Lines) - len(l.Events) }

// Lines reads one event a line, with LF or CR LF behind it; a byte order mark and
// the blanks around an event are no part of it.
func Lines(r io.Reader) (*List, error) {
	in, err := open(r)
	if err != nil {
		return nil, err
	}
	b := newBuilder()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 2*eventBytesMax)
	number := 0
	for lines.Scan() {
		number++
		if err := b.add(number, lines.Text()); err != nil {
			return nil, err
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, tooLong(number + 1)
	} else if err != nil {
		return nil, fmt.Errorf("line %d: %w", number+1, err)
	}
	return b.list()
}

// open passes over a byte order mark, and refuses text that is not UTF-8.
func open(r io.Reader) (*bufio.Reader, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	start, _ := in.Peek(3) // its error comes again
	switch {
	case bytes.Equal(start, []byte("\uFEFF")):
		_, _ = in.Discard(3)
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		return nil, errors.New("it is UTF-16, and must be UTF-8")
	}
	return in, nil
}

// Of makes a list of events that were read before, line by line.
func Of(lines func(yield func(number int, event string) bool)) (*List, error) {
	b := newBuilder()
	for number, event := range lines {
		if err := b.add(number, event); err != nil {
			return nil, err
		}
	}
	return b.list()
}

// builder makes a list.
type builder struct {
	List
	indexes map[string]int32
	sum     hash.Hash
	bytes   int
}

func newBuilder() *builder { return &builder{indexes: map[string]int32{}, sum: sha256.New()} }

func (b *builder) add(number int, text string) error {
	event := strings.TrimSpace(text)
	switch {
	case event == "":
		b.Blank++
		return nil
	case len(event) > eventBytesMax:
		return tooLong(number)
	case !utf8.ValidString(event):
		return fmt.Errorf("line %d is not UTF-8", number)
	case len(b.Lines) == linesMax:
		return errors.New("it has more than 1,000,000 events; give them in parts")
	}
	if b.bytes += len(event); b.bytes > bytesMax {
		return fmt.Errorf("its events have more than %d MiB in all; give them in parts", bytesMax>>20)
	}
	_, _ = io.WriteString(b.sum, event+"\n")
	index, known := b.indexes[event]
	if !known {
		index = int32(len(b.Events))
		event = strings.Clone(event) // not the whole line, or row
		b.indexes[event] = index
		b.Events = append(b.Events, event)
		if utf8.RuneCountInString(event) <= ShortMax {
			b.Short++
		}
	}
	b.Lines = append(b.Lines, Line{int32(number), index})
	return nil
}

func tooLong(number int) error {
	return fmt.Errorf("line %d has more than %d bytes, which no ID has", number, eventBytesMax)
}

func (b *builder) list() (*List, error) {
	if len(b.Lines) == 0 {
		return nil, errors.New("it has no events")
	}
	b.SHA256 = hex.EncodeToString(b.sum.Sum(nil))
	return &b.List, nil
}
