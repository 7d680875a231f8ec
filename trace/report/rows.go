package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/term"
)

// row is where a shard is drawn.
type row struct {
	Y, H px
	ID   string
	// Lacking: it has a gap that stands against the verdict.
	Lacking, Matched bool
}

// fine tells of a row that is too low for outlines and hatching.
func (r row) fine() bool { return r.H < 10 }

func (r row) middle() px { return r.Y + r.H/2 }

// rows gives each shard a row, in the order of their hash keys: so a shard stands
// beside those that it came from, and lines between them are short.
func rows(shards []coverage.Account) (order []int, at map[string]*row) {
	order, at = make([]int, len(shards)), make(map[string]*row, len(shards))
	for i := range shards {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := shards[i], shards[j]
		return cmp.Or(a.HashKeyRange.Start.Compare(b.HashKeyRange.Start), or(a.OpenedAt, time.Time{}).Compare(or(b.OpenedAt, time.Time{})))
	})
	height := rowHeight(len(shards))
	for place, i := range order {
		at[shards[i].ShardID] = &row{Y: top + px(place)*height, H: height, ID: term.EscapeLine(shards[i].ShardID)}
	}
	return order, at
}

// heightMax keeps a picture of many shards within two screens.
const heightMax px = 1500

func rowHeight(shards int) px {
	switch {
	case shards <= 12:
		return 30
	case shards <= 30:
		return 22
	case shards <= 100:
		return 12
	case shards <= 250:
		return 6
	}
	return min(4, heightMax/px(shards))
}

// label is a shard's name beside its row.
type label struct {
	Y     px
	Text  string
	Class string
}

// labelEvery is how far two names stand apart at the least.
const labelEvery px = 14

// labels names as many rows as there is room for: first those that lack something,
// then those with a match, and the others where they fit.
func labels(order []*row) (all []label) {
	for _, chosen := range []func(*row) bool{
		func(r *row) bool { return r.Lacking },
		func(r *row) bool { return r.Matched },
		func(*row) bool { return true },
	} {
		for _, r := range order {
			if y := r.middle(); chosen(r) && free(all, y) {
				all = append(all, label{y, short(r.ID), r.class()})
			}
		}
	}
	slices.SortFunc(all, func(a, b label) int { return cmp.Compare(a.Y, b.Y) })
	return all
}

func free(taken []label, y px) bool {
	return !slices.ContainsFunc(taken, func(l label) bool { return y-l.Y < labelEvery && l.Y-y < labelEvery })
}

func (r *row) class() string {
	if r.Lacking {
		return "lacking"
	}
	return "shard"
}

// short is a shard's number, as people speak of it.
func short(id string) string {
	number, numbered := strings.CutPrefix(id, "shardId-")
	if number = strings.TrimLeft(number, "0"); numbered && number == "" {
		number = "0"
	}
	if runes := []rune(number); len(runes) > 9 {
		number = string(runes[:8]) + "…"
	}
	return number
}
