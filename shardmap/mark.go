package shardmap

import (
	"bufio"
	"errors"
)

// skipMark skips the byte order mark that Windows puts before UTF-8, and refuses
// UTF-16, which PowerShell writes: its bytes would pass for other keys.
func skipMark(in *bufio.Reader) error {
	mark, _ := in.Peek(2) // a line of one character is not waited beyond
	switch string(mark) {
	case "\xff\xfe", "\xfe\xff":
		return errors.New("it is UTF-16, not UTF-8")
	case "\xef\xbb":
		if mark, _ := in.Peek(3); string(mark) == "\ufeff" {
			in.Discard(len(mark))
		}
	}
	return nil
}
