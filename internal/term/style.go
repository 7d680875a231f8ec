package term

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// style is what a terminal reads before and after a text: rendered once, since
// lipgloss takes ten times as long as the joining. The zero style is plain.
type style struct{ on, off string }

func (s style) apply(text string) string { return s.on + text + s.off }

type styles struct {
	shardID, time, key, dim, failure         style
	found, absent, inconclusive              style
	jsonKey, jsonText, jsonNumber, jsonConst style
}

// The terminal's own sixteen colours: the user has chosen how they look, and no
// question about the background has to be asked, which a silent terminal leaves
// unanswered for seconds. Yellow and white are not among them, which nobody can
// read on white, nor blue and black, which nobody can on black.
const (
	red     = lipgloss.Color("1")
	green   = lipgloss.Color("2")
	magenta = lipgloss.Color("5")
	cyan    = lipgloss.Color("6")
)

func newStyles(w io.Writer) styles {
	r := lipgloss.NewRenderer(w)
	r.SetColorProfile(termenv.ANSI)
	plain := r.NewStyle()
	return styles{
		shardID: once(plain.Foreground(cyan)),
		time:    once(plain.Faint(true)),
		key:     once(plain.Bold(true)),
		dim:     once(plain.Faint(true)),
		failure: once(plain.Foreground(red)),

		found:        once(plain.Foreground(green).Bold(true)),
		absent:       once(plain.Foreground(red).Bold(true)),
		inconclusive: once(plain.Foreground(magenta).Bold(true)),

		jsonKey:    once(plain.Foreground(cyan)),
		jsonText:   once(plain.Foreground(green)),
		jsonNumber: once(plain.Foreground(magenta)),
		jsonConst:  once(plain.Foreground(magenta)),
	}
}

// once renders a style around one letter and keeps what stands beside it.
func once(s lipgloss.Style) style {
	on, off, _ := strings.Cut(s.Render("x"), "x")
	return style{on, off}
}

// ShardID styles the ID of a shard, long or short.
func (o *Output) ShardID(s string) string { return o.styles.shardID.apply(s) }

// Time styles an arrival time.
func (o *Output) Time(s string) string { return o.styles.time.apply(s) }

// Key styles a partition key.
func (o *Output) Key(s string) string { return o.styles.key.apply(s) }

// Dim styles what may be overlooked, such as progress.
func (o *Output) Dim(s string) string { return o.styles.dim.apply(s) }

// Error styles what went wrong.
func (o *Output) Error(s string) string { return o.styles.failure.apply(s) }

// Found styles the verdict that an event is in the stream.
func (o *Output) Found(s string) string { return o.styles.found.apply(s) }

// Absent styles the verdict that an event is not in the stream.
func (o *Output) Absent(s string) string { return o.styles.absent.apply(s) }

// Inconclusive styles the verdict that neither is proved.
func (o *Output) Inconclusive(s string) string { return o.styles.inconclusive.apply(s) }

// JSONKey styles a name in a JSON object, with its quotes.
func (o *Output) JSONKey(s string) string { return o.styles.jsonKey.apply(s) }

// JSONString styles a JSON string, with its quotes.
func (o *Output) JSONString(s string) string { return o.styles.jsonText.apply(s) }

// JSONNumber styles a JSON number.
func (o *Output) JSONNumber(s string) string { return o.styles.jsonNumber.apply(s) }

// JSONLiteral styles true, false and null.
func (o *Output) JSONLiteral(s string) string { return o.styles.jsonConst.apply(s) }
