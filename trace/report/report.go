// Package report makes of a receipt one page of HTML for a support ticket, which
// needs no network and no script. It is pure: nothing is read, and nothing judged.
package report

import (
	_ "embed"
	"html/template"
	"io"

	"kinspect/internal/audience"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

//go:embed page.html.tmpl
var pageText string

//go:embed picture.svg.tmpl
var pictureText string

//go:embed metrics.svg.tmpl
var metricsText string

//go:embed page.css
var pageStyle string

// page escapes by itself what it is given.
var page = template.Must(template.Must(template.Must(template.New("page").Funcs(template.FuncMap{
	"line": line, "at": at, "place": place, "key": key, "where": where, "data": data, "seen": seen,
}).Parse(pageText)).Parse(pictureText)).Parse(metricsText))

// Page is what there is to show.
type Page struct {
	Receipt receipt.Receipt
	// Sentence is the verdict in words, without its name; Tested what was read and
	// tested for it, if it is absent. They are shown as they are.
	Sentence, Tested string
	// Event names what was looked for.
	Event string
	// Command is the command line, its words as a shell takes them.
	Command string
}

// Write writes the page; its errors are those of w.
func (p Page) Write(w io.Writer) error {
	r := p.Receipt
	shown := map[string]any{
		"R": r, "Style": template.CSS(pageStyle), "Headline": headline(r), "Sentence": line(p.Sentence), "Tested": line(p.Tested),
		"Standing": []section{
			{"Why it is not proved", "Each of these stands against a proof.", reasons(r)},
			{"On condition", "The verdict holds on condition that this is so.", conditions(r)},
		},
		"Found":     []matches{listed("matches", "Matches", r.Matches), listed("outside", "Matches outside the window", r.Outside)},
		"Consumers": r.Consumers, "Unlisted": audience.Unlisted, "Metrics": r.Metrics, "MetricsPicture": drawMetrics(r.Metrics),
		"Shards": shards(r), "Known": known(r.Caveats), "Facts": p.facts(), "Command": p.Command,
	}
	if r.Events != nil {
		shown["Answers"] = answersOf(r.Events)
	}
	if len(r.Coverage.Shards) > 0 && !r.Stream.Capture { // which carries no account of what was read
		shown["Picture"] = draw(r)
	}
	return page.Execute(w, shown)
}

// headline is the verdict; of many events, how many have which.
func headline(r receipt.Receipt) string {
	if r.Events == nil {
		return line(r.Verdict)
	}
	return tally(r.Events.Count())
}

// tally counts verdicts: those that call for attention first.
func tally(counts map[receipt.Verdict]int) (text string) {
	for _, v := range []receipt.Verdict{receipt.Inconclusive, receipt.Absent, receipt.Found} {
		if counts[v] == 0 {
			continue
		}
		if text != "" {
			text += ", "
		}
		text += term.Number(counts[v]) + " " + string(v)
	}
	return text
}
