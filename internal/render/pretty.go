package render

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/term"
)

// pretty is for people: time, shard, partition key, and the data. On a terminal
// data that does not fit behind them stands below, JSON on several lines where one
// will not do, and of bytes that are no text the first ones. Elsewhere each item is
// one line with nothing cut. All of it is escaped wherever it goes, also because
// people read pipes through pagers.
type pretty struct {
	out  *term.Output
	zone *time.Location // of the times
}

// NewPretty is the format for people with its times in a zone.
func NewPretty(out *term.Output, zone *time.Location) Renderer { return pretty{out, zone} }

const (
	gap    = "  " // between columns
	margin = "  " // before what stands below
)

func (p pretty) Append(dst []byte, it Item) ([]byte, error) {
	dst, used := p.appendHead(dst, it)
	if len(it.Data) == 0 {
		return append(dst, '\n'), nil
	}
	line, isJSON := it.appendJSON(nil)
	switch {
	case isJSON:
		dst = p.appendJSON(dst, line, used)
	case it.sound() == Text:
		dst = p.appendText(dst, it.Data, used)
	default:
		dst = p.appendBinary(dst, it.Data, used)
	}
	return append(dst, '\n'), nil
}

// appendHead appends the columns before the data and tells their width in cells.
func (p pretty) appendHead(dst []byte, it Item) (_ []byte, used int) {
	column := func(text string, style func(string) string) {
		if used > 0 {
			dst = append(dst, gap...)
			used += len(gap)
		}
		dst = append(dst, style(text)...)
		used += term.Width(text)
	}
	column(record.Timestamp{Time: it.User.ArrivedAt}.WordsIn(p.zone), p.out.Time)
	column(p.shard(it.User.ShardID), p.out.ShardID)
	key, style := "-", p.out.Dim
	if it.User.UserKey != nil {
		key, style = term.EscapeLine(*it.User.UserKey), p.out.Key
	}
	column(key, style)
	if it.Err != nil {
		column("("+term.EscapeLine(it.Err.Error())+")", p.out.Error)
	}
	return dst, used
}

// shardColumn is the width to which short IDs are filled up.
const shardColumn = 3

// shard is the ID, short and in a column on a terminal.
func (p pretty) shard(id string) string {
	short := shard.Short(id)
	if !p.out.Terminal || short == id {
		return term.EscapeLine(id)
	}
	return strings.Repeat(" ", max(0, shardColumn-len(short))) + short
}

func (p pretty) appendJSON(dst, line []byte, used int) []byte {
	line = term.AppendEscapedJSON(nil, line)
	if before := p.beside(used); p.fits(used+len(before), line) {
		return appendColoured(append(dst, before...), line, p.out)
	}
	return appendColoured(append(dst, '\n'), spread(line, p.out.Width), p.out)
}

func (p pretty) appendText(dst, data []byte, used int) []byte {
	line := term.AppendEscapedLine(nil, data)
	if before := p.beside(used); p.fits(used+len(before), line) {
		return append(append(dst, before...), line...)
	}
	for text := range bytes.Lines(data) {
		dst = append(dst, "\n"+margin...)
		dst = term.AppendEscaped(dst, bytes.TrimSuffix(text, []byte("\n")))
	}
	return dst
}

// appendBinary appends bytes on one line, for a line end means nothing in them.
func (p pretty) appendBinary(dst, data []byte, used int) []byte {
	cut := ""
	if p.out.Terminal && len(data) > binaryShown {
		cut = p.out.Dim(fmt.Sprintf(" … %s in all", term.Count(len(data), "byte")))
		data = data[:binaryShown]
	}
	line := term.AppendEscapedLine(nil, data)
	before := p.beside(used)
	if !p.fits(used+len(before), line) {
		before = "\n" + margin
	}
	return append(append(append(dst, before...), line...), cut...)
}

// binaryShown is how many bytes of binary data a terminal shows: enough to tell a
// format by, in some lines of 80 columns.
const binaryShown = 128

// dataColumn is where data begins on a terminal that stands behind a partition key
// of up to 10 cells, so that it is aligned for most streams.
const dataColumn = 24 + 2 + shardColumn + 2 + 10 + 2

// beside is what stands between the columns and data on the same line.
func (p pretty) beside(used int) string {
	if !p.out.Terminal {
		return gap
	}
	return strings.Repeat(" ", max(len(gap), dataColumn-used))
}

// fits tells whether a line has the cells it takes behind those already used.
// Elsewhere than on a terminal all have.
func (p pretty) fits(used int, line []byte) bool {
	return p.out.Width == 0 || used+term.Width(string(line)) <= p.out.Width
}
