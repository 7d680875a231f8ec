package decode

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"unicode"
)

// minBase64 keeps words and short numbers, such as e30, from being taken for
// base64 of tiny JSON.
const minBase64 = 8

// The same for base64 of text, which proves less. Below these lengths more than
// one in ten thousand random words of hex digits would be opened; of text in
// ASCII fewer characters will do.
const (
	minASCIIBase64 = 12
	minTextBase64  = 20
)

// minBinaryBase64 is the same for base64 of binary data that nothing is known of,
// 32 bytes: it hides what is in it, so that a shorter ID is the lesser evil.
const minBinaryBase64 = 44

// minWrapped is the least length of a line of base64 that was broken into lines.
const minWrapped = 60

// unbase64 decodes text that is base64 from its start to its end, in either
// alphabet, with or without padding and line breaks.
func unbase64(text []byte) ([]byte, bool) {
	text = bare(text)
	if len(text) < minBase64 {
		return nil, false
	}
	text = bytes.TrimRight(text, "=")
	encoding := base64.RawStdEncoding
	for _, c := range text {
		switch {
		case c == '-' || c == '_':
			encoding = base64.RawURLEncoding
		case !mayBeBase64(c):
			return nil, false // before any memory is spent on it
		}
	}
	inner := make([]byte, encoding.DecodedLen(len(text)))
	n, err := encoding.Decode(inner, text)
	return inner[:n], err == nil
}

// bare is text without the blanks and the byte order mark around it.
func bare(text []byte) []byte { return bytes.Trim(bytes.TrimPrefix(text, utf8BOM), " \t\r\n") }

// mayBeBase64 tells whether c is in the standard alphabet, or a line break.
func mayBeBase64(c byte) bool {
	switch {
	case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		return true
	}
	return c == '+' || c == '/' || c == '\r' || c == '\n'
}

// recognised tells whether what was inside of base64 proves that it was base64.
// Every second word and every ID in hex digits is valid base64 of some bytes, so
// only a magic number of three bytes or more will do, or a whole JSON object or
// array, or base64 of these; or a message that a schema takes all of, or JSON in a
// format without a magic number.
func (o *opener) recognised(inner []byte) bool {
	if _, compressed := layerOf(inner); compressed || bytes.HasPrefix(inner, gzipMagic) || inflates(inner) {
		return true
	}
	documents, err := parseJSON(inner)
	if err != nil {
		return true
	}
	if documents != nil {
		return startsLikeJSON(documents[0])
	}
	if o.message(inner) != nil || o.holdsObject(inner) {
		return true
	}
	if Readable(inner) {
		deeper, ok := unbase64(inner)
		return ok && o.recognised(deeper)
	}
	_, sure := unopened(inner)
	return sure || bytes.HasPrefix(inner, []byte(`{"`)) // JSON, but no text
}

// showsBase64 tells whether text is base64 of what Auto recognises.
func showsBase64(text []byte) bool {
	inner, ok := unbase64(text)
	return ok && (&opener{Decoder: Auto, left: MaxDecoded}).recognised(inner)
}

// wordFirst is an object whose first name is a word. Shorter ones come out of one in
// two thousand words.
var wordFirst = regexp.MustCompile(`^\{"[A-Za-z][A-Za-z0-9_.-]{2,}":`)

// holdsObject tells whether a format without a magic number takes all of what was
// inside of base64 for JSON: a map with a word for its first name is too much for
// chance. What such a layer proves is judged when it is opened.
func (o *opener) holdsObject(inner []byte) bool {
	for _, l := range guesses {
		if !o.May(l.name) {
			continue
		}
		if out, err := l.peel(inner, o.most(inner)); err == nil && (l.proves(out) || wordFirst.Match(out) && Readable(out)) {
			return true
		}
	}
	return false
}

// encodes tells whether text that is base64 of inner is strictly so: padded, and
// on one line or on several as long as one another; and long enough for what inner
// is. It may still be a word by chance: so whoever looks for something looks into
// the outer bytes too.
func encodes(text, inner []byte) bool {
	text = unwrapped(bare(text))
	if !Readable(inner) {
		return len(text) >= minBinaryBase64 && mixed(text) && strictBase64(text)
	}
	least := minTextBase64
	if !bytes.ContainsFunc(inner, func(r rune) bool { return r > unicode.MaxASCII }) {
		least = minASCIIBase64
	}
	return len(text) >= least && strictBase64(text)
}

// unwrapped joins lines that are as long as one another, but for the last, which
// base64's tools break at 64 or 76 letters.
func unwrapped(text []byte) []byte {
	lines := bytes.Split(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\n"))
	for _, line := range lines[:len(lines)-1] {
		if len(line) < minWrapped || len(line) != len(lines[0]) {
			return text
		}
	}
	return bytes.Join(lines, nil)
}

// mixed tells whether a text has letters of both cases and what is no letter, as
// long base64 has, and few IDs; hyphens and slashes stand in names and paths too.
func mixed(text []byte) bool {
	return bytes.ContainsFunc(text, unicode.IsUpper) && bytes.ContainsFunc(text, unicode.IsLower) && bytes.ContainsAny(text, "0123456789+=")
}

func strictBase64(text []byte) bool {
	if len(text)%4 != 0 || bytes.ContainsAny(text, "\r\n") {
		return false
	}
	encoding := base64.StdEncoding
	if bytes.ContainsAny(text, "-_") {
		encoding = base64.URLEncoding
	}
	_, err := encoding.Strict().Decode(make([]byte, encoding.DecodedLen(len(text))), text)
	return err == nil
}

// damagedBase64 tells whether text that is not base64 to its end begins with enough
// of it to show a compression's magic number.
func damagedBase64(text []byte) (format string, damaged bool) {
	text = bare(text)
	if len(text) < headBase64 || bytes.ContainsFunc(text[:headBase64], func(r rune) bool { return r > unicode.MaxASCII || !mayBeBase64(byte(r)) }) {
		return "", false
	}
	head := make([]byte, headBase64)
	n, err := base64.StdEncoding.Decode(head, text[:headBase64])
	if err != nil {
		return "", false
	}
	if bytes.HasPrefix(head[:n], gzipMagic) {
		return "gzip", true
	}
	l, ok := layerOf(head[:n])
	return l.name, ok
}

// headBase64 is base64 of 12 bytes, which hold every magic number.
const headBase64 = 16
