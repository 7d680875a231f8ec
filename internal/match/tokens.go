package match

import "unicode/utf8"

// ofWordASCII tells which bytes below 0x80 are of a word.
var ofWordASCII = func() (is [utf8.RuneSelf]bool) {
	for c := range is {
		is[c] = ofWord(rune(c))
	}
	return is
}()

// tokens hands on each longest run of letters, digits and underscores in text,
// as a view. Invalid UTF-8 is no letter.
func tokens(text []byte, each func(token []byte)) {
	start := 0 // of the run that may go on
	for at := 0; at < len(text); {
		size, word := 1, false
		if c := text[at]; c < utf8.RuneSelf {
			word = ofWordASCII[c]
		} else {
			var r rune
			r, size = utf8.DecodeRune(text[at:])
			word = ofWord(r)
		}
		at += size
		if word {
			continue
		}
		if end := at - size; end > start {
			each(text[start:end])
		}
		start = at
	}
	if start < len(text) {
		each(text[start:])
	}
}
