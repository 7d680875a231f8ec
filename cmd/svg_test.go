package cmd

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Measures of the picture, in its own units.
const (
	cellWidth, cellHeight = 8.0, 19.0
	margin, titleHeight   = 18.0, 34.0
)

// pictureStyle has the colours of GitHub, by day and by night.
const pictureStyle = `
svg{--paper:#ffffff;--edge:#d1d9e0;--bar:#f6f8fa;--ink:#1f2328;--f1:#cf222e;--f2:#1a7f37;--f3:#9a6700;--f4:#0969da;--f5:#8250df;--f6:#0b7285}
@media (prefers-color-scheme:dark){svg{--paper:#0d1117;--edge:#3d444d;--bar:#161b22;--ink:#e6edf3;--f1:#ff7b72;--f2:#4ac26b;--f3:#d29922;--f4:#58a6ff;--f5:#d2a8ff;--f6:#56d4dd}}
text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:var(--ink);white-space:pre}
.b{font-weight:700}.d{opacity:.6}
.f1{fill:var(--f1)}.f2{fill:var(--f2)}.f3{fill:var(--f3)}.f4{fill:var(--f4)}.f5{fill:var(--f5)}.f6{fill:var(--f6)}
`

// run is text of one style on one line.
type run struct {
	text, class string
	column      int
}

// drawTerminal makes an SVG of what a terminal of so many columns shows.
func drawTerminal(screen string, columns int) string {
	lines := layOut(screen, columns)
	width := float64(columns)*cellWidth + 2*margin
	height := titleHeight + float64(len(lines))*cellHeight + 2*margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%g" height="%g">`, width, height, width, height)
	fmt.Fprintf(&b, "\n<style>%s</style>\n", pictureStyle)
	fmt.Fprintf(&b, `<rect x="0.5" y="0.5" width="%g" height="%g" rx="10" style="fill:var(--paper);stroke:var(--edge)"/>`+"\n", width-1, height-1)
	fmt.Fprintf(&b, `<path d="M0.5 %g V10.5 a10 10 0 0 1 10 -10 H%g a10 10 0 0 1 10 10 V%g Z" style="fill:var(--bar);stroke:var(--edge)"/>`+"\n", titleHeight, width-10.5, titleHeight)
	for i, colour := range []string{"#ff5f57", "#febc2e", "#28c840"} {
		fmt.Fprintf(&b, `<circle cx="%d" cy="17" r="6" fill="%s"/>`+"\n", 22+20*i, colour)
	}
	for i, line := range lines {
		y := titleHeight + margin + cellHeight*(float64(i)+0.7)
		for _, r := range line {
			fmt.Fprintf(&b, `<text class="%s" x="%g" y="%.1f" textLength="%g">%s</text>`+"\n", r.class,
				margin+float64(r.column)*cellWidth, y, float64(len([]rune(r.text)))*cellWidth, html.EscapeString(r.text))
		}
	}
	return b.String() + "</svg>\n"
}

var escape = regexp.MustCompile(`\x1b\[([0-9;]*)m`)

// layOut takes a screen apart into lines, wrapped as the terminal wraps them, and
// runs. Every character of ours is one cell wide.
func layOut(screen string, columns int) (lines [][]run) {
	style := map[int]bool{}
	for line := range strings.SplitSeq(screen, "\n") {
		lines = append(lines, nil)
		column, at := 0, 0
		put := func(text string) {
			for _, r := range text {
				if column == columns {
					lines, column = append(lines, nil), 0
				}
				last := &lines[len(lines)-1]
				if class := classOf(style); len(*last) == 0 || (*last)[len(*last)-1].class != class {
					*last = append(*last, run{class: class, column: column})
				}
				(*last)[len(*last)-1].text += string(r)
				column++
			}
		}
		for _, m := range escape.FindAllStringSubmatchIndex(line, -1) {
			put(line[at:m[0]])
			apply(style, line[m[2]:m[3]])
			at = m[1]
		}
		put(line[at:])
	}
	return lines
}

// apply follows one escape sequence: 0 ends all, 1 is bold, 2 dim, 30 to 36 colours.
func apply(style map[int]bool, codes string) {
	for code := range strings.SplitSeq(codes, ";") {
		n, _ := strconv.Atoi(code)
		if n >= 30 && n < 38 {
			for other := 30; other < 38; other++ {
				delete(style, other)
			}
		}
		if n == 0 || n == 39 {
			clear(style)
			continue
		}
		style[n] = true
	}
}

func classOf(style map[int]bool) string {
	var classes []string
	for n := range style {
		switch {
		case n == 1:
			classes = append(classes, "b")
		case n == 2:
			classes = append(classes, "d")
		case n >= 30 && n < 38:
			classes = append(classes, fmt.Sprintf("f%d", n-30))
		}
	}
	slices.SortFunc(classes, func(a, b string) int { return strings.Compare(b, a) })
	return strings.Join(classes, " ")
}
