package audience

import (
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	ten   = time.Date(2026, 11, 28, 10, 0, 0, 0, time.UTC)
	found = Event{ShardID: "shardId-000000000003", Number: "4968", ArrivedAt: ten}
	// untimed is an event that an endpoint tells no arrival of.
	untimed = Event{ShardID: "shardId-000000000003", Number: "4968"}
)

// about asks about events, or about the stream alone.
func about(events ...Event) Question {
	return Question{Name: "orders", ARN: "arn:aws:kinesis:eu-west-1:123456789012:stream/orders", RecordBytesMax: 1 << 20, Events: events, Copies: len(events)}
}

// says tells whether a consumer says a sentence, which a * at its end cuts short.
func says(c Consumer, sentence string) bool {
	start, cut := strings.CutSuffix(sentence, "*")
	return slices.ContainsFunc(c.Tells, func(text string) bool { return text == sentence || cut && strings.HasPrefix(text, start) })
}

func three() *int { n := 3; return &n }

func zero() *int { return new(int) }

// Each thing that a mapping has says what follows of it, and nothing without it.
func TestMappingTells(t *testing.T) {
	const name = "arn:aws:lambda:eu-west-1:123456789012:function:ship:live"
	for _, c := range []struct {
		what     string
		m        Mapping
		events   []Event
		sentence string
		not      string // what it does not say then; empty for nothing in particular
	}{
		{"no position", Mapping{}, nil, "no position is told, nor when the mapping was created, *", ""},
		{"Lambda's own words", Mapping{Transition: "USER_INITIATED"}, nil, "StateTransitionReason: USER_INITIATED", "LastProcessingResult*"},
		{"and about the last batch", Mapping{LastResult: "PROBLEM: Function call failed"}, nil, "LastProcessingResult: PROBLEM: Function call failed", "StateTransitionReason*"},
		{"at great length", Mapping{LastResult: strings.Repeat("é", 5000)}, nil, "LastProcessingResult: " + strings.Repeat("é", 1000) + "…", ""},

		{"disabled", Mapping{State: "Disabled"}, nil, "it is Disabled: it reads nothing, and what expires until it is enabled its function is never given", ""},
		{"about to change", Mapping{State: "Creating"}, nil, "it is Creating: only an Enabled one is sure to read", ""},
		{"enabled", Mapping{State: "Enabled"}, nil, "no position is told*", "it is *"},
		{"by enhanced fan-out", Mapping{SourceARN: about().ARN + "/consumer/ship:1764324000"}, nil, "it reads through the registered consumer ship", ""},

		{"batches side by side", Mapping{Parallel: 10}, nil, "up to 10 batches of a shard run side by side: the order of events with one partition key is kept, and that between keys is not", ""},
		{"batches one after another", Mapping{Parallel: 1}, nil, "no position is told*", "up to*"},

		{"LATEST, the event before the change", Mapping{StartingPosition: "LATEST", ModifiedAt: ten.Add(time.Millisecond)}, []Event{found},
			"likely skipped, if the mapping was created at 2026-11-28 10:00:00.001Z and not only changed: it began at LATEST, and the event came before", "possibly skipped*"},
		{"LATEST, just after the change", Mapping{StartingPosition: "LATEST", ModifiedAt: ten.Add(-90 * time.Second)}, []Event{found},
			"possibly skipped: it began at LATEST, and the event came 1m30s after it was created or changed; *", "likely skipped*"},
		{"LATEST, long after", Mapping{StartingPosition: "LATEST", ModifiedAt: ten.Add(-5 * time.Minute)}, []Event{found}, "no position is told*", "possibly skipped*"},
		{"LATEST, changed nobody knows when", Mapping{StartingPosition: "LATEST"}, []Event{found}, "no position is told*", "likely skipped*"},
		{"LATEST, an event that came nobody knows when", Mapping{StartingPosition: "LATEST", ModifiedAt: ten}, []Event{untimed}, "no position is told*", "likely skipped*"},
		{"AT_TIMESTAMP, such an event", Mapping{StartingPosition: "AT_TIMESTAMP", StartingAt: ten}, []Event{untimed}, "it began with what came at 2026-11-28 10:00:00.000Z", "likely skipped*"},
		{"LATEST, and no event", Mapping{StartingPosition: "LATEST", ModifiedAt: ten}, nil, "no position is told*", "likely skipped*"},
		{"TRIM_HORIZON, before", Mapping{StartingPosition: "TRIM_HORIZON", ModifiedAt: ten.Add(time.Hour)}, []Event{found}, "no position is told*", "likely skipped*"},
		{"AT_TIMESTAMP behind the event", Mapping{StartingPosition: "AT_TIMESTAMP", StartingAt: ten.Add(time.Second)}, []Event{found}, "likely skipped: the event came before what it began with", ""},
		{"and its time", Mapping{StartingPosition: "AT_TIMESTAMP", StartingAt: ten}, []Event{found}, "it began with what came at 2026-11-28 10:00:00.000Z", "likely skipped*"},

		{"filters", Mapping{Filters: []string{`{"data":{"kind":["paid"]}}`, `{}`}}, nil, `filter: {"data":{"kind":["paid"]}}`, ""},
		{"what they drop", Mapping{Filters: []string{`{}`}}, nil, "what none of the filters matches is dropped silently; whether they match an event is not tried here", ""},
		{"encrypted filters", Mapping{FiltersHidden: true}, nil, "its filters, if it has any, are encrypted and not listed: what none of them matches is dropped silently", ""},
		{"filters that Lambda cannot read", Mapping{FiltersHidden: true, FilterError: "the key is disabled"}, nil, "FilterCriteriaError: the key is disabled", ""},
		{"no filters", Mapping{}, nil, "no position is told*", "what none of*"},

		{"no end of retries", Mapping{}, nil, "a batch that fails is tried again until its records expire, and holds up what comes behind it", "records older*"},
		{"three", Mapping{Retries: three()}, nil, "a batch that fails is tried again 3 times, then discarded", ""},
		{"none", Mapping{Retries: zero()}, nil, "a batch that fails is discarded at once", ""},
		{"split", Mapping{Retries: three(), Bisected: true, Itemized: true}, nil, "a batch that fails is tried again 3 times, then discarded; it is split in two; the function may say which items failed", ""},
		{"an age", Mapping{RecordAgeMax: 90 * time.Minute}, nil, "records older than 1h30m are discarded", "discarded for*"},
		{"an age and no end", Mapping{RecordAgeMax: time.Hour}, nil, "a batch that fails is tried again until its records are that old", ""},
		{"an age, and an event that came nobody knows when", Mapping{RecordAgeMax: time.Hour}, []Event{untimed}, "records older than 1h are discarded", "discarded for*"},
		{"an age, and the event", Mapping{RecordAgeMax: time.Hour}, []Event{found}, "discarded for its age, unless it was processed by 2026-11-28 11:00:00.000Z", ""},

		{"nowhere to tell of it", Mapping{}, nil, "it has no on-failure destination: what is discarded is discarded silently", "discarded batches*"},
		{"somewhere", Mapping{OnFailure: "arn:aws:sqs:eu-west-1:123456789012:lost"}, nil,
			"discarded batches are told to arn:aws:sqs:eu-west-1:123456789012:lost: a message there whose KinesisBatchInfo has the shardId of an event, and a startSequenceNumber and endSequenceNumber between which its number lies, proves that it was discarded", "it has no*"},
		{"where this event would be", Mapping{OnFailure: "arn:lost"}, []Event{found},
			"discarded batches are told to arn:lost: a message there whose KinesisBatchInfo has the shardId shardId-000000000003, and a startSequenceNumber and endSequenceNumber between which 4968 lies, proves that it was discarded", ""},
	} {
		c.m.FunctionARN = name
		got := c.m.Consumer(about(c.events...))
		if !says(got, c.sentence) {
			t.Errorf("%s: it does not say %q:\n%s", c.what, c.sentence, strings.Join(got.Tells, "\n"))
		}
		if c.not != "" && says(got, c.not) {
			t.Errorf("%s: it says %q:\n%s", c.what, c.not, strings.Join(got.Tells, "\n"))
		}
		if got.Title() != "Lambda event source mapping ship:live" {
			t.Errorf("its title is %q", got.Title())
		}
	}
}

