package shardmap

import (
	"bufio"
	"fmt"
	"strings"

	"kinspect/internal/record"
	"kinspect/internal/term"
)

// page is text under way. Its writer keeps the first error for Print, so the
// lines need not look at it.
type page struct {
	w   *bufio.Writer
	out *term.Output
}

func (p page) line(parts ...string) {
	p.w.WriteString(strings.TrimRight(strings.Join(parts, ""), " "))
	p.w.WriteByte('\n')
}

func (p page) caveats(indent string, caveats []Caveat) {
	for _, c := range caveats {
		p.paragraph(indent, term.EscapeLine(c.Text))
	}
}

// heading says which stream it is, and how it is kept.
func (p page) heading(m *Map) {
	p.line(p.out.Key(term.EscapeLine(m.title())))
	if known := facts(m.Stream); len(known) > 0 {
		p.paragraph("", strings.Join(known, ", "))
	}
	p.paragraph("", m.dates())
	p.caveats("", m.Caveats)
}

// title names the stream and where it is.
func (m *Map) title() string {
	kind := "stream "
	if m.Stream.Capture {
		kind = "capture "
	}
	return kind + m.Stream.Name + where(m.Header)
}

// dates says when the stream was created, how many shards it has, and when.
func (m *Map) dates() string {
	text := census(m.Shards)
	if m.Stream.CreatedAt != nil {
		text = "created " + seconds(m.Stream.CreatedAt) + "; " + text
	}
	if m.At != nil {
		text += ", as they stood at " + seconds(m.At)
	}
	return text
}

// facts is how the stream is kept, as far as that is known.
func facts(s Stream) []string {
	if s.Capture {
		return nil
	}
	var known []string
	for _, fact := range []string{s.Status, s.Mode, retention(s), encryption(s), consumers(s), distribution(s)} {
		if fact != "" {
			known = append(known, term.EscapeLine(fact))
		}
	}
	return known
}

// paragraph prints a text in as many lines as a terminal needs.
func (p page) paragraph(indent, text string) {
	line := ""
	for word := range strings.SplitSeq(text, " ") {
		if line != "" && p.out.Width > 0 && term.Width(indent+line+" "+word) > p.out.Width {
			p.line(indent, line)
			line = ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	p.line(indent, line)
}

// census counts the shards.
func census(shards []Shard) string {
	count := map[state]int{}
	for _, s := range shards {
		count[s.state]++
	}
	words := fmt.Sprintf("shards: %d open, %d closed", count[open]+count[closing], count[closed])
	if count[coming] > 0 {
		words += fmt.Sprintf(", %d coming", count[coming])
	}
	return words
}

// where names account, region and endpoint, as far as they are known.
func where(h Header) string {
	var known []string
	for _, part := range []string{h.Account, h.Region, h.Endpoint} {
		if part != "" {
			known = append(known, part)
		}
	}
	if len(known) == 0 {
		return ""
	}
	return " (" + strings.Join(known, ", ") + ")"
}

func retention(s Stream) string {
	if s.RetentionHours == 0 {
		return "retention unknown"
	}
	return fmt.Sprintf("retention %d h", s.RetentionHours)
}

func encryption(s Stream) string {
	if s.EncryptionType == "" {
		return ""
	}
	return "encryption " + s.EncryptionType
}

func consumers(s Stream) string {
	switch {
	case s.Consumers == nil:
		return ""
	case *s.Consumers == 0:
		return "no fan-out consumers"
	}
	return term.Count(*s.Consumers, "fan-out consumer")
}

func distribution(s Stream) string {
	if s.DistributionStrategy == "" {
		return ""
	}
	return "distribution " + s.DistributionStrategy
}

// seconds is the precision of the times in sequence numbers.
func seconds(at *record.Timestamp) string {
	if at == nil {
		return "unknown"
	}
	return at.UTC().Format("2006-01-02 15:04:05Z")
}

// span says from when until when a shard took writes.
func span(s state, from, until *record.Timestamp) string {
	switch {
	case s == open && until == nil:
		return "since " + seconds(from)
	case s == coming:
		return "from " + seconds(from)
	}
	return seconds(from) + " – " + seconds(until)
}
