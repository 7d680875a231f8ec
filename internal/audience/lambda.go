package audience

import (
	"cmp"
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
	// Parallel is ParallelizationFactor, 1 to 10: how many batches of a shard the function is
	// given at a time. 0 is not told.
	Parallel int
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
			lines = append(lines, [...]string{"StateTransitionReason", "LastProcessingResult"}[what]+": "+term.Clip(text, textMax))
		}
	}
	if m.Parallel > 1 {
		lines = append(lines, fmt.Sprintf("up to %d batches of a shard run side by side: the order of events with one partition key is kept, and that between keys is not", m.Parallel))
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