// What a function cannot be given for its size is said where the stream takes such
// records: those of 4.5 MiB are 6 MiB as Base64.
func TestMappingOfLargeRecords(t *testing.T) {
	const huge = "a record of over 6 MB as Base64 with its metadata is not given to the function"
	for _, c := range []struct {
		recordMax int
		onFailure string
		sentence  string
	}{
		{4608<<10 - 3, "", ""},
		{4608 << 10, "", huge + ", but discarded"},
		{10 << 20, "arn:lost", huge + ": it goes to the on-failure destination"},
	} {
		q := about()
		q.RecordBytesMax = c.recordMax
		got := Mapping{OnFailure: c.onFailure}.Consumer(q)
		if c.sentence == "" && says(got, huge+"*") || c.sentence != "" && !says(got, c.sentence) {
			t.Errorf("of records up to %d: %q", c.recordMax, got.Tells)
		}
	}
}

// Each copy is told apart where there are several, and that not all were is said.
func TestCopies(t *testing.T) {
	later := Event{ShardID: "shardId-000000000004", Number: "5000", ArrivedAt: ten.Add(time.Hour)}
	q := about(found, later, found)
	q.Copies = 1204
	got := Mapping{StartingPosition: "LATEST", ModifiedAt: ten.Add(time.Minute), RecordAgeMax: time.Hour}.Consumer(q)
	for _, sentence := range []string{"copy 1: likely skipped, if*", "copy 3: likely skipped, if*", "copy 2: discarded for its age, unless it was processed by 2026-11-28 12:00:00.000Z", "only the first 3 of 1,204 copies were held against it"} {
		if !says(got, sentence) {
			t.Errorf("it does not say %q: %q", sentence, got.Tells)
		}
	}
	if says(got, "copy 2: likely*") {
		t.Errorf("%q", got.Tells)
	}
}
