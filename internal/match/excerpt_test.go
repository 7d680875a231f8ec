package match

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestExcerpt(t *testing.T) {
	a, b := strings.Repeat("а", 150), strings.Repeat("б", 150) // two bytes each
	long := strings.Repeat("x", 300)
	cases := []struct {
		name, before, match, behind, want string
	}{
		{"short", "a ", "ord-9", " b", "a ord-9 b"},
		{"just short enough", a, "ord-9", b[:90], a + "ord-9" + b[:90]},
		{"in the middle", a, "ord-9", b, "…" + a[:96*2] + "ord-9" + b[:97*2] + "…"},
		{"near the start", "ab ", "ord-9", b + b, "ab ord-9" + b + b[:40*2] + "…"},
		{"near the end", a + a, "ord-9", " z", "…" + a[:96*2] + "ord-9 z"},
		{"longer than all", "a ", long, " b", "…" + long[:198] + "…"},
		{"invalid UTF-8", "a\xff\xff", "ord-9", "\xd0", "a\ufffdord-9\ufffd"},
		{"invalid UTF-8, cut", strings.Repeat("\xff", 150), "ord-9", b, "…" + strings.Repeat("\ufffd", 96) + "ord-9" + b[:97*2] + "…"},
	}
	for _, c := range cases {
		text := []byte(c.before + c.match + c.behind)
		got := excerpt(text, span{len(c.before), len(c.before) + len(c.match)})
		if got != c.want {
			t.Errorf("%s: got\n%s, want\n%s", c.name, got, c.want)
		}
		if n := utf8.RuneCountInString(got); n > excerptMax {
			t.Errorf("%s: %d characters", c.name, n)
		}
	}
}
