package trace

import (
	"fmt"
	"io"
	"strings"

	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// foundMax is how many records that stand are listed; all that do not are.
const foundMax = 20

// PrintVerification writes what became of a receipt in plain words.
func PrintVerification(out *term.Output, v Verification) error {
	r := v.receipt
	lines := []string{fmt.Sprintf("%s: the receipt says %s of %s in %s between %s and %s", v.called(out), r.Verdict, term.EscapeLine(Name(r.Event)),
		streamName(r.Stream, r.Account, r.Region, r.Endpoint), r.Window.From.Words(), r.Window.Until.Words())}
	standing, more := 0, 0
	for _, f := range v.Findings {
		if f.Outcome == receipt.Stands && f.Check == receipt.OfRecord {
			if standing++; standing > foundMax {
				more += max(1, f.Records)
				continue
			}
		}
		lines = append(lines, finding(out, f))
	}
	if more > 0 {
		lines = append(lines, fmt.Sprintf("  stands: %s more", term.Count(more, "record")))
	}
	for _, text := range v.Assumed {
		lines = append(lines, "  taken at its word: "+text)
	}
	_, err := io.WriteString(out, strings.Join(lines, "\n")+"\n")
	return err
}

func (v Verification) called(out *term.Output) string {
	switch v.Outcome {
	case receipt.Stands:
		return out.Found("stands")
	case receipt.Refuted:
		return out.Absent("refuted")
	}
	return out.Inconclusive("cannot be checked any more")
}

func finding(out *term.Output, f receipt.Finding) string {
	where := ""
	if f.ShardID != "" {
		where = out.ShardID(term.EscapeLine(f.ShardID)) + "  "
	}
	if f.SequenceNumber != "" {
		where += term.EscapeLine(string(f.SequenceNumber)) + "  "
	}
	return fmt.Sprintf("  %s: %s%s", f.Outcome, where, term.EscapeLine(f.Text))
}

// Write writes it as JSON.
func (v Verification) Write(w io.Writer) error { return term.WriteJSON(w, v, "  ") }
