package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/spf13/pflag"

	"kinspect/internal/jq"
	"kinspect/internal/match"
	"kinspect/internal/reader"
	"kinspect/internal/term"
	"kinspect/trace"
	"kinspect/trace/list"
	"kinspect/trace/receipt"
)

// manyFlags say which many events trace looks for.
type manyFlags struct{ events, column, jq string }

func (f *manyFlags) bind(b *pflag.FlagSet) {
	bindOnce(b, &f.events, "events", "look for each line of this `file`, - is standard input, and answer each")
	bindOnce(b, &f.column, "column", "the `name` or number of the column of a CSV file with a header that --events is")
	bindOnce(b, &f.jq, "event-jq", "a jq `expression` that makes the ID of a record, to be compared with --events")
}

// events reads the events and makes of them what looks for them all, or nil where
// one is asked. A receipt to go on from has them too.
func (a *app) events(ctx context.Context, f *traceFlags, resumed *receipt.Receipt) (*trace.Events, error) {
	var events *list.List
	var err error
	switch {
	case f.many.events != "":
		events, err = a.readEvents(ctx, f.many)
	case f.event.Events != nil: // of the receipt
		events, err = list.Of(func(yield func(int, string) bool) {
			for answer := range resumed.Events {
				if !yield(answer.Line, answer.Event) {
					return
				}
			}
		})
		f.many.jq = f.event.Events.JQ
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	boundHeap(int64(f.memory))
	f.event.Events = &receipt.Many{Count: len(events.Lines), SHA256: events.SHA256, JQ: f.many.jq}
	a.tellList(f, events)
	finder, err := finderOf(f.many.jq, events.Events)
	return &trace.Events{List: events, Finder: finder}, err
}

// heapMax is what a million events and all that is kept of them take, with as much
// again for garbage.
const heapMax = 512 << 20

// boundHeap has the garbage collector work harder where many events would otherwise
// take twice their memory, unless the user has set a limit.
func boundHeap(pages int64) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(heapMax + cmp.Or(pages, reader.MemoryDefault))
	}
}

func (f *traceFlags) checkMany(operands []string) error {
	var reason, hint string
	switch m := f.many; {
	case m.events == "" && m.jq != "":
		reason, hint = "--event-jq makes an ID to be compared with --events, and there are none", "--jq tells which record it is"
	case m.events == "" && m.column != "":
		reason, hint = "--column is of the CSV file of --events, and there is none", "give --events FILE too"
	case m.events == "":
		return nil
	case len(operands) > 0:
		reason, hint = "both EVENT and --events are given", "make EVENT a line of the file; --jq, --like and --partition-key narrow down what the events are sought in"
	case f.event.Contains || f.event.Exact:
		reason, hint = "--contains and --exact say how EVENT is sought; --events are sought as whole words", "--event-jq compares them with an entire value"
	case m.events == "-" && f.resume == "-":
		reason, hint = "--events and --resume both read standard input", "give one of them a file"
	default:
		return nil
	}
	return &usageError{err: errors.New(reason), hint: hint}
}

func (a *app) readEvents(ctx context.Context, m manyFlags) (*list.List, error) {
	file, err := a.openInput(m.events)
	if err != nil {
		return nil, &usageError{err: fmt.Errorf("reading --events: %w", err)}
	}
	defer file.Close()
	read := list.Lines
	if m.column != "" {
		read = func(r io.Reader) (*list.List, error) { return list.Column(r, m.column) }
	}
	events, err := read(&stoppable{ctx: ctx, Reader: file})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, &usageError{err: fmt.Errorf("reading --events: %w", err), hint: "a line is an event; --column NAME reads a column of a CSV file"}
	}
	return events, nil
}

// finderOf looks for events by what jq makes of a record, or by their texts.
func finderOf(expr string, events []string) (match.Finder, error) {
	if expr == "" {
		return match.NewEvents(events)
	}
	program, err := jq.Compile(expr)
	if err != nil {
		return nil, fmt.Errorf("--event-jq: %w", err)
	}
	return match.NewIDs(events, program), nil
}

// tellList says what of a list may not be meant.
func (a *app) tellList(f *traceFlags, l *list.List) {
	note := func(when bool, format string, values ...any) {
		if when && !a.flags.quiet {
			fmt.Fprintf(a.err, "kinspect: note: "+format+"\n", values...)
		}
	}
	note(l.Blank > 0, "%s of --events without an event", term.Count(l.Blank, "line"))
	note(l.Repeated() > 0, "%s an event of --events", repeat(l.Repeated()))
	note(l.Short > 0 && f.many.jq == "", "%s of --events so short, %d characters at the most, that records may hold them by chance; --event-jq compares entire values", are(l.Short), list.ShortMax)
}

func repeat(lines int) string {
	if lines == 1 {
		return "1 line repeats"
	}
	return term.Number(lines) + " lines repeat"
}

func are(events int) string {
	if events == 1 {
		return "1 is"
	}
	return term.Number(events) + " are"
}

// summarize says on standard error what became of many events.
func (a *app) summarize(f *traceFlags, r receipt.Receipt) {
	if r.Events == nil || a.flags.quiet || f.output == "json" {
		return
	}
	for i, line := range trace.Summary(a.err, r) {
		if i == 0 {
			line = "kinspect: " + line
		}
		fmt.Fprintln(a.err, line)
	}
}
