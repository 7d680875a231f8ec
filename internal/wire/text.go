package wire

import (
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"strconv"
)

// string reads a text that may be kept.
func (s *scanner) string() string {
	raw, escaped := s.text()
	if escaped {
		return s.unescaped(raw)
	}
	return s.strings.keep(view(raw))
}

// text reads a text as it is spelled, a view into the window.
func (s *scanner) text() (raw []byte, escaped bool) {
	if s.peek() != '"' {
		s.unexpected()
		return nil, false
	}
	seen := s.window[s.at+1 : s.end]
	if n := plain(seen); n < len(seen) && seen[n] == '"' {
		s.at += len(`"`) + n + len(`"`)
		return seen[:n], false
	}
	return s.oddText()
}

// oddText reads a text that has escapes, or is not all in the window.
func (s *scanner) oddText() (raw []byte, escaped bool) {
	for i := 1; ; {
		i += plain(s.window[s.at+i : s.end])
		switch at := s.at + i; {
		case at == s.end || s.window[at] == '\\' && at+1 == s.end:
			if !s.fill() {
				s.stop(errEarly)
				return nil, false
			}
		case s.window[at] == '"':
			raw = s.window[s.at+1 : at]
			s.at = at + 1
			return raw, escaped
		case s.window[at] == '\\':
			escaped = true
			i += 2
		default:
			s.fail("a text has the control character %q", s.window[at])
			return nil, false
		}
	}
}

// unescaped is the meaning of a text with escapes; what is no UTF-8 is replaced in it.
func (s *scanner) unescaped(raw []byte) (text string) {
	quoted := append(append([]byte{'"'}, raw...), '"')
	if err := json.Unmarshal(quoted, &text); err != nil {
		s.stop(err)
	}
	return text
}

// pastText passes a text of any length.
func (s *scanner) pastText() {
	for s.at++; ; {
		s.at += plain(s.window[s.at:s.end])
		switch {
		case s.at == s.end:
			if !s.fill() {
				s.stop(errEarly)
				return
			}
		case s.window[s.at] == '"':
			s.at++
			return
		case s.window[s.at] == '\\':
			s.escape()
		default:
			s.fail("a text has the control character %q", s.window[s.at])
		}
		if s.err != nil {
			return
		}
	}
}

// escape passes an escape, and returns its meaning where that is one byte; of all others,
// and of either half of a pair, it returns notASCII.
func (s *scanner) escape() byte {
	if !s.have(len(`\n`)) {
		s.stop(errEarly)
		return 0
	}
	c := s.window[s.at+1]
	switch s.at += 2; c {
	case '"', '\\', '/':
		return c
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'u':
		return s.escapedUnit()
	}
	s.fail("a text has the escape \\%c", c)
	return 0
}

const notASCII = 0xff

func (s *scanner) escapedUnit() byte {
	const digits = len("0000")
	if !s.have(digits) {
		s.stop(errEarly)
		return 0
	}
	unit, err := strconv.ParseUint(string(s.window[s.at:s.at+digits]), 16, 16)
	if err != nil {
		s.stop(err)
		return 0
	}
	s.at += digits
	return byte(min(unit, notASCII))
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// plain is how many bytes come before the first quote, backslash or control character.
// The lowest byte that a mask marks is always a true one.
func plain(b []byte) int {
	i := 0
	for ; len(b)-i >= 8; i += 8 {
		v := binary.LittleEndian.Uint64(b[i:])
		quote, backslash := v^(ones*'"'), v^(ones*'\\')
		marked := ((quote-ones)&^quote | (backslash-ones)&^backslash | (v-ones*' ')&^v) & highs
		if marked != 0 {
			return i + bits.TrailingZeros64(marked)/8
		}
	}
	for ; i < len(b); i++ {
		if c := b[i]; c == '"' || c == '\\' || c < ' ' {
			return i
		}
	}
	return i
}

// digitsOf is how many bytes come before the first that is no digit, in eights.
func digitsOf(b []byte) int {
	i := 0
	for ; len(b)-i >= 8; i += 8 {
		if notDigits(binary.LittleEndian.Uint64(b[i:])) != 0 {
			break
		}
	}
	return i
}
