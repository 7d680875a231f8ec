package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kinspect/internal/match"
	"kinspect/internal/notice"
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
	receipt, report               string
	readShare, resume             string
	decode                        decodeFlags
	opaque                        receipt.Opaque
	all, narrow, plan             bool
	around                        string
	settle, timeout, within, wait time.Duration
	memory                        memory
	given                         func(flag string) bool
}

func (a *app) trace() *cobra.Command {
	f := &traceFlags{}
	c := &cobra.Command{
		Use:   "trace STREAM [EVENT]",
		Short: "Tell whether an event entered a stream: found, absent with proof, or inconclusive",
		Long: `Tell whether an event entered a stream: found, absent with the proof that all of
the window was read and tested, or inconclusive with the reason.

EVENT is a text, sought as a whole word in the partition key, in the bytes of
every layer, and in every JSON string, number and object key; blanks around it do
not count. Base64 is opened where it is all of a record, not within a JSON string.
All that is given must hold of one record. Without --from the window is
what the stream still holds.

--like compares values: objects may have more fields than are given, at any depth;
arrays are as long, and alike element by element; numbers are equal by value, with
all their digits. An object that is given is also compared with the JSON in a
string. The fields stand in the record where they are given: of an event within an
envelope, give the envelope too.

--jq sees what tail -o json shows as data: each log event of CloudWatch Logs by
itself, and a change record of DynamoDB without its types.

With --partition-key the shards that its MD5 names are read first, then all others: a
producer may set an explicit hash key. --narrow leaves the others out, and the verdict
says so.

--events asks for many at once, up to 1,000,000, a line of FILE each, or a row of a
CSV file with --column. Each is a text as EVENT is; or, with --event-jq, the same as
what jq makes of a record: a string as it is, or a number of the same value. What
else is given must hold of the same record. Each line has its answer, of fields that
tabs part: the verdict, the event, and when, in which shard and under which number
it was first seen. Blank lines are passed over. A record that cannot be opened, or
on which jq fails, makes all that are not found inconclusive. Exit code 0 means that
all were found, 3 that any is inconclusive, else 1.

The longest that it can take is that of shards that take all the writes AWS lets
them, 1 MiB/s for as long as they lived in the window, one largest burst apart. They
are read side by side, each at its share of 2 MiB/s, if other consumers leave that
share, the line carries it, and --memory has room: 64 MiB for each full page in
flight.

` + assumptions() + exitCodesTrace,
		Example: `  kinspect trace orders ord-7
  kinspect trace orders --jq '.order.id == 7' --from 2h
  kinspect trace orders --like '{"orderId":"ord-7","items":[{"sku":"sku-1042"}]}'
  kinspect trace orders ord-7 --timeout 1h --receipt r.json
  kinspect trace orders --resume r.json --receipt r.json
  kinspect trace orders --events ids.txt --from 2026-11-23 --until 2026-11-24
  kinspect trace orders --events frontend.csv --column order_id --event-jq .orderId
  kinspect trace orders ord-7 --report ord-7.html
  kinspect trace checkout ord-7 --local`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			f.given = c.Flags().Changed
			return a.runTrace(c.Context(), f, args)
		},
	}
	b := c.Flags()
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
	f.decode.bind(b)
	b.StringVar((*string)(&f.opaque), "opaque", string(receipt.Hole), "what a record is that cannot be opened: a `hole` in the proof, or no more than its bytes")
	bindMemory(b, &f.memory)
	b.DurationVar(&f.timeout, "timeout", 0, "end the scan after this `time`, such as 90s or 2h; what was not read is then a gap")
	b.StringVar(&f.resume, "resume", "", "read only what this inconclusive `receipt` lacks, a file or -; it holds the question too")
	bindShare(b, &f.readShare, traceReadShare)
	b.StringVar(&f.receipt, "receipt", "", "write the receipt, as JSON, to this `file`")
	b.StringVar(&f.report, "report", "", "write a page for a ticket, as HTML, to this `file`")
	b.StringVarP(&f.output, "output", "o", "text", "print `text` or json")
	c.AddCommand(a.traceVerify())
	return c
}

func (a *app) runTrace(ctx context.Context, f *traceFlags, args []string) error {
	if err := f.checkMany(args[1:]); err != nil {
		return err
	}
	resumed, err := readReceipt(f.resume, a.Stdin)
	if err != nil {
		return err
	}
	if err := f.read(args[1:], f.given("partition-key")); err != nil {
		return err
	}
	f.ask(args[1:], resumed)
	events, err := a.events(ctx, f, resumed)
	if err != nil {
		return err
	}
	content, err := f.question(len(args) > 1)
	if err != nil {
		return err
	}
	if err := f.check(a.Now()); err != nil {
		return err
	}
	share, err := parseShare(f.readShare)
	if err != nil {
		return err
	}
	decoder, err := f.decode.decoder()
	if err != nil {
		return err
	}
	kept, err := openReceipt(f.receipt)
	if err != nil {
		return err
	}
	page, err := openReport(f.report, os.Args)
	if err != nil {
		return err
	}
	defer page.discard()
	c, err := a.connectReader(ctx, args[0], f.wait > 0, share)
	if err != nil {
		return err
	}
	o := trace.Options{
		Event: f.event, Content: content, Events: events, All: f.all, Narrow: f.narrow, Wait: f.wait, Within: f.within, Settle: f.settle, ReadShare: share, Memory: int64(f.memory),
		Decoder: decoder, OpaqueBytes: f.opaque == receipt.Bytes, Timeout: f.timeout, Resume: resumed, Endpoint: c.endpoint, Tool: toolVersion(),
	}
	now := c.Clock.NowAtMost()
	if o.From, o.Until, err = f.window(now); err != nil {
		return err
	}
	if o.Around, err = f.near(now); err != nil {
		return err
	}
	if f.plan {
		return a.showPlan(ctx, f, c, o)
	}
	status := a.progress(c, &o)
	r, err := trace.Run(ctx, c.Client, c.Summary, o)
	status.Clear() // before the verdict is printed
	if err != nil {
		return err
	}
	defer a.tellCost(c.Client, share)
	if err := page.write(r); err != nil {
		return errors.Join(err, a.answer(ctx, f, kept, r))
	}
	return a.answer(ctx, f, kept, r)
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
	if f.settle < 0 {
		return &usageError{err: fmt.Errorf("settle time %s is negative", f.settle)}
	}
	for flag, d := range map[string]time.Duration{"timeout": f.timeout, "within": f.within, "wait": f.wait} {
		if f.given(flag) && d <= 0 {
			return &usageError{err: fmt.Errorf("%s %s is no time at all", flag, d)}
		}
	}
	if err := f.exclude(); err != nil {
		return err
	}
	if _, err := f.near(now); err != nil {
		return err
	}
	_, _, err := f.window(now)
	return err
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
	case f.around == "" && f.given("within"):
		return &usageError{err: errors.New("--within goes with --around")}
	}
	return nil
}

// near resolves --around; the zero time where it is not given.
func (f *traceFlags) near(now time.Time) (time.Time, error) {
	if f.around == "" {
		return time.Time{}, nil
	}
	return parseTime("--around", f.around, now)
}

// window resolves the times against the server's now.
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

// assumptions is what an absent verdict rests on, for the help.
func assumptions() string {
	text := "An absent verdict assumes:\n"
	for _, a := range notice.Assumptions {
		text += "  " + a.Text + "\n"
	}
	return text + "\n"
}
