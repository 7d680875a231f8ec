package report

import (
	"image/color"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var custom = regexp.MustCompile(`(--[a-z-]+): #([0-9a-f]{6})`)

// palettes are the colours of the page by day and by night.
func palettes(t testing.TB) (light, dark map[string]color.RGBA) {
	t.Helper()
	day, night, found := strings.Cut(pageStyle, "prefers-color-scheme: dark")
	if !found {
		t.Fatal("there is no night")
	}
	colours := func(style string) map[string]color.RGBA {
		all := map[string]color.RGBA{}
		for _, m := range custom.FindAllStringSubmatch(style, -1) {
			n, _ := strconv.ParseUint(m[2], 16, 32)
			all[m[1]] = color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 255}
		}
		return all
	}
	return colours(day), colours(night)
}

// luminance is relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
func luminance(c color.RGBA) float64 {
	linear := func(channel uint8) float64 {
		if s := float64(channel) / 255; s > 0.04045 {
			return math.Pow((s+0.055)/1.055, 2.4)
		} else {
			return s / 12.92
		}
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

func contrast(a, b color.RGBA) float64 {
	x, y := luminance(a)+0.05, luminance(b)+0.05
	return max(x, y) / min(x, y)
}

// Texts have the contrast of WCAG AA, 4.5, and what is drawn that of graphics, 3.
func TestContrast(t *testing.T) {
	light, dark := palettes(t)
	for name, colours := range map[string]map[string]color.RGBA{"light": light, "dark": dark} {
		if len(colours) != len(light) || len(colours) < 12 {
			t.Errorf("%s has %d colours", name, len(colours))
		}
		for _, pair := range []struct {
			over, under string
			least       float64
		}{
			{"--ink", "--paper", 7}, {"--soft", "--paper", 4.5}, {"--soft", "--panel", 4.5}, {"--ink", "--panel", 7},
			{"--found", "--panel", 4.5}, {"--absent", "--panel", 4.5}, {"--inconclusive", "--panel", 4.5},
			{"--found", "--paper", 4.5}, {"--absent", "--paper", 4.5}, {"--inconclusive", "--paper", 4.5},
			{"--gap", "--paper", 4.5}, {"--gap", "--gap-paper", 3}, {"--read", "--paper", 3}, {"--read", "--gap-paper", 3},
			{"--spared", "--spared-paper", 3}, {"--mark", "--read", 3}, {"--focus", "--paper", 3},
		} {
			over, told := colours[pair.over]
			under, also := colours[pair.under]
			if got := contrast(over, under); !told || !also || got < pair.least {
				t.Errorf("%s: %s on %s has a contrast of %.2f, not %g", name, pair.over, pair.under, got, pair.least)
			}
		}
	}
	if got := contrast(color.RGBA{R: 255, G: 255, B: 255}, color.RGBA{}); math.Abs(got-21) > 0.01 {
		t.Errorf("white on black has %.2f", got)
	}
}
