// Package report makes of a receipt one page of HTML for a support ticket, which
// needs no network and no script. It is pure: nothing is read, and nothing judged.
package report

import (
	_ "embed"
	"html/template"
	"io"
	"strconv"
	"strings"

	"kinspect/internal/coverage"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

//go:embed page.html.tmpl
var pageText string

//go:embed page.css
var pageStyle string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"line": line, "at": at, "place": place, "when": when, "proof": proof, "count": term.Count[int64], "key": key,
}).Parse(pageText))

// Page is what there is to show.
type Page struct {
	Receipt receipt.Receipt
	// Words are the verdict as trace.Print writes it, without colours.
	Words string
	// Command is the command line, its words as a shell takes them.
	Command string
}

// Write writes the page; its errors are those of w.
func (p Page) Write(w io.Writer) error {
	sentence, details, _ := strings.Cut(strings.TrimSpace(p.Words), "\n")
	_, sentence, _ = strings.Cut(sentence, ": ")
	return page.Execute(w, map[string]any{
		"R": p.Receipt, "Style": template.CSS(pageStyle), "Command": p.Command,
		"Sentence": sentence, "Details": details, "Picture": draw(p.Receipt),
		"Notices": []section{
			{"Reasons", "What stands against a proof.", p.Receipt.Reasons},
			{"Conditions", "The verdict holds on condition of these.", p.Receipt.Conditions},
			{"Caveats and assumptions", "They do not change the verdict.", p.Receipt.Caveats},
		},
		"Found": []matches{{"Matches", p.Receipt.Matches}, {"Matches outside the window", p.Receipt.Outside}},
	})
}

type section struct {
	Heading, About string
	Notices        []notice.Notice
}

type matches struct {
	Heading string
	Matches []receipt.Match
}

// line makes visible what could mislead a reader; the template escapes HTML.
func line(text any) string {
	switch text := text.(type) {
	case record.SequenceNumber:
		return term.EscapeLine(string(text))
	case notice.Code:
		return term.EscapeLine(string(text))
	case receipt.Verdict:
		return term.EscapeLine(string(text))
	case string:
		return term.EscapeLine(text)
	}
	return ""
}

func at(t record.Timestamp) string { return t.Words() }

func when(t *record.Timestamp) string {
	if t == nil {
		return "–"
	}
	return t.Words()
}

func place(m receipt.Match) string {
	number := term.EscapeLine(string(m.SequenceNumber))
	if m.SubSequenceNumber != nil {
		number += ":" + strconv.Itoa(*m.SubSequenceNumber)
	}
	return number
}

func key(m receipt.Match) string {
	if m.PartitionKey == nil {
		return "–"
	}
	return term.EscapeLine(*m.PartitionKey)
}

// proof says in words how it is known that the shard was read to the window's end.
func proof(a coverage.Account) string {
	if a.Proof == nil {
		return "none"
	}
	switch a.Proof.Kind {
	case coverage.End:
		return "end of the shard"
	case coverage.Tip:
		return "tip of the shard"
	case coverage.Number:
		return "the record at the number, or behind it"
	case coverage.Foreign:
		return "the number is not the shard's"
	}
	return "a record after the window"
}
