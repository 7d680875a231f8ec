package shardmap

import (
	"fmt"
	"strconv"
	"strings"

	"kinspect/internal/record"
	"kinspect/internal/term"
)

// times is a layout of package time.
type times string

const (
	longTimes  times = "2006-01-02 15:04:05"
	shortTimes times = "01-02 15:04"
)

// words says of a shard what the bar does not.
func (t table) words(s Shard) string {
	words := percent(s.Share)
	if t.detail >= andLifetime {
		words += "  " + t.lifetime(s)
	}
	if t.detail >= andDescent {
		words += descent(s)
	}
	return words
}

// lifetime says from when until when a shard takes writes, and if it does now.
func (t times) lifetime(s Shard) string {
	from, until := t.spell(s.OpenedAt), t.spell(s.ClosedAt)
	switch {
	case s.state == open && s.ClosedAt == nil:
		return from + " – open"
	case s.state == coming:
		return from + " – coming"
	case s.state == closing:
		return from + " – " + until + " closing"
	case s.ClosedAt == nil:
		return from + " – closed"
	}
	return from + " – " + until
}

func (t times) spell(at *record.Timestamp) string {
	if at == nil {
		return "unknown"
	}
	return at.UTC().Format(string(t))
}

func percent(share float64) string {
	if share > 0 && share < 0.0005 {
		return " <0.1 %"
	}
	return fmt.Sprintf("%5.1f %%", share*100)
}

// descent says what a shard went into, and which of its parents are not listed.
func descent(s Shard) string {
	var words string
	if len(s.children) > 0 {
		words = "  → " + shorts(s.children)
	}
	if len(s.lost) > 0 {
		words += "  ← " + shorts(s.lost) + " unlisted"
	}
	return words
}

func shorts(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = short(id)
	}
	return strings.Join(names, ", ")
}

// short is a shard's bare number, which --shard takes too.
func short(id string) string {
	number, found := strings.CutPrefix(id, "shardId-")
	if n, err := strconv.ParseUint(number, 10, 64); found && err == nil {
		return strconv.FormatUint(n, 10)
	}
	return term.EscapeLine(id)
}

// name is a shard's ID, on a terminal the short one.
func (p page) name(id string) string {
	if p.out.Terminal {
		return short(id)
	}
	return term.EscapeLine(id)
}
