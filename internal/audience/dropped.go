package audience

import (
	"encoding/base64"
	"fmt"

	"kinspect/internal/position"
	"kinspect/internal/term"
)

// filtering is what never comes to the function.
func (m Mapping) filtering() (lines []string) {
	for _, pattern := range m.Filters {
		lines = append(lines, "filter: "+term.Clip(pattern, textMax))
	}
	switch {
	case len(m.Filters) > 0:
		lines = append(lines, "what none of the filters matches is dropped silently; whether they match an event is not tried here")
	case m.FiltersHidden:
		lines = append(lines, "its filters, if it has any, are encrypted and not listed: what none of them matches is dropped silently")
	}
	if m.FilterError != "" {
		lines = append(lines, "FilterCriteriaError: "+term.Clip(m.FilterError, textMax))
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

// aged is until when an event has to be processed, if its arrival is known.
func (m Mapping) aged(e Event) []string {
	if m.RecordAgeMax <= 0 || e.ArrivedAt.IsZero() {
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
