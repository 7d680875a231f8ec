package term

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// Frame is what Bars show at a time: a line, bars below each other, a line. An empty
// line is left out.
type Frame struct {
	Head string
	Bars []Bar
	Foot string
}

// Bar is a row of a Frame. Its texts need not be escaped.
type Bar struct {
	Name  string
	Style func(string) string // of the name; nil leaves it plain
	Done  float64             // 0 to 1
	Words []string            // what matters most first: what has no room is left out
}

// framesEvery is how often Bars are drawn, where they have changed.
const framesEvery = 200 * time.Millisecond

// Bars lay out frames, by mpb, on a Status. The one idea: each bar of mpb's is a
// place, whose content is the frame's; none completes, so none can be waited for in
// vain. Until the first Set nothing runs.
type Bars struct {
	status *Status
	next   atomic.Pointer[Frame]
	pool   *mpb.Progress
	places int
	canvas canvas
}

// NewBars returns bars on a status.
func NewBars(s *Status) *Bars { return &Bars{status: s} }

// Set has f shown from the next drawing on. It must not be called concurrently.
func (b *Bars) Set(f Frame) {
	if !b.status.works() {
		return
	}
	b.next.Store(&f)
	if b.pool == nil {
		b.canvas.bars = b
		b.pool = mpb.New(mpb.WithConsoleWriter(&b.canvas), mpb.WithRefreshRate(framesEvery))
	}
	for ; b.places < len(f.Bars); b.places++ {
		b.canvas.place(b.pool, b.places)
	}
}

// Clear ends the drawing and removes what is shown. Nothing may be set after that.
func (b *Bars) Clear() {
	if b.pool != nil {
		b.pool.Shutdown()
	}
	b.status.Clear()
}

// canvas is what mpb takes for the terminal.
type canvas struct {
	bytes.Buffer
	bars  *Bars
	frame *Frame // the one that is being drawn
	width int
}

func (c *canvas) IsTerminal() bool { return true }

// GetTermSize begins a drawing: it is the first that mpb asks. All rows are of the
// same frame, and places without one are dropped, so that there is no height to keep.
func (c *canvas) GetTermSize() (width, height int, err error) {
	columns, _ := c.bars.status.out.size()
	c.frame, c.width = c.bars.next.Load(), max(1, columns-1)
	return c.width, math.MaxInt, nil
}

// Flush ends a drawing.
func (c *canvas) Flush(int) error {
	rows := slices.Collect(strings.Lines(c.String()))
	c.Reset()
	rows = rows[:min(len(rows), len(c.frame.Bars))]
	for i := range rows {
		rows[i] = strings.TrimRight(rows[i], " \n")
	}
	c.bars.status.show(slices.Concat(c.line(c.frame.Head), rows, c.line(c.frame.Foot)))
	return nil
}

func (c *canvas) line(text string) []string {
	if text == "" {
		return nil
	}
	return []string{c.bars.status.out.Dim(Cut(EscapeLine(text), c.width))}
}

// place adds the i-th row.
func (c *canvas) place(pool *mpb.Progress, i int) {
	filler := mpb.BarStyle().Lbound("").Filler("█").Tip("█").Padding("·").Rbound("").Build()
	name := decor.Any(func(decor.Statistics) string { return c.name(i) }, decor.WCSyncWidthR)
	words := decor.Any(func(s decor.Statistics) string { return c.words(i, s.AvailableWidth) })
	_, _ = pool.Add(0, mpb.BarFillerFunc(func(w io.Writer, s decor.Statistics) error { return c.fill(w, filler, i, s) }),
		mpb.BarFillerTrim(),
		mpb.PrependDecorators(decor.Meta(name, func(s string) string { return c.styled(i, s) })),
		mpb.AppendDecorators(decor.Meta(words, c.bars.status.out.Dim)),
	)
}

// at is the i-th bar, empty where the frame has fewer.
func (c *canvas) at(i int) Bar {
	if i < len(c.frame.Bars) {
		return c.frame.Bars[i]
	}
	return Bar{}
}

// cells is how wide a bar is: on a narrow terminal there is more to be said.
func (c *canvas) cells() int { return min(20, c.width/5) }

// name takes a third of the width at most.
func (c *canvas) name(i int) string {
	if name := c.at(i).Name; name != "" {
		return Cut(EscapeLine(name), c.width/3) + " "
	}
	return ""
}

func (c *canvas) styled(i int, name string) string {
	if style := c.at(i).Style; style != nil {
		return style(name)
	}
	return name
}

// words leave room for the bar, which is at 100 % only when all is done.
func (c *canvas) words(i, width int) string {
	bar := c.at(i)
	text := fmt.Sprintf(" %3.0f %%", math.Floor(100*clamp(bar.Done)))
	for n, word := range bar.Words {
		longer := text + separator[min(n, 1)] + EscapeLine(word)
		if Width(longer) > width-c.cells() {
			break
		}
		text = longer
	}
	return text
}

// separator is what stands before the first word, and before others.
var separator = [2]string{"  ", ", "}

func (c *canvas) fill(w io.Writer, filler mpb.BarFiller, i int, s decor.Statistics) error {
	const whole = 1 << 20
	s.RequestedWidth, s.Total, s.Current = c.cells(), whole, int64(whole*clamp(c.at(i).Done))
	var bar strings.Builder
	err := filler.Fill(&bar, s)
	_, _ = io.WriteString(w, c.bars.status.out.Dim(bar.String()))
	return err
}

func clamp(part float64) float64 { return min(max(part, 0), 1) }
