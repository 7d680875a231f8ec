package term

import (
	"strings"
	"testing"
	"unicode"
)

// Whatever Unicode calls a control, a format, a line end or not to be shown is
// spelled out, and within an ID also what is bound to its neighbours. Marks with a
// form of their own stay, and what lays out hieroglyphs.
func TestAllThatUnicodeHidesIsSpelled(t *testing.T) {
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		hidden := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Bidi_Control,
			unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) &&
			!unicode.In(r, unicode.Prepended_Concatenation_Mark, unicode.Egyptian_Hieroglyphs)
		if stays := strings.ContainsRune(Escape("ord"+string(r)+"-7"), r); stays && hidden {
			t.Errorf("%U stays", r)
		}
	}
}
