package term

import (
	"strings"
	"testing"
	"unicode"
)

// visible are format characters that show a mark of their own, or lay out
// hieroglyphs that are seen.
var visible = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x0600, Hi: 0x0605, Stride: 1}, {Lo: 0x06dd, Hi: 0x06dd, Stride: 1}, {Lo: 0x070f, Hi: 0x070f, Stride: 1},
		{Lo: 0x0890, Hi: 0x0891, Stride: 1}, {Lo: 0x08e2, Hi: 0x08e2, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x110bd, Hi: 0x110bd, Stride: 1}, {Lo: 0x110cd, Hi: 0x110cd, Stride: 1}, {Lo: 0x13430, Hi: 0x1343f, Stride: 1},
	},
}

// Whatever Unicode calls a control, a format, a line end or not to be shown is
// spelled out, and within an ID also what is bound to its neighbours.
func TestAllThatUnicodeHidesIsSpelled(t *testing.T) {
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		hidden := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Bidi_Control,
			unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) && !unicode.Is(visible, r)
		if stays := strings.ContainsRune(Escape("ord"+string(r)+"-7"), r); stays && hidden {
			t.Errorf("%U stays", r)
		}
	}
}
