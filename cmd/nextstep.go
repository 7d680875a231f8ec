package cmd

import (
	"slices"
	"strings"

	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/trace/receipt"
)

// tellNext prints where to look next, in one hint.
func (a *app) tellNext(r receipt.Receipt) {
	if hint := nextStep(r); hint != "" {
		a.hint(hint)
	}
}

// nextStep is where to look next: after the stream for what is in it, before it for
// what is not, and beside the window for what came too early or too late.
func nextStep(r receipt.Receipt) string {
	has := func(notices []notice.Notice, code notice.Code) bool {
		return slices.ContainsFunc(notices, func(n notice.Notice) bool { return n.Code == code })
	}
	switch {
	case r.Stream.Capture:
		return ""
	case r.Verdict == receipt.Found && has(r.Caveats, notice.NotDeliverable):
		return "the KCL drops it without a word, other consumers, such as Lambda, are given it: the producer has to put it again"
	case r.Verdict == receipt.Found && r.Events == nil:
		return "look after the stream, at its consumers: one that began at LATEST after it arrived never reads it" + whoReads(r)
	case r.Verdict == receipt.Found:
		return ""
	case has(r.Caveats, notice.Outside):
		return wider(r)
	case has(r.Reasons, notice.WithoutID):
		return "kinspect tail " + r.Stream.Name + " --from trim-horizon -n 1 -o data shows what a record is like"
	case r.Verdict == receipt.Inconclusive:
		return ""
	case has(r.Caveats, notice.InsideWord):
		return "--contains seeks it within longer words too"
	case r.Event.PartitionKey != nil && !has(r.Caveats, notice.SameKey):
		return "no record of the window has that partition key: the producer may spell it otherwise, or put nothing"
	}
	return "look before the stream, at the producer: puts that failed, were never sent, or went to another stream, account or region" + whatWasRefused(r)
}

// whoReads and whatWasRefused say how to ask the services around the stream for more,
// which are there on AWS.
func whoReads(r receipt.Receipt) string {
	if r.Endpoint != "" || r.Consumers != nil {
		return ""
	}
	return "; kinspect shardmap " + r.Stream.Name + " --consumers tells who reads it, and --lease-table whether the KCL has"
}

func whatWasRefused(r receipt.Receipt) string {
	if r.Endpoint != "" || r.Metrics != nil {
		return ""
	}
	return "; --metrics tells of writes that the stream refused"
}

// wider is the window that takes in what was seen outside.
func wider(r receipt.Receipt) string {
	from, until := r.Window.From.Time, r.Window.Until.Time
	for m := range r.Sightings() {
		at := m.ApproximateArrivalTimestamp.Time
		if at.Before(from) && !at.IsZero() {
			from = at
		}
		if at.After(until) {
			until = at
		}
	}
	var flags []string
	if from.Before(r.Window.From.Time) {
		flags = append(flags, "--from "+record.Timestamp{Time: from}.String())
	}
	if until.After(r.Window.Until.Time) {
		flags = append(flags, "--until "+record.Timestamp{Time: until}.String())
	}
	return strings.Join(flags, " ") + " takes in what was seen outside the window"
}
