package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"kinspect/internal/notice"
	"kinspect/trace"
	"kinspect/trace/receipt"
)

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

--sequence-number is not searched for: each shard is read at that number, the one that
the number names first. What comes there is the record, or a higher number, and then
there is none. A number of another stream, of a shard that is not there, or of a time
to come is said to be that; one that may have expired is inconclusive.

--events asks for many at once, up to 1,000,000, a line of FILE each, or a row of a
CSV file with --column. Each is a text as EVENT is; or, with --event-jq, the same as
what jq makes of a record: a string as it is, or a number of the same value. What
else is given must hold of the same record. Each line has its answer, of fields that
tabs part: the verdict, the event, and when, in which shard and under which number
it was first seen. Blank lines are passed over. A record that cannot be opened, or
on which jq fails, makes all that are not found inconclusive. Exit code 0 means that
all were found, 3 that any is inconclusive, else 1.

A receipt, and the page of --report, hold no data of records unless --with-data; --redact
keeps the output of a jq program in its place, and nothing where that fails. What a
receipt holds in any case is EVENT, and of matches partition keys, sequence numbers,
the SHA-256 of the data, and the names of keys on the way to EVENT.

--report writes a page for a ticket, as HTML with no script and nothing from the
network: the verdict, the matches, a picture of what was read of each shard and what
was not, who reads the stream, as shardmap --consumers tells it, and what that tells of
the first matches, what the verdict rests on, and this command, without a password in a
URL.

--lease-table compares what is found with the leases that an application of the KCL, 1,
2 or 3, keeps in DynamoDB: passed, not yet, owned by nobody, read by nobody, or dropped
by the KCL. A table that is not there, or may not be read, is not checked, and the
verdict and the exit code stay as they are.

--metrics asks CloudWatch about the window where the event was not seen: whether as many
records were read as came in, and how many writes the stream refused, and when. It proves
no verdict; where more came in than were read, absent becomes inconclusive. Four metrics
are asked for, which AWS bills; without the permission, cloudwatch:GetMetricData, they are
not checked. Reading takes more with it, as every record is looked at for its arrival.

The longest that it can take is that of shards that take all the writes AWS lets
them, 1 MiB/s for as long as they lived in the window, one largest burst apart. They
are read side by side, each at its share of 2 MiB/s, if other consumers leave that
share, the line carries it, and --memory has room: 64 MiB for each full page in
flight.

` + fanOutLong + `

With --fan-out=N each shard is read in N slices side by side, cut by time; one ends at
the first sequence number that the next one read. What is pushed may have waited on the
way, so that the end of a shard is proved by polling it, once or twice.

` + partLong + `

` + assumptions() + exitCodesTrace,
		Example: `  kinspect trace orders ord-7
  kinspect trace orders --jq '.order.id == 7' --from 2h
  kinspect trace orders --like '{"orderId":"ord-7","items":[{"sku":"sku-1042"}]}'
  kinspect trace orders ord-7 --timeout 1h --receipt r.json
  kinspect trace orders --resume r.json --receipt r.json
  kinspect trace orders --sequence-number 49680500234504592614612726462051090354470817437436608514
  kinspect trace orders --events ids.txt --from 2026-11-23 --until 2026-11-24
  kinspect trace orders --events frontend.csv --column order_id --event-jq .orderId
  kinspect trace orders ord-7 --report ord-7.html
  kinspect trace orders ord-7 --fan-out=4
  kinspect trace orders ord-7 --from 2026-11-23 --until 2026-11-24 --part 2/4 --receipt r-2.json
  kinspect trace checkout ord-7 --local`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			f.given = c.Flags().Changed
			return a.runTrace(c.Context(), f, args)
		},
	}
	f.bindAll(c.Flags())
	c.AddCommand(a.traceVerify(), a.traceMerge())
	return c
}

func (a *app) runTrace(ctx context.Context, f *traceFlags, args []string) error {
	o, err := a.asked(ctx, f, args[1:])
	if err != nil {
		return err
	}
	kept, err := openEvidence(f.receipt, f.report)
	if err != nil {
		return err
	}
	defer kept.discard()
	c, err := a.connectReader(ctx, args[0], f.wait > 0, o.ReadShare, f.fanOut)
	if err != nil {
		return err
	}
	o.Endpoint, o.Services, o.Metrics, o.Readers = c.endpoint, c.services, f.metrics, f.report != ""
	if err := f.times(&o, c.Clock.NowAtMost()); err != nil {
		return err
	}
	if f.plan {
		return a.showPlan(ctx, f, c, o)
	}
	var r receipt.Receipt
	used, err := a.byConsumers(ctx, c, f.fanOut.n, func(arns []string) (err error) {
		o.FanOut = arns
		done := a.progress(c, &o)
		defer done() // before the verdict is printed
		r, err = trace.Run(ctx, c.Client, c.Summary, o)
		return err
	})
	if err != nil {
		return err
	}
	defer a.tellCost(c.Client, o.ReadShare, used)
	return a.answer(ctx, f, kept, r)
}

// asked is the question that the flags put, but for its times, which are the
// server's.
func (a *app) asked(ctx context.Context, f *traceFlags, operands []string) (o trace.Options, err error) {
	if err := f.checkMany(operands); err != nil {
		return o, err
	}
	if o.Resume, err = readReceipt(f.resume, a.Stdin); err != nil {
		return o, err
	}
	if err := f.read(operands, f.given("partition-key")); err != nil {
		return o, err
	}
	f.ask(operands, o.Resume)
	if o.Events, err = a.events(ctx, f, o.Resume); err != nil {
		return o, err
	}
	if o.Content, err = f.question(len(operands) > 0); err != nil {
		return o, err
	}
	if err := f.check(a.Now()); err != nil {
		return o, err
	}
	if o.Part, err = f.readPart(o.Resume); err != nil {
		return o, err
	}
	if err := a.checkPart(f, o.Part); err != nil {
		return o, err
	}
	if o.ReadShare, err = parseShare(f.readShare); err != nil {
		return o, err
	}
	o.Event, o.OpaqueBytes = f.event, f.opaque == receipt.Bytes
	o.All, o.Narrow, o.Wait, o.Within, o.LeaseTables = f.all, f.narrow, f.wait, f.within, f.leaseTables
	o.Settle, o.Timeout, o.Memory, o.Tool = f.settle, f.timeout, int64(f.memory), toolVersion()
	if f.withData {
		if o.Data, err = trace.KeepData(f.redact); err != nil {
			return o, err
		}
	}
	o.Decoder, err = f.decode.decoder()
	return o, err
}

// assumptions is what an absent verdict rests on, for the help.
func assumptions() string {
	text := "An absent verdict assumes:\n"
	for _, a := range notice.Assumptions {
		text += "  " + a.Text + "\n"
	}
	return text + "and of a sequence number that a shard refuses:\n  " + notice.OwnNumbers.Text + "\n\n"
}
