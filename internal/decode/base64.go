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

// unbase64 decodes text that is base64 from its start to its end, in either
// alphabet, with or without padding and line breaks.
func unbase64(text []byte) ([]byte, bool) {
	text = bytes.Trim(text, " \t\r\n")
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
	if readable(inner) {
		deeper, ok := unbase64(inner)
		return ok && o.recognised(deeper)
	}
	_, sure := unopened(inner)
	return sure
}

// wordFirst is an object whose first name is a word. Shorter ones come out of one in
// two thousand words.
var wordFirst = regexp.MustCompile(`^\{"[A-Za-z][A-Za-z0-9_.-]{2,}":`)

// likelyRatio is above what a block of snappy can reach, 64 bytes for 3, and keeps
// a forged length, as words have, from costing memory.
const likelyRatio = 32

// holdsObject tells whether a format without a magic number takes all of what was
// inside of base64 for JSON: a map with a word for its first name is too much for
// chance. What such a layer proves is judged when it is opened.
func (o *opener) holdsObject(inner []byte) bool {
	for _, l := range guesses {
		if !o.May(l.name) {
			continue
		}
		if out, err := l.peel(inner, min(o.most(inner), likelyRatio*len(inner))); err == nil && (l.proves(out) || wordFirst.Match(out) && readable(out)) {
			return true
		}
	}
	return false
}

// encodesText tells whether text that is base64 of inner is strictly so, padded
// and on one line, and inner is readable. It may still be a word by chance: so
// whoever looks for something looks into the outer bytes too.
func encodesText(text, inner []byte) bool {
	text = bytes.Trim(text, " \t\r\n")
	least := minTextBase64
	if !bytes.ContainsFunc(inner, func(r rune) bool { return r > unicode.MaxASCII }) {
		least = minASCIIBase64
	}
	if len(text) < least || len(text)%4 != 0 || bytes.ContainsAny(text, "\r\n") || !readable(inner) {
		return false
	}
	encoding := base64.StdEncoding
	if bytes.ContainsAny(text, "-_") {
		encoding = base64.URLEncoding
	}
	_, err := encoding.Strict().Decode(make([]byte, encoding.DecodedLen(len(text))), text)
	return err == nil
}
