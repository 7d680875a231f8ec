package trace

import (
	"fmt"
	"io"
	"strings"
	"time"

	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/term"
)

// PrintPlan writes a plan in plain words.
func PrintPlan(out *term.Output, p Plan) error {
	lines := []string{
		fmt.Sprintf("plan: read %s of %s, %s at the longest", term.Count(len(p.Shards), "shard"), streamName(p.Stream, p.Account, p.Region, p.Endpoint), position.Spell(p.Longest())),
		fmt.Sprintf("  window   %s – %s%s", p.Window.From.Words(), p.Window.Until.Words(), p.Window.meaning()),
		fmt.Sprintf("  share    %g of what each shard lets all its consumers read", p.Settings.ReadShare),
		"  longest  if the shards were full all the time",
	}
	for _, sh := range p.Shards {
		lines = append(lines, fmt.Sprintf("%s  %-43s  from %-24s  %s", out.ShardID(term.EscapeLine(sh.ShardID)),
			sh.life(), sh.begins(), position.Spell(time.Duration(sh.LongestMillis)*time.Millisecond)))
	}
	_, err := io.WriteString(out, strings.Join(lines, "\n")+"\n")
	return err
}

// meaning says what an open window's beginning is.
func (w PlannedWindow) meaning() string {
	if w.Open {
		return ", beginning with what the stream still holds when it is read"
	}
	return ""
}

func (sh PlannedShard) begins() string {
	if sh.Timestamp == nil {
		return "its trim horizon"
	}
	return sh.Timestamp.Words()
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
