package trace

import (
	"fmt"
	"strings"

	"kinspect/internal/coverage"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// looked says what the shards gave at the number asked for.
func looked(c coverage.Coverage, n record.SequenceNumber, shards string) string {
	has, foreign := 0, 0
	for _, a := range c.Shards {
		switch {
		case a.Proof.Kind == coverage.Foreign:
			foreign++
		case a.Proof.Kind == coverage.Number && a.Proof.SequenceNumber == n:
			has++
		}
	}
	var said []string
	add := func(shards int, one, several string) {
		text := saying{one, several}.of(shards)
		if len(c.Shards) > 1 {
			text = fmt.Sprintf("%d %s", shards, text)
		}
		if shards > 0 {
			said = append(said, text)
		}
	}
	add(has, "has it, and it is not the event", "have it, and it is not the event")
	add(len(c.Shards)-has-foreign, "has no such record", "have no such record")
	add(foreign, "refuses it as none of its own", "refuse it as none of their own")
	return fmt.Sprintf("%s asked for that number: %s", shards, strings.Join(said, ", "))
}

// numberTells is what the number asked for tells of itself.
func numberTells(r receipt.Receipt) []string {
	for _, caveat := range r.Caveats {
		if caveat.Code == notice.Number {
			return []string{"  " + term.EscapeLine(caveat.Text)}
		}
	}
	return nil
}
