package term

import (
	"fmt"
	"unicode"
	"unicode/utf16"
)

// misleading are the characters above ASCII that a terminal obeys or that its
// reader cannot see: C1 controls (U+009B is CSI to some terminals), the
// controls of writing direction, and invisible characters in which a text can
// hide or differ. Joiners and variation selectors are left to bound.
var misleading = &unicode.RangeTable{
	LatinOffset: 2, // the first two of R16 are Latin-1
	R16: []unicode.Range16{
		{Lo: 0x0080, Hi: 0x009f, Stride: 1}, // C1
		{Lo: 0x00ad, Hi: 0x00ad, Stride: 1}, // soft hyphen
		{Lo: 0x034f, Hi: 0x034f, Stride: 1}, // combining grapheme joiner
		{Lo: 0x061c, Hi: 0x061c, Stride: 1}, // Arabic letter mark
		{Lo: 0x115f, Hi: 0x1160, Stride: 1}, // Hangul fillers
		{Lo: 0x17b4, Hi: 0x17b5, Stride: 1}, // Khmer inherent vowels
		{Lo: 0x180e, Hi: 0x180e, Stride: 1}, // Mongolian vowel separator
		{Lo: 0x200b, Hi: 0x200b, Stride: 1}, // zero width space
		{Lo: 0x200e, Hi: 0x200f, Stride: 1}, // left-to-right and right-to-left mark
		{Lo: 0x2028, Hi: 0x202e, Stride: 1}, // line and paragraph separator, embeddings, overrides
		{Lo: 0x2060, Hi: 0x206f, Stride: 1}, // word joiner, invisible operators, isolates
		{Lo: 0x3164, Hi: 0x3164, Stride: 1}, // Hangul filler
		{Lo: 0xfeff, Hi: 0xfeff, Stride: 1}, // byte order mark
		{Lo: 0xffa0, Hi: 0xffa0, Stride: 1}, // halfwidth Hangul filler
		{Lo: 0xfff0, Hi: 0xfffb, Stride: 1}, // never shown; interlinear annotation
	},
	R32: []unicode.Range32{
		{Lo: 0x1bca0, Hi: 0x1bca3, Stride: 1}, // shorthand format controls
		{Lo: 0x1d173, Hi: 0x1d17a, Stride: 1}, // musical format controls
		{Lo: 0xe0000, Hi: 0xe00ff, Stride: 1}, // tags, and what is never shown
		{Lo: 0xe01f0, Hi: 0xe0fff, Stride: 1},
	},
}

const (
	nonJoiner = 0x200c
	joiner    = 0x200d
)

// bound tells whether a character is invisible by itself and changes how its
// neighbours look: some scripts, and emoji, are spelled with joiners and variation
// selectors.
func bound(r rune) bool {
	return r == nonJoiner || r == joiner || unicode.Is(unicode.Variation_Selector, r)
}

// bears tells whether a bound character may stand behind the one before. Behind
// ASCII it changes nothing but the text: ord-7 with a joiner in it looks like
// ord-7. In a row such characters spell out what nobody sees; but in emoji a
// selector stands before a joiner.
func bears(before, r rune) bool {
	return before > unicode.MaxASCII && (!bound(before) || r == joiner && unicode.Is(unicode.Variation_Selector, before))
}

// spellJSON appends a character as JSON escapes it: in UTF-16.
func spellJSON(dst []byte, r rune) []byte {
	if r == '\r' {
		return append(dst, ' ')
	}
	if high, low := utf16.EncodeRune(r); r > 0xffff {
		return fmt.Appendf(dst, `\u%04x\u%04x`, high, low)
	}
	return fmt.Appendf(dst, `\u%04x`, r)
}
