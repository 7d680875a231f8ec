package audience

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"kinspect/internal/term"
)

// What registered consumers, Firehose streams and applications tell, and of an event that
// came before they did.
func TestOthersTell(t *testing.T) {
	before, after := ten.Add(-time.Hour), ten.Add(time.Hour)
	sql := func(a Application) Consumer { c, _ := a.Consumer(about(found)); return c }
	untold := func(a Application) Consumer { c, _ := a.Consumer(about(untimed)); return c }
	named := func(a Application) Consumer {
		a.Properties = []Property{{"in", "region", "eu-west-1"}, {"in", "stream.name", "orders"}}
		c, _ := a.Consumer(about(found))
		return c
	}
	inputs := func(from string) []Input {
		return []Input{{"arn:aws:kinesis:eu-west-1:123456789012:stream/others", "NOW"}, {about().ARN, from}}
	}
	for _, c := range []struct {
		what          string
		c             Consumer
		sentence, not string
	}{
		{"registered", Registered{Name: "audit", CreatedAt: before}.Consumer(about(found)),
			"no position is told, nor a sequence number; CloudWatch tells how far behind it is: SubscribeToShardEvent.MillisBehindLatest of ConsumerName audit", "it was registered*"},
		{"registered behind the event", Registered{CreatedAt: after}.Consumer(about(found)),
			"it was registered at 2026-11-28 11:00:00.000Z, after the event had come: it was given the event only if it began at an earlier position, such as TRIM_HORIZON", "it is *"},
		{"of no event", Registered{CreatedAt: after}.Consumer(about()), "no position is told*", "it was registered*"},
		{"going", Registered{Status: "DELETING"}.Consumer(about()), "it is DELETING: only an ACTIVE one can read", ""},

		{"Firehose", DeliveryStream{Name: "lake", Status: "ACTIVE", StartedAt: before}.Consumer(about(found)),
			"no position is told; CloudWatch tells how far behind it is, of all shards together, KinesisMillisBehindLatest of DeliveryStreamName lake, and how much it read: DataReadFromKinesisStream.Records", "not delivered*"},
		{"Firehose and the KPL", DeliveryStream{}.Consumer(about()), "it takes aggregates of the KPL apart by itself", "it is *"},
		{"started behind the event", DeliveryStream{StartedAt: after}.Consumer(about(found)),
			"not delivered by it: it reads from its DeliveryStartTimestamp on, 2026-11-28 11:00:00.000Z, and the event came before", ""},
		{"registered, and an event that came nobody knows when", Registered{CreatedAt: after}.Consumer(about(untimed)), "no position is told*", "it was registered*"},
		{"Firehose, and such an event", DeliveryStream{StartedAt: after}.Consumer(about(untimed)), "no position is told*", "not delivered*"},
		{"started nobody knows when", DeliveryStream{}.Consumer(about(found)), "no position is told*", "not delivered*"},
		{"failed", DeliveryStream{Status: "CREATING_FAILED", Failure: "the key is disabled"}.Consumer(about()), "it is CREATING_FAILED: only an ACTIVE one is sure to read", ""},
		{"and why", DeliveryStream{Status: "CREATING_FAILED", Failure: "the key is disabled"}.Consumer(about()), "Firehose says of that: the key is disabled", ""},

		{"SQL", sql(Application{Name: "sums", Status: "RUNNING", CreatedAt: before, Inputs: inputs("NOW")}),
			"no position is told; CloudWatch tells how far behind it is: MillisBehindLatest of Application sums", "likely skipped*"},
		{"SQL, created behind the event", sql(Application{CreatedAt: after, Inputs: inputs("NOW")}),
			"likely skipped: it was created at 2026-11-28 11:00:00.000Z, after the event had come, and begins at NOW", ""},
		{"SQL, and an event that came nobody knows when", untold(Application{CreatedAt: after, Inputs: inputs("NOW")}), "no position is told*", "likely skipped*"},
		{"but from the beginning", sql(Application{CreatedAt: after, Inputs: inputs("TRIM_HORIZON")}), "no position is told*", "it was created*"},
		{"stopped", sql(Application{Status: "READY", Inputs: inputs("NOW")}), "it is READY: it does not run, and reads nothing", ""},
		{"between", sql(Application{Status: "ROLLING_BACK", Inputs: inputs("NOW")}), "it is ROLLING_BACK: only a RUNNING one is sure to read", ""},
		{"Flink", named(Application{Name: "joins", Status: "RUNNING", CreatedAt: after}),
			"it was created at 2026-11-28 11:00:00.000Z, after the event had come: it read the event only if it began at an earlier position", "likely skipped*"},
		{"and how it is known", named(Application{}), "it is listed since its property stream.name of the group in names the stream: its code alone tells whether it reads it or writes to it", "it was created*"},
		{"and where it is", named(Application{Name: "joins"}), "its position is inside its checkpoints and savepoints, which AWS does not show; CloudWatch tells how far behind it is: millisBehindLatest of Application joins", ""},
	} {
		if !says(c.c, c.sentence) || c.not != "" && says(c.c, c.not) {
			t.Errorf("%s: it does not say %q, or says %q:\n%s", c.what, c.sentence, c.not, strings.Join(c.c.Tells, "\n"))
		}
	}
}

