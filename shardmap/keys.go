package shardmap

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
)

// lineBytesMax is more than the longest partition key takes in UTF-8: the rest of
// a longer line is not kept.
const lineBytesMax = 4*partitionKeyCharsMax + 64

// keyLines asks for the partition keys in an input, one a line, as they come; a
// line ends with LF or CR LF. A line that is no key is told to refused with its
// number, from 1 on, and passed over. The memory it takes does not grow.
func keyLines(r io.Reader, refused func(line int, why error)) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		in := bufio.NewReaderSize(r, 64<<10)
		if err := skipMark(in); err != nil {
			yield(Key{}, fmt.Errorf("reading the keys: %w", err))
			return
		}
		for number := 1; ; number++ {
			line, err := readLine(in)
			if err != nil {
				if !errors.Is(err, io.EOF) {
					yield(Key{}, fmt.Errorf("reading the keys: line %d: %w", number, err))
				}
				return
			}
			key, err := PartitionKey(string(line))
			if err != nil {
				refused(number, err)
				continue
			}
			if !yield(key, nil) {
				return
			}
		}
	}
}

// readLine returns the next line without its end, at most lineBytesMax of it. Its
// bytes are valid until the next call. After the last line comes io.EOF.
func readLine(in *bufio.Reader) ([]byte, error) {
	part, err := in.ReadSlice('\n')
	line := part
	if errors.Is(err, bufio.ErrBufferFull) {
		line = bytes.Clone(part[:lineBytesMax])
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = in.ReadSlice('\n')
		}
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0) {
		return nil, err
	}
	line = bytes.TrimSuffix(line, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), nil
}
