package trace

import (
	"fmt"
	"io"
	"strings"
	"time"

	"kinspect/internal/pace"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/term"
)

// PrintPlan writes a plan in plain words.
func PrintPlan(out *term.Output, p Plan) error {
	lines := []string{
		fmt.Sprintf("plan: read %s of %s%s, %s", term.Count(len(p.Shards), "shard"), p.ofPart(), streamName(p.Stream, p.Account, p.Region, p.Endpoint), p.takes()),
		fmt.Sprintf("  window   %s – %s%s", p.Window.From.Words(), p.Window.Until.Words(), p.Window.meaning()),
	}
	if !p.unbounded() {
		lines = append(lines, p.pace(), "  longest  if the shards were full all the time")
	}
	for _, sh := range p.Shards {
		line := fmt.Sprintf("%s  %-43s  from %-24s", out.ShardID(term.EscapeLine(sh.ShardID)), sh.life(), sh.begins())
		if !p.unbounded() {
			line += "  " + position.Spell(time.Duration(sh.LongestMillis)*time.Millisecond)
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	_, err := io.WriteString(out, strings.Join(lines, "\n")+"\n")
	return err
}

// ofPart is which part of the stream, where it is not all of it.
func (p Plan) ofPart() string {
	if p.Part == nil {
		return ""
	}
	return p.Part.Words() + " of "
}

// unbounded tells that nothing but the endpoint says how long it takes.
func (p Plan) unbounded() bool { return p.Settings.ReadShare == pace.Off && p.Settings.FanOut == 0 }

// pace is what bounds the reading.
func (p Plan) pace() string {
	if n := p.Settings.FanOut; n > 0 {
		return fmt.Sprintf("  fan-out  %s, for each of which a shard has 2 MiB/s", term.Count(n, "consumer"))
	}
	return fmt.Sprintf("  share    %s of what each shard lets all its consumers read", p.Settings.ReadShare)
}

func (p Plan) takes() string {
	if p.unbounded() {
		return "as fast as the endpoint answers"
	}
	return position.Spell(p.Longest()) + " at the longest"
}

// meaning says what an open window's beginning is.
func (w PlannedWindow) meaning() string {
	if w.Open {
		return ", beginning with what the stream still holds when it is read"
	}
	return ""
}

func (sh PlannedShard) begins() string {
	switch {
	case sh.Timestamp != nil:
		return sh.Timestamp.Words()
	case sh.ShardIteratorType == position.AtSequenceNumber:
		return "the number asked for"
	case sh.StartingSequenceNumber != "":
		return "the last record read"
	}
	return "its trim horizon"
}

// life is when the shard was opened and closed, in whole seconds, as far as its
// numbers tell.
func (sh PlannedShard) life() string {
	switch {
	case sh.OpenedAt != nil && sh.ClosedAt != nil:
		return seconds(sh.OpenedAt) + " – " + seconds(sh.ClosedAt)
	case sh.Closed:
		return "closed"
	case sh.OpenedAt != nil:
		return "open since " + seconds(sh.OpenedAt)
	}
	return "open"
}

func seconds(t *record.Timestamp) string { return t.UTC().Format("2006-01-02 15:04:05Z") }
