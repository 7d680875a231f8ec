package trace

import (
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"kinspect/internal/coverage"
	"kinspect/internal/record"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// Print writes the verdict in plain words, to be pasted into a ticket.
func Print(out *term.Output, r receipt.Receipt) error {
	if r.Events != nil {
		return printAnswers(out, r)
	}
	lines := []string{headline(out, r)}
	switch r.Verdict {
	case receipt.Found:
		lines = append(lines, matched(out, r)...)
	case receipt.Absent:
		lines = append(lines, proof(r)...)
	case receipt.Inconclusive:
		lines = append(lines, byShard(out, r.Reasons)...)
	}
	lines = append(append(append(lines, numberTells(r)...), outside(out, r.Outside)...), mergedOf(r)...)
	lines = append(lines, consumers(out, r.Consumers)...)
	lines = append(lines, metrics(r)...)
	_, err := io.WriteString(out, strings.Join(lines, "\n")+"\n")
	return err
}

// proof is what an absent verdict says for itself.
func proof(r receipt.Receipt) []string {
	lines := []string{"  " + tested(r)}
	if r.Event.SequenceNumber == "" { // which is not searched for
		lines = append(lines, "  "+pages(r.Coverage))
	}
	for _, condition := range r.Conditions {
		lines = append(lines, "  on condition that "+term.EscapeLine(condition.Resting()))
	}
	return lines
}

func headline(out *term.Output, r receipt.Receipt) string {
	verdict := out.Found("found")
	if r.Verdict != receipt.Found {
		verdict = unfound(out, r.Verdict)
	}
	return verdict + ": " + Claim(r)
}

// Claim is a verdict in one sentence, without its name, as Print and Summary say
// it.
func Claim(r receipt.Receipt) string {
	if r.Events != nil {
		return claimOfMany(r)
	}
	event, stream := term.EscapeLine(Name(r.Event)), streamName(r.Stream, r.Account, r.Region, r.Endpoint)
	switch r.Verdict {
	case receipt.Found:
		return fmt.Sprintf("%s entered %s at %s", event, stream, r.Matches[0].ApproximateArrivalTimestamp.Words())
	case receipt.Absent:
		return fmt.Sprintf("%s did not enter %s between %s and %s", event, stream, r.Window.From.Words(), r.Window.Until.Words())
	}
	return fmt.Sprintf("%s was not seen in %s, but %s", event, stream, but(r))
}

// Tested says what was read and tested for an absent verdict, and of others
// nothing.
func Tested(r receipt.Receipt) string {
	if r.Verdict != receipt.Absent {
		return ""
	}
	return tested(r)
}

func matched(out *term.Output, r receipt.Receipt) []string {
	lines := make([]string, 0, len(r.Matches))
	of := term.Number(len(r.Matches)) // as far as was read
	for i, m := range r.Matches {
		line := fmt.Sprintf("  %s  (copy %d of %s)", spot(out, m), i+1, of)
		if len(r.Matches) > 1 {
			line += "  arrived " + m.ApproximateArrivalTimestamp.Words()
		}
		lines = append(lines, line)
		if layers := within(r.Event, m); layers != "" {
			lines = append(lines, "    "+layers)
		}
		if !m.Whole && m.Text != "" {
			lines = append(lines, "    as part of a longer text: "+quoted(term.EscapeLine(m.Text)))
		}
		if m.Undeliverable() {
			lines = append(lines, "    not deliverable: "+m.DeliverableReason)
		}
		lines = append(lines, holding(m)...)
	}
	return lines
}

// holding is the data of a match, where it is kept.
func holding(m receipt.Match) []string {
	switch {
	case m.Data != nil:
		return []string{"    data: " + string(term.AppendEscapedJSON(nil, m.Data))}
	case m.DataBase64 != nil:
		return []string{"    data, in base64: " + base64.StdEncoding.EncodeToString(m.DataBase64)}
	}
	return nil
}

func outside(out *term.Output, matches []receipt.Match) []string {
	var lines []string
	for _, m := range matches {
		lines = append(lines, fmt.Sprintf("  seen outside the window, at %s: %s", m.ApproximateArrivalTimestamp.Words(), spot(out, m)))
		lines = append(lines, holding(m)...)
	}
	return lines
}

// spot says where a match stands, in full also on a terminal: people copy it.
func spot(out *term.Output, m receipt.Match) string {
	number := term.EscapeLine(place(m.SequenceNumber, m.SubSequenceNumber))
	key := "no partition key"
	if m.PartitionKey != nil {
		key = "partition key " + out.Key(term.EscapeLine(*m.PartitionKey))
	}
	return fmt.Sprintf("%s  %s  %s", out.ShardID(term.EscapeLine(m.ShardID)), number, key)
}

// place is a sequence number as --sequence-number takes it, with the place in
// the aggregate if there is one.
func place(n record.SequenceNumber, sub *int) string {
	if sub == nil {
		return string(n)
	}
	return fmt.Sprintf("%s:%d", n, *sub)
}

func tested(r receipt.Receipt) string {
	c, shards := r.Coverage, "the only shard"
	if len(c.Shards) != 1 {
		shards = "all " + term.Count(len(c.Shards), "shard")
	}
	if r.Settings.Narrow {
		shards += " that the partition key names"
	}
	if n := r.Event.SequenceNumber; n != "" {
		return looked(c, n, shards)
	}
	return fmt.Sprintf("%s, %s (%s) read and tested, none left out", shards, term.Count(c.Records, "record"), term.Count(c.UserRecords, "user record"))
}

// pages says how many were read, also empty ones, at which a reader may not stop.
func pages(c coverage.Coverage) string {
	var steps, empty int64
	for _, a := range c.Shards {
		steps, empty = steps+a.Steps, empty+a.EmptySteps
	}
	if empty == 0 {
		return "in " + term.Count(steps, "page")
	}
	return fmt.Sprintf("in %s, %s of them empty", term.Count(steps, "page"), term.Number(empty))
}
