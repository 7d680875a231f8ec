package putrec

import (
	"bytes"

	"kinspect/internal/stream"
)

// What is kept of a line; of a longer one only the length is known.
const (
	// lineBytesKept is what any stream takes as a record.
	lineBytesKept = stream.PutBytesMax
	// codedBytesKept is for lines that are longer than their records: base64,
	// envelopes, where a character may take six bytes, and what --gzip shortens.
	codedBytesKept = 64 << 20
)

// line is one line of the input without its end.
type line struct {
	number int
	// data is nil where the line is longer than what is kept of one.
	data []byte
	// size is the length of the line in bytes.
	size int
}

// lines cuts an input that arrives in pieces into lines, which outlive the
// pieces.
type lines struct {
	whole  bool   // the input is one line, whatever it holds
	most   int    // bytes kept of a line
	piece  []byte // arrived and not yet cut
	head   []byte // of the line whose end has not come
	size   int    // of that line so far, kept or not
	number int    // of the last line returned
}

// add takes the next piece, after next has returned all lines of the last.
func (l *lines) add(piece []byte) { l.piece = piece }

// next returns a line whose end has arrived, or false if there is none.
func (l *lines) next() (line, bool) {
	end := -1
	if !l.whole {
		end = bytes.IndexByte(l.piece, '\n')
	}
	if end < 0 {
		l.keep(l.piece)
		l.piece = nil
		return line{}, false
	}
	l.keep(l.piece[:end])
	l.piece = l.piece[end+1:]
	done := l.finish()
	if data, found := bytes.CutSuffix(done.data, []byte("\r")); found {
		done.data, done.size = data, done.size-1
	}
	return done, true
}

// last returns, at the end of the input, what stands after the last LF.
func (l *lines) last() (line, bool) {
	if l.size == 0 && !l.whole {
		return line{}, false
	}
	return l.finish(), true
}

func (l *lines) keep(part []byte) {
	l.size += len(part)
	if l.size > l.most {
		l.head = nil
		return
	}
	l.head = append(l.head, part...)
}

func (l *lines) finish() line {
	l.number++
	done := line{l.number, l.head, l.size}
	if l.size == 0 {
		done.data = []byte{} // an empty line is kept, too
	}
	l.head, l.size = nil, 0
	return done
}
