package trace

import (
	"bufio"
	"fmt"
	"strings"

	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// printAnswers writes a line for each event, in the order asked, of fields that
// tabs part: the verdict and the event, and where it was seen.
func printAnswers(out *term.Output, r receipt.Receipt) error {
	w := bufio.NewWriterSize(out, 64<<10)
	for a := range r.Events {
		if _, err := w.WriteString(strings.Join(fields(out, a), "\t") + "\n"); err != nil {
			return err
		}
	}
	return w.Flush()
}

func fields(out *term.Output, a receipt.Answer) []string {
	event := term.EscapeLine(a.Event)
	switch {
	case a.Verdict == receipt.Found:
		return append([]string{out.Found("found"), event}, seenAt(out, a.Matches[0], a.Copies)...)
	case len(a.Outside) > 0:
		return append([]string{unfound(out, a.Verdict), event, "outside the window"}, seenAt(out, a.Outside[0], 1)...)
	}
	return []string{unfound(out, a.Verdict), event}
}

func unfound(out *term.Output, v receipt.Verdict) string {
	if v == receipt.Absent {
		return out.Absent("absent")
	}
	return out.Inconclusive("inconclusive")
}

func seenAt(out *term.Output, m receipt.Match, copies int) []string {
	seen := []string{
		m.ApproximateArrivalTimestamp.String(), out.ShardID(term.EscapeLine(m.ShardID)),
		term.EscapeLine(place(m.SequenceNumber, m.SubSequenceNumber)),
	}
	if copies > 1 {
		seen = append(seen, term.Number(copies)+" copies")
	}
	if m.Undeliverable() {
		seen = append(seen, "not deliverable")
	}
	return seen
}

// Summary says in plain words, to be pasted into a ticket, what became of many
// events: how many have which verdict, of what window, and what that rests on.
func Summary(out *term.Output, r receipt.Receipt) []string {
	lines := []string{Claim(r)}
	switch r.Verdict {
	case receipt.Absent:
		lines = append(lines, proof(r)...)
	case receipt.Inconclusive:
		lines = append(lines, byShard(out, r.Reasons)...)
	}
	return append(append(lines, mergedOf(r)...), metrics(r)...)
}

func claimOfMany(r receipt.Receipt) string {
	counts := r.Events.Count()
	found, other := counts[receipt.Found], counts[receipt.Absent]+counts[receipt.Inconclusive]
	entered := fmt.Sprintf("%s of %s entered %s", how(found, other), term.Count(found+other, "event"), streamName(r.Stream, r.Account, r.Region, r.Endpoint))
	switch r.Verdict {
	case receipt.Found:
		return entered
	case receipt.Absent:
		return fmt.Sprintf("%s between %s and %s; %s did not", entered, r.Window.From.Words(), r.Window.Until.Words(), term.Number(other))
	}
	return fmt.Sprintf("%s; %s not seen, but %s", entered, verb(other), but(r))
}

func how(found, other int) string {
	switch {
	case found+other == 1:
		return term.Number(found)
	case other == 0:
		return "all"
	case found == 0:
		return "none"
	}
	return term.Number(found)
}

func verb(events int) string {
	if events == 1 {
		return "1 was"
	}
	return term.Number(events) + " were"
}

// events says what stands for many, in a few words.
func events(m receipt.Many) string {
	said := []string{"SHA-256 " + m.SHA256}
	if m.JQ != "" {
		said = append([]string{"by jq '" + m.JQ + "'"}, said...)
	}
	return term.Count(m.Count, "event") + aside(said...)
}
