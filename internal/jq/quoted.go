package jq

import "unicode/utf8"

// quoted takes a string. It is a stretch of the document if it is spelled as it is.
func (p *parser) quoted() (text string, ok bool) {
	start := p.at + 1
	escaped, ascii := false, true
	for at := start; at < len(p.text); at++ {
		switch c := p.text[at]; {
		case c == '"':
			p.at = at + 1
			return meant(p.text[start:at], escaped, ascii)
		case c == '\\':
			escaped = true
			at++ // which may be a quote
		case c < ' ':
			return "", false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return "", false
}

// meant is what a string means that is spelled so.
func meant(spelled string, escaped, ascii bool) (text string, ok bool) {
	if text, ok = spelled, true; escaped {
		text, ok = unescape(spelled)
	}
	if (escaped || !ascii) && !utf8.ValidString(text) {
		text = string([]rune(text)) // in which each byte that is no UTF-8 is U+FFFD
	}
	return text, ok
}

// unescape takes JSON's escapes out of a text that ends with none cut short.
func unescape(spelled string) (string, bool) {
	text := make([]byte, 0, len(spelled)) // no escape is shorter than its character
	start := 0                            // of what is not copied yet
	for at := 0; at < len(spelled); {
		if spelled[at] != '\\' {
			at++
			continue
		}
		r, length := Escape(spelled[at:])
		if length == 0 {
			return "", false
		}
		text = utf8.AppendRune(append(text, spelled[start:at]...), r)
		at += length
		start = at
	}
	return string(append(text, spelled[start:]...)), true
}
