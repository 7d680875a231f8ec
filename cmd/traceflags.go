package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"kinspect/internal/consumer"
	"kinspect/internal/match"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/trace"
	"kinspect/trace/receipt"
)

// settleDefault is how long a record may take to become readable; AWS speaks of
// about 3 s.
const settleDefault = 10 * time.Second

// withinDefault is how far the clocks and queues of front ends are commonly off.
const withinDefault = 5 * time.Minute

type traceFlags struct {
	eventFlags
	from, until, output           string
	receipt, report, redact       string
	readShare, resume, part       string
	fanOut                        fanOut
	decode                        decodeFlags
	opaque                        receipt.Opaque
	all, narrow, plan, withData   bool
	metrics                       bool
	around                        string
	settle, timeout, within, wait time.Duration
	memory                        memory
	leaseTables                   []string
	given                         func(flag string) bool
}

func (f *traceFlags) bindAll(b *pflag.FlagSet) {
	f.bind(b)
	b.StringVar(&f.from, "from", "", "where the window begins: a `time`, or a time ago (15m, 2h, 3d)")
	b.StringVar(&f.until, "until", "now", "where the window ends: a `time`, or a time ago")
	b.StringVar(&f.around, "around", "", "when it is thought to have come, a `time`, or a time ago: that is read first, then all the rest")
	b.DurationVar(&f.within, "within", withinDefault, "how far to either side of --around to look first")
	b.DurationVar(&f.wait, "wait", 0, "keep watching until it comes or this `time` has passed, such as 90s; looks back 15 min, or to --from")
	b.BoolVar(&f.all, "all", false, "list every copy instead of stopping at the first")
	b.BoolVar(&f.narrow, "narrow", false, "read only the shards that the MD5 of --partition-key names; the verdict carries the condition")
	b.DurationVar(&f.settle, "settle", settleDefault, "how long a record may take to become readable")
	b.BoolVar(&f.plan, "plan", false, "print what would be read and the longest it can take, and stop")
	b.BoolVar(&f.metrics, "metrics", false, "where it was not seen, ask CloudWatch about the window: records that came in, against those read, and writes refused")
	f.decode.bind(b)
	b.StringVar((*string)(&f.opaque), "opaque", string(receipt.Hole), "what a record is that cannot be opened: a `hole` in the proof, or no more than its bytes")
	bindMemory(b, &f.memory)
	b.DurationVar(&f.timeout, "timeout", 0, "end the scan after this `time`, such as 90s or 2h; what was not read is then a gap")
	b.StringVar(&f.resume, "resume", "", "read only what this inconclusive `receipt` lacks, a file or -; it holds the question too")
	bindShare(b, &f.readShare, traceReadShare)
	bindFanOut(b, &f.fanOut, consumer.Max, "read by enhanced fan-out: by so many consumers, a `number`, that are registered for this run, and removed at its end; AWS bills them")
	b.StringVar(&f.part, "part", "", "read only one `part` of the shards, such as 2/4, for trace merge to join")
	b.StringVar(&f.receipt, "receipt", "", "write the receipt, as JSON, to this `file`")
	b.BoolVar(&f.withData, "with-data", false, "keep the data of matches in the receipt, and print it")
	bindOnce(b, &f.redact, "redact", "a jq `expression` whose output --with-data keeps in place of the data, such as 'del(.card)'")
	b.StringVar(&f.report, "report", "", "write a page for a ticket, as HTML, to this `file`")
	b.StringArrayVar(&f.leaseTables, "lease-table", nil, "say whether an application of the KCL has passed what is found: the `name` of its lease table in DynamoDB; may be repeated")
	b.StringVarP(&f.output, "output", "o", "text", "print `text` or json")
}

// ask takes the event from the receipt to go on from, if there is one, where the
// command line names none; so too the settle time.
func (f *traceFlags) ask(operands []string, resumed *receipt.Receipt) {
	if resumed == nil {
		return
	}
	if len(operands) == 0 && f.event == (receipt.Event{}) && f.many == (manyFlags{}) {
		f.event = resumed.Event
	}
	if !f.given("decode") {
		f.decode.layers = resumed.Settings.Decode
	}
	if !f.given("opaque") {
		f.opaque = resumed.Settings.Opaque
	}
	if !f.given("narrow") {
		f.narrow = resumed.Settings.Narrow
	}
	if !f.given("with-data") && !f.given("redact") {
		f.withData, f.redact = resumed.Settings.WithData, resumed.Settings.Redact
	}
	if !f.given("settle") {
		f.settle = time.Duration(resumed.Settings.SettleMillis) * time.Millisecond
	}
}

// question makes a matcher of what the record must hold beside its partition
// key and sequence number.
func (f *traceFlags) question(texted bool) (match.Matcher, error) {
	content, err := contentOf(f.event, texted)
	if err != nil {
		return nil, err
	}
	if err := f.number(); err != nil {
		return nil, err
	}
	switch {
	case len(content) > 0:
		return match.All(content...), nil
	case f.event.Events == nil && f.event.PartitionKey == nil && f.event.SequenceNumber == "" && !f.plan: // which reads the same for any
		return nil, &usageError{err: errNoEvent, hint: "give EVENT, --events, --like, --regexp, --jq, --data, --sha256, --partition-key or --sequence-number"}
	}
	return nil, nil
}

