package term

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// form is where an escaped text goes, which decides what may stay in it.
type form int

const (
	inText form = iota // LF and TAB stay
	inLine             // no control character stays
	inJSON             // escapes are JSON's
)

// Escape makes s safe for a terminal. What could command it or mislead its
// reader becomes visible: \x1b for control characters, LF and TAB excepted,
// and for bytes that are not UTF-8; \u202e for invisible characters and those
// that turn the direction of writing, joiners and variation selectors only where
// no script needs them. Other text is returned as it is. A
// backslash is no exception, so what is escaped cannot be told from what was
// spelled so.
func Escape(s string) string { return inText.escape(s) }

// EscapeLine is Escape for keys, IDs and error texts: the result is one line,
// with \n, \r and \t spelled out.
func EscapeLine(s string) string { return inLine.escape(s) }

// AppendEscaped appends s as Escape makes it to dst.
func AppendEscaped(dst, s []byte) []byte { return inText.append(dst, s) }

// AppendEscapedLine appends s as EscapeLine makes it to dst.
func AppendEscapedLine(dst, s []byte) []byte { return inLine.append(dst, s) }

// AppendEscapedJSON appends s, which must be valid JSON, to dst with the same
// characters escaped as \u001b, so that it stays JSON of the same value. A CR
// can only stand between tokens there and becomes a space; a byte that is not
// UTF-8 becomes \ufffd, as which JSON parsers read it.
func AppendEscapedJSON(dst, s []byte) []byte { return inJSON.append(dst, s) }

func (f form) escape(s string) string {
	if f.isSafe(s) {
		return s
	}
	return string(f.append(nil, []byte(s)))
}

func (f form) isSafe(s string) bool {
	before := rune(0)
	for i, r := range s {
		if !f.keeps(before, r) || r == utf8.RuneError && !isReplacement(s[i:]) {
			return false
		}
		before = r
	}
	return true
}

// isReplacement tells U+FFFD spelled out from a byte that is not UTF-8, both of
// which Go decodes to the same rune.
func isReplacement(s string) bool {
	_, size := utf8.DecodeRuneInString(s)
	return size > 1
}

func (f form) append(dst, s []byte) []byte {
	start := 0        // of what has not been copied yet
	before := rune(0) // the character before, 0 where there is none or it was spelled
	for i := 0; i < len(s); {
		if c := s[i]; ' ' <= c && c <= '~' { // all forms keep it
			before = rune(c)
			i++
			continue
		}
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(s[i:])
		}
		invalid := r == utf8.RuneError && size == 1
		if invalid || !f.keeps(before, r) {
			dst = append(dst, s[start:i]...)
			dst = f.spell(dst, r, s[i:i+size])
			start = i + size
			r = 0
		}
		i, before = i+size, r
	}
	return append(dst, s[start:]...)
}

// keeps tells whether a character may stand as it is behind the one before.
func (f form) keeps(before, r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return f != inLine
	case r < 0x20:
		return false
	case r < 0x7f:
		return true
	}
	return r != 0x7f && !unicode.Is(misleading, r) && (!bound(r) || bears(before, r))
}

// spell appends the visible form of a character, or of a byte that is not UTF-8.
func (f form) spell(dst []byte, r rune, raw []byte) []byte {
	switch {
	case f == inJSON:
		return spellJSON(dst, r)
	case r == '\n':
		return append(dst, `\n`...)
	case r == '\r':
		return append(dst, `\r`...)
	case r == '\t':
		return append(dst, `\t`...)
	case len(raw) == 1:
		return fmt.Appendf(dst, `\x%02x`, raw[0])
	case r > 0xffff:
		return fmt.Appendf(dst, `\U%08x`, r)
	}
	return fmt.Appendf(dst, `\u%04x`, r)
}
