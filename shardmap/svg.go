package shardmap

import (
	"bufio"
	_ "embed"
	"fmt"
	"html/template"
	"strings"
	"unicode/utf8"

	"kinspect/internal/term"
)

//go:embed shardmap.svg.tmpl
var svgText string

// svgTemplate escapes by itself what it is given.
var svgTemplate = template.Must(template.New("svg").Parse(svgText))

// px is a length in pixels.
type px float64

func (p px) String() string { return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(p)), ".0") }

// The picture's measures.
const (
	svgMargin px = 28
	svgGutter px = 44   // left of the bands, for the generations
	svgSpan   px = 1128 // the key space
	svgBand   px = 68   // a generation
	svgFlow   px = 22   // between two generations
	svgLine   px = 20   // a line of the heading
)

// svgTitleChars is how long a title may be before it is squeezed into its room.
const svgTitleChars = 100

// LongTitle tells that the title may not fit.
func (p picture) LongTitle() bool { return utf8.RuneCountInString(p.Title) > svgTitleChars }

// Room is how wide the title can be.
func (p picture) Room() px { return p.Width - 2*svgMargin }

// picture is what the template draws.
type picture struct {
	Title, Description       string
	Notes                    []label
	Width, Height            px
	Left, Right, Top, Bottom px // of the bands
	Ticks, Generations       []label
	Now                      label
	Bands, Flows             []box
	Legend                   []box
}

type label struct {
	X, Y   px
	Class  string
	Text   string
	Upward bool // turned, to fit a narrow band
}

// box is a shard's band, or what goes down from a shard to its child.
type box struct {
	X, Y, W, H px
	State      string
	Tip        string
	Labels     []label
}

// svg draws the lineage over the key space, generations downwards; the band of a
// shard that takes writes reaches the bottom.
func (m *Map) svg(w *bufio.Writer) error { return svgTemplate.Execute(w, m.picture()) }

func (m *Map) picture() picture {
	p := picture{
		Title: visible(m.title()), Description: visible(strings.Join(m.notes(), ". ")),
		Width: svgMargin + svgGutter + svgSpan + svgMargin,
		Left:  svgMargin + svgGutter, Right: svgMargin + svgGutter + svgSpan,
	}
	y := svgMargin + 22
	for i, note := range m.notes() {
		y += svgLine
		class := "note"
		if i >= len(m.notes())-len(m.Caveats) {
			class = "caveat"
		}
		p.Notes = append(p.Notes, label{X: svgMargin, Y: y, Class: class, Text: visible(note)})
	}
	p.Top = y + 46
	deepest := 0
	for _, s := range m.Shards {
		deepest = max(deepest, s.generation)
	}
	p.Bottom = p.top(deepest) + svgBand
	p.Ticks = p.ticks()
	for generation := range deepest + 1 {
		p.Generations = append(p.Generations, label{X: p.Left - 14, Y: p.top(generation) + svgBand/2 + 4, Text: fmt.Sprint(generation)})
	}
	p.Now = label{X: p.Left - 14, Y: p.Bottom + 16, Text: m.moment()}
	p.bands(m.Shards)
	p.legend(m.Shards)
	p.Height = p.Bottom + 76 + svgMargin
	return p
}

// top is where the bands of a generation begin.
func (p *picture) top(generation int) px { return p.Top + px(generation)*(svgBand+svgFlow) }

// bands draws the shards and what goes down from each to its children.
func (p *picture) bands(shards []Shard) {
	drawn := make(map[string]box, len(shards))
	for _, s := range shards {
		band := p.band(s)
		drawn[s.ID] = band
		p.Bands = append(p.Bands, band)
		for _, id := range s.Parents {
			if parent, listed := drawn[id]; listed {
				from, to := max(parent.X, band.X), min(parent.X+parent.W, band.X+band.W)
				p.Flows = append(p.Flows, box{X: from, W: max(to-from, 0), Y: parent.Y + parent.H, H: max(band.Y-parent.Y-parent.H, 0)})
			}
		}
	}
}

// band is a shard's own box, a little narrower than its range, so that neighbours
// stand apart.
func (p *picture) band(s Shard) box {
	before, width := px(before(s.HashKeyRange))*svgSpan, px(s.Share)*svgSpan
	gap := min(1.5, width/8)
	b := box{X: p.Left + before + gap, W: max(width-2*gap, 0.5), Y: p.top(s.generation), H: svgBand, State: s.state.String()}
	switch {
	case s.lastChild > 0:
		b.H = p.top(s.lastChild) - svgFlow - b.Y
	case s.state != closed:
		b.H = p.Bottom - b.Y
	}
	b.Tip = visible(fmt.Sprintf("%s: %s, %s, %s, hash keys %s to %s", s.ID, s.state, strings.TrimSpace(percent(s.Share)),
		longTimes.lifetime(s), s.HashKeyRange.Start, s.HashKeyRange.End))
	b.Labels = b.labels(s)
	return b
}

// ticks are quarters of the key space.
func (p *picture) ticks() []label {
	var all []label
	for i, text := range []string{"0", "2¹²⁶", "2¹²⁷", "3·2¹²⁶", "2¹²⁸−1"} {
		all = append(all, label{X: p.Left + px(i)*svgSpan/4, Y: p.Top - 16, Text: text})
	}
	return all
}

// visible spells what could mislead a reader, and what XML 1.0 cannot hold.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if r == 0xfffe || r == 0xffff {
			return 0xfffd
		}
		return r
	}, term.EscapeLine(text))
}