// number reads NUMBER or NUMBER:SUB, as the verdict prints them.
func (f *traceFlags) number() error {
	if f.sequenceNumber == "" {
		return nil
	}
	number, sub, aggregated := strings.Cut(f.sequenceNumber, ":")
	f.event.SequenceNumber = record.SequenceNumber(number)
	if aggregated {
		n, err := strconv.ParseUint(sub, 10, 31)
		if err != nil {
			return &usageError{err: fmt.Errorf("sub-sequence number %q is not a decimal number", sub)}
		}
		place := int(n)
		f.event.SubSequenceNumber = &place
	}
	if !f.event.SequenceNumber.Valid() {
		return &usageError{err: fmt.Errorf("sequence number %q is not a decimal number", number)}
	}
	return nil
}

// check refuses what is wrong whatever the stream's time is.
func (f *traceFlags) check(now time.Time) error {
	if f.output != "text" && f.output != "json" {
		return &usageError{err: fmt.Errorf("output %q is not one of text, json", f.output)}
	}
	if f.opaque != receipt.Hole && f.opaque != receipt.Bytes {
		return &usageError{err: fmt.Errorf("--opaque %q is not one of hole, bytes", f.opaque)}
	}
	if f.narrow && f.event.PartitionKey == nil {
		return &usageError{err: errNarrowKey}
	}
	if f.plan && f.receipt != "" {
		return &usageError{err: errPlanReceipt}
	}
	if f.plan && f.report != "" {
		return &usageError{err: errPlanReport}
	}
	if f.plan && f.metrics {
		return &usageError{err: errPlanMetrics}
	}
	if f.settle < 0 {
		return &usageError{err: fmt.Errorf("settle time %s is negative", f.settle)}
	}
	for flag, d := range map[string]time.Duration{"timeout": f.timeout, "within": f.within, "wait": f.wait} {
		if f.given(flag) && d <= 0 {
			return &usageError{err: fmt.Errorf("%s %s is no time at all", flag, d)}
		}
	}
	if err := cmp.Or(f.exclude(), f.checkTables()); err != nil {
		return err
	}
	return f.times(&trace.Options{}, now)
}

// exclude refuses flags of which one leaves the other without meaning.
func (f *traceFlags) exclude() error {
	switch {
	case f.wait > 0 && f.until != "now":
		return &usageError{err: errors.New("--wait says when the window ends, and so does --until")}
	case f.wait > 0 && f.resume != "":
		return &usageError{err: errors.New("--wait is for a new question: what --resume goes on with ends when it did")}
	case f.around != "" && (f.all || f.resume != ""):
		return &usageError{err: errors.New("--around says what is read first, and --all and --resume read all the same"), hint: "leave --around out"}
	case f.redact != "" && !f.withData:
		return &usageError{err: errors.New("--redact says what --with-data leaves out, and that is not given"), hint: "without --with-data nothing of the data is kept"}
	case f.around != "" && f.event.SequenceNumber != "":
		return &usageError{err: errors.New("--around says where to look first, and --sequence-number says it better"), hint: "leave --around out"}
	case f.fanOut.n > 0 && f.event.SequenceNumber != "":
		return &usageError{err: errors.New("--fan-out reads a stretch, and a sequence number takes one read"), hint: withoutFanOut}
	case f.around == "" && f.given("within"):
		return &usageError{err: errors.New("--within goes with --around")}
	}
	return nil
}

// times resolves all times of a question against the server's now.
func (f *traceFlags) times(o *trace.Options, now time.Time) (err error) {
	if o.From, o.Until, err = f.window(now); err != nil || f.around == "" {
		return err
	}
	o.Around, err = parseTime("--around", f.around, now)
	return err
}

// window resolves its ends against the server's now.
func (f *traceFlags) window(now time.Time) (from, until time.Time, err error) {
	if f.from == "trim-horizon" || f.from == "TRIM_HORIZON" {
		return from, until, &usageError{
			err:  fmt.Errorf("--from %q is not a time", f.from),
			hint: "leave --from out: the window then begins with the oldest record that the stream still holds",
		}
	}
	if f.from != "" {
		if from, err = parseTime("--from", f.from, now); err != nil {
			return from, until, err
		}
	}
	if f.until != "now" || f.resume != "" && f.given("until") {
		until, err = parseTime("--until", f.until, now)
	}
	return from, until, err
}

func parseTime(flag, text string, now time.Time) (time.Time, error) {
	t, err := position.ParseTime(text, now)
	if err != nil {
		return t, &usageError{err: fmt.Errorf("%s %w", flag, err), hint: timeHint}
	}
	return t, nil
}