// An application is listed by a whole name or ARN of the stream, and no other; those that
// tell no stream are counted.
func TestApplications(t *testing.T) {
	property := func(value string) Application {
		return Application{Name: "app", Properties: []Property{{"g", "k", value}}}
	}
	for value, want := range map[string]bool{"orders": true, about().ARN: true, "orders-eu": false, "": false, "stream/orders": false} {
		if _, listed := property(value).Consumer(about()); listed != want {
			t.Errorf("by the property %q it is listed: %v", value, listed)
		}
	}
	if c, _ := (Application{Inputs: []Input{{about().ARN, "TRIM_HORIZON"}}}).Consumer(about()); c.StartingPosition != "TRIM_HORIZON" {
		t.Errorf("it begins at %q", c.StartingPosition)
	}
	if c, some := Silent([]Application{{Name: "sums", SQL: true}}); some {
		t.Errorf("what a SQL application reads is known: %v", c)
	}
	c, some := Silent([]Application{{Name: "a"}, {Name: "sums", SQL: true}, {Name: "b"}, {Name: "c"}, {Name: "d"}, {Name: "e"}, {Name: "f"}})
	if want := "the code of a Flink application names its streams, and the properties of 6 applications (a, b, c, d, e, …) do not name this one"; !some || c.NotChecked != want {
		t.Errorf("%q, not %q", c.NotChecked, want)
	}
}

// What a service says reaches no terminal as it is, and the receipt holds it unchanged.
func TestLines(t *testing.T) {
	hostile := Mapping{FunctionARN: "arn:aws:lambda:eu-west-1:123456789012:function:a\x1b[2J", State: "Enabled", LastResult: "\x1b]0;x\x07", ModifiedAt: ten, StartingPosition: "LATEST"}.Consumer(about())
	out := term.NewOutput(io.Discard, term.Never, func(string) string { return "" })
	text := strings.Join(Lines(out, []Consumer{hostile, None(FanOut), None(Lambda), {Kind: Firehose, NotChecked: "\x1b[1mno"}}), "\n")
	if strings.Contains(text, "\x1b") {
		t.Errorf("%q", text)
	}
	for _, line := range []string{
		`  Lambda event source mapping a\x1b[2J Enabled, since 2026-11-28 10:00:00.000Z, from LATEST` + "\n",
		`    LastProcessingResult: \x1b]0;x\x07` + "\n",
		"  registered consumers\n    none is registered\n",
		"  Lambda event source mappings\n    none in the account of these credentials, in the stream's region\n",
		`  Firehose streams: not checked: \x1b[1mno`,
	} {
		if !strings.Contains(text, line) {
			t.Errorf("it does not say %q:\n%s", line, text)
		}
	}
	kept, err := json.Marshal(hostile)
	if err != nil || !strings.Contains(string(kept), `LastProcessingResult: \u001b]0;x\u0007`) {
		t.Errorf("%s, %v", kept, err)
	}
}
