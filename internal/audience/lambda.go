package audience

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/term"
)

// Mapping is an event source mapping, by which Lambda reads for a function.
//
// https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html
type Mapping struct {
	ARN, FunctionARN string
	// SourceARN is the stream's, or that of a registered consumer.
	SourceARN string
	// State is Creating, Enabling, Enabled, Disabling, Disabled, Updating or Deleting.
	State string
	// Transition is StateTransitionReason, and LastResult LastProcessingResult: free text.
	Transition, LastResult string
	// ModifiedAt is when it was last changed. When it was created nobody tells.
	ModifiedAt time.Time
	// StartingPosition is TRIM_HORIZON, LATEST, or AT_TIMESTAMP, which is StartingAt.
	StartingPosition string
	StartingAt       time.Time
	// Filters are patterns; FiltersHidden tells that a list does not show them, being
	// encrypted, and FilterError why Lambda itself cannot read them.
	Filters       []string
	FiltersHidden bool
	FilterError   string
	// RecordAgeMax is 60 s to 7 days, or 0 for any.
	RecordAgeMax time.Duration
	// Retries is 0 to 10,000, or nil for no end of them.
	Retries *int
	// Bisected: a batch that fails is split in two. Itemized: the function may say which
	// items of a batch failed.
	Bisected, Itemized bool
	// OnFailure is the ARN of where discarded batches are told; empty where nowhere.
	OnFailure string
}

// Consumer is what a mapping tells.
func (m Mapping) Consumer(q Question) Consumer {
	c := Consumer{
		Kind: Lambda, Name: m.function(), ARN: cmp.Or(m.ARN, m.FunctionARN), State: m.State,
		Since: record.Timestamp{Time: m.ModifiedAt}, StartingPosition: m.StartingPosition,
	}
	c.tell(q.each(func(e Event) []string { return append(m.started(e), m.aged(e)...) })...)
	c.tell("no position is told, nor when the mapping was created, only when it was last changed; CloudWatch tells how far behind it is: IteratorAge of the function, of all shards together")
	c.tell(m.standing()...)
	c.tell(m.filtering()...)
	c.tell(m.failing()...)
	c.tell(m.discarding(q)...)
	return c
}

// function is its name, with the version or alias that the mapping names.
func (m Mapping) function() string {
	if _, name, is := strings.Cut(m.FunctionARN, ":function:"); is {
		return name
	}
	return m.FunctionARN
}

// standing is how it reads, in Lambda's own words where it has some.
func (m Mapping) standing() (lines []string) {
	if _, name, through := strings.Cut(m.SourceARN, "/consumer/"); through {
		name, _, _ = strings.Cut(name, ":")
		lines = append(lines, "it reads through the registered consumer "+name)
	}
	switch m.State {
	case "Enabled", "":
	case "Disabled":
		lines = append(lines, "it is Disabled: it reads nothing, and what expires until it is enabled its function is never given")
	default:
		lines = append(lines, "it is "+m.State+": only an Enabled one is sure to read")
	}
	for what, text := range []string{m.Transition, m.LastResult} {
		if text != "" {
			lines = append(lines, [...]string{"StateTransitionReason", "LastProcessingResult"}[what]+": "+bounded(text))
		}
	}
	if !m.StartingAt.IsZero() {
		lines = append(lines, "it began with what came at "+words(m.StartingAt))
	}
	return lines
}

// startingMax is how long a mapping may take to poll: several minutes after it is
// created, up to 90 s after a change.
//
// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
const startingMax = 5 * time.Minute

// started infers from where the mapping began whether it skipped an event.
func (m Mapping) started(e Event) []string {
	switch {
	case e.before(m.StartingAt):
		return []string{"likely skipped: the event came before what it began with"}
	case m.StartingPosition != "LATEST":
		return nil
	case e.before(m.ModifiedAt):
		return []string{fmt.Sprintf("likely skipped, if the mapping was created at %s and not only changed: it began at LATEST, and the event came before", words(m.ModifiedAt))}
	case e.before(m.ModifiedAt.Add(startingMax)):
		return []string{fmt.Sprintf("possibly skipped: it began at LATEST, and the event came %s after it was created or changed; it may poll only some minutes after the one, and 90 s after the other", position.Spell(e.ArrivedAt.Sub(m.ModifiedAt)))}
	}
	return nil
}

// filtering is what never comes to the function.
func (m Mapping) filtering() (lines []string) {
	for _, pattern := range m.Filters {
		lines = append(lines, "filter: "+bounded(pattern))
	}
	switch {
	case len(m.Filters) > 0:
		lines = append(lines, "what none of the filters matches is dropped silently; whether they match an event is not tried here")
	case m.FiltersHidden:
		lines = append(lines, "its filters, if it has any, are encrypted and not listed: what none of them matches is dropped silently")
	}
	if m.FilterError != "" {
		lines = append(lines, "FilterCriteriaError: "+bounded(m.FilterError))
	}
	return lines
}

// failing is what becomes of a batch that the function fails on.
func (m Mapping) failing() (lines []string) {
	if m.RecordAgeMax > 0 {
		lines = append(lines, "records older than "+position.Spell(m.RecordAgeMax)+" are discarded")
	}
	var text string
	switch {
	case m.Retries == nil && m.RecordAgeMax > 0:
		text = "a batch that fails is tried again until its records are that old"
	case m.Retries == nil:
		text = "a batch that fails is tried again until its records expire, and holds up what comes behind it"
	case *m.Retries == 0:
		text = "a batch that fails is discarded at once"
	default:
		text = fmt.Sprintf("a batch that fails is tried again %s, then discarded", term.Count(*m.Retries, "time"))
	}
	if m.Bisected {
		text += "; it is split in two"
	}
	if m.Itemized {
		text += "; the function may say which items failed"
	}
	return append(lines, text)
}

// aged is until when an event has to be processed.
func (m Mapping) aged(e Event) []string {
	if m.RecordAgeMax <= 0 {
		return nil
	}
	return []string{fmt.Sprintf("discarded for its age, unless it was processed by %s", words(e.ArrivedAt.Add(m.RecordAgeMax)))}
}

// invocationBytesMax is the most that a function is given at once, in which a record's
// data stands as Base64, with its metadata.
//
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const invocationBytesMax = 6 << 20

// discarding is where one sees what was discarded.
func (m Mapping) discarding(q Question) (lines []string) {
	large := base64.StdEncoding.EncodedLen(q.RecordBytesMax) >= invocationBytesMax
	const huge = "a record of over 6 MB as Base64 with its metadata is not given to the function"
	if m.OnFailure == "" {
		if large {
			lines = append(lines, huge+", but discarded")
		}
		return append(lines, "it has no on-failure destination: what is discarded is discarded silently")
	}
	if large {
		lines = append(lines, huge+": it goes to the on-failure destination")
	}
	proof := func(shard, number string) string {
		return fmt.Sprintf("discarded batches are told to %s: a message there whose KinesisBatchInfo has the shardId %s, and a startSequenceNumber and endSequenceNumber between which %s lies, proves that it was discarded", m.OnFailure, shard, number)
	}
	if len(q.Events) == 0 {
		return append(lines, proof("of an event", "its number"))
	}
	return append(lines, q.each(func(e Event) []string { return []string{proof(e.ShardID, string(e.Number))} })...)
}
