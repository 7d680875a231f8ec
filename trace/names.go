package trace

import (
	"fmt"
	"slices"
	"strings"

	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// likeMax is how many characters of a --like stand in the sentence; the receipt
// has them all.
const likeMax = 200

// Name says what was looked for, in a few words.
func Name(e receipt.Event) string {
	parts := content(e)
	if e.PartitionKey != nil {
		parts = append(parts, "partition key "+quoted(*e.PartitionKey))
	}
	if e.SequenceNumber != "" {
		parts = append(parts, "sequence number "+place(e.SequenceNumber, e.SubSequenceNumber))
	}
	return strings.Join(parts, " with ")
}

// content says what was looked for in the data.
func content(e receipt.Event) (parts []string) {
	add := func(given bool, part string) {
		if given {
			parts = append(parts, part)
		}
	}
	if e.Events != nil {
		add(true, events(*e.Events))
	}
	add(e.Text != "", quoted(e.Text)+aside(bound(e), inAnyCase(e)))
	add(e.Regexp != "", "regexp '"+e.Regexp+"'"+aside(inAnyCase(e)))
	add(e.Like != "", "a record like "+term.Clip(e.Like, likeMax))
	add(e.JQ != "", "jq '"+e.JQ+"'")
	if e.Data != nil {
		add(true, fmt.Sprintf("data of %s with SHA-256 %s", term.Count(e.Data.Bytes, "byte"), e.Data.SHA256))
	}
	add(e.SHA256 != "", "data with SHA-256 "+e.SHA256)
	return parts
}

// bound says where the text may stand if not as a whole word.
func bound(e receipt.Event) string {
	switch {
	case e.Contains:
		return "also within words"
	case e.Exact:
		return "as an entire value"
	}
	return ""
}

func inAnyCase(e receipt.Event) string {
	if e.IgnoreCase {
		return "in any case"
	}
	return ""
}

// aside puts what there is to add in parentheses.
func aside(said ...string) string {
	said = slices.DeleteFunc(said, func(part string) bool { return part == "" })
	if len(said) == 0 {
		return ""
	}
	return " (" + strings.Join(said, ", ") + ")"
}

func quoted(s string) string { return `"` + s + `"` }

// streamName names the stream beyond doubt: account, region, and the endpoint where
// it is not AWS. Of a capture only the endpoint, or the file, is known.
func streamName(s receipt.Stream, account, region, endpoint string) string {
	kind := "stream"
	if s.Capture {
		kind = "capture"
	}
	known := slices.DeleteFunc([]string{account, region, endpoint}, func(part string) bool { return part == "" })
	return term.EscapeLine(fmt.Sprintf("%s %s (%s)", kind, s.Name, strings.Join(known, ", ")))
}
