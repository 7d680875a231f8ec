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
	for at := 0; at < len(text); {
		end := at
		for end < len(text) {
			size := wordSize(text[end:])
			if size == 0 {
				break
			}
			end += size
		}
		if end > at {
			each(text[at:end])
			at = end
			continue
		}
		_, size := utf8.DecodeRune(text[at:])
		at += size
	}
}

// wordSize is how many bytes the character of a word that text begins with has;
// 0 if it is none.
func wordSize(text []byte) int {
	if c := text[0]; c < utf8.RuneSelf {
		if ofWordASCII[c] {
			return 1
		}
		return 0
	}
	r, size := utf8.DecodeRune(text)
	if !ofWord(r) {
		return 0
	}
	return size
}
