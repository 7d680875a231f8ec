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
		p.line(indent, term.EscapeLine(c.Text))
	}
}

// heading says which stream it is, and how it is kept.
func (p page) heading(m *Map) {
	kind := "stream "
	if m.Stream.Capture {
		kind = "capture "
	}
	p.line(kind, term.EscapeLine(m.Stream.Name), where(m.Header))
	var facts []string
	for _, fact := range []string{m.Stream.Status, m.Stream.Mode, retention(m.Stream), encryption(m.Stream)} {
		if fact != "" {
			facts = append(facts, fact)
		}
	}
	if len(facts) > 0 {
		p.line(term.EscapeLine(strings.Join(facts, ", ")))
	}
	created := ""
	if m.Stream.CreatedAt != nil {
		created = "created " + seconds(m.Stream.CreatedAt) + "; "
	}
	p.line(created, census(m.Shards))
	p.caveats("", m.Caveats)
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
	return term.EscapeLine(" (" + strings.Join(known, ", ") + ")")
}

func retention(s Stream) string {
	switch {
	case s.Capture:
		return ""
	case s.RetentionHours == 0:
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

// seconds is the precision of the times in sequence numbers.
func seconds(at *record.Timestamp) string {
	if at == nil {
		return "unknown"
	}
	return at.UTC().Format("2006-01-02 15:04:05Z")
}

// span says from when until when a shard took writes.
func span(s state, from, until *record.Timestamp) string {
	switch s {
	case open:
		return "since " + seconds(from)
	case coming:
		return "from " + seconds(from)
	}
	return seconds(from) + " – " + seconds(until)
}
