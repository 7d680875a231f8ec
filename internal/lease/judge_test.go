package lease

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"kinspect/internal/audience"
	"kinspect/internal/record"
	"kinspect/internal/shard"
)

var created = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// number is a sequence number of AWS' layout, of so many seconds after the shard was
// created.
func number(after int64) record.SequenceNumber {
	n := big.NewInt(2)
	n.Lsh(n, 36).Add(n, big.NewInt(created.Unix()))
	n.Lsh(n, 148-72).Lsh(n, 36).Add(n, big.NewInt(created.Unix()+after))
	return record.SequenceNumber(n.Lsh(n, 36).String())
}

// id is the name of a shard, by its letter.
func id(name string) string { return "shard-" + name }

// lineage: a was split into b and c, b into d and e, and those merged into f; g stands
// alone.
var lineage = shard.NewLineage([]shard.Shard{
	{ID: id("a"), Starting: "1", Ending: "9"},
	{ID: id("b"), Parent: id("a"), Starting: "1", Ending: "9"},
	{ID: id("c"), Parent: id("a"), Starting: "1"},
	{ID: id("d"), Parent: id("b"), Starting: "1", Ending: "9"},
	{ID: id("e"), Parent: id("b"), Starting: "1", Ending: "9"},
	{ID: id("f"), Parent: id("d"), AdjacentParent: id("e"), Starting: "1"},
	{ID: id("g"), Starting: "1", Range: shard.Range{End: shard.HashKey{Lo: 9}}},
})

// rows are leases by their shards: a checkpoint each, and an owner behind a blank.
type rows map[string]string

func (r rows) lookup(shardID string) (Lease, bool, error) {
	text, there := r[strings.TrimPrefix(shardID, "shard-")]
	checkpoint, owner, _ := strings.Cut(text, " ")
	place, sub, _ := strings.Cut(checkpoint, ":")
	at, err := parseCheckpoint(place, sub)
	if !there {
		err = nil
	}
	return Lease{Checkpoint: at, Owner: owner}, there, err
}

var allKeys = Keys{Account: "123456789012", Stream: "orders", CreatedAt: created}

func TestJudge(t *testing.T) {
	two := 2
	at, before, after := number(60), number(30), number(90)
	for _, c := range []struct {
		name  string
		event Event
		rows  rows
		want  audience.Standing
		says  string // in the sentence and its notes
	}{
		{"behind it", Event{ShardID: "c", Number: at}, rows{"c": string(after) + " w"}, audience.Passed, "about 30s after the event"},
		{"at it", Event{ShardID: "c", Number: at}, rows{"c": string(at)}, audience.Passed, "the record that holds the event"},
		{"at its end", Event{ShardID: "a", Number: at}, rows{"a": "SHARD_END"}, audience.Passed, "behind all its records"},
		{"at an end to which it has not come", Event{ShardID: "c", Number: at}, rows{"c": "SHARD_END"}, audience.Unknown, "shard-c is open, and its lease is at SHARD_END"},
		{"before it", Event{ShardID: "c", Number: at}, rows{"c": string(before) + " w"}, audience.NotYet, "about 30s before the event"},
		{"before it, by numbers of more digits", Event{ShardID: "c", Number: "100"}, rows{"c": "99 w"}, audience.NotYet, "do not tell by how long"},
		{"before it, and nobody's", Event{ShardID: "c", Number: at}, rows{"c": string(before)}, audience.Unowned, "30s before"},
		{"an earlier user record", Event{ShardID: "c", Number: at, Sub: &two}, rows{"c": string(at) + ":1 w"}, audience.NotYet, "up to user record 1 of the aggregate that holds the event, and the event is user record 2"},
		{"the user record", Event{ShardID: "c", Number: at, Sub: &two}, rows{"c": string(at) + ":2 w"}, audience.Passed, ":2, the record"},
		{"a later user record", Event{ShardID: "c", Number: at, Sub: &two}, rows{"c": string(at) + ":3 w"}, audience.Passed, ":3, the record"},
		{"from the horizon", Event{ShardID: "a", Number: at}, rows{"a": "TRIM_HORIZON w"}, audience.NotYet, "never makes a checkpoint"},
		{"from the horizon, behind a parent", Event{ShardID: "c", Number: at}, rows{"a": "7 w", "c": "TRIM_HORIZON w"}, audience.NotYet, "its parent shard-a has reached SHARD_END, which is at 7"},
		{"from the horizon, behind two parents", Event{ShardID: "f", Number: at}, rows{"d": "SHARD_END", "e": "8 w", "f": "TRIM_HORIZON"}, audience.Unowned, "its parent shard-e has reached"},
		{"from the horizon, behind a parent at its end", Event{ShardID: "c", Number: at}, rows{"a": "SHARD_END", "c": "TRIM_HORIZON w"}, audience.NotYet, "never makes a checkpoint"},
		{"from the tip", Event{ShardID: "c", Number: at}, rows{"c": "LATEST w"}, audience.Undecided, "where the shard ended then"},
		{"from the tip, and nobody's", Event{ShardID: "c", Number: at}, rows{"c": "LATEST"}, audience.Undecided, "nobody owns shard-c"},
		{"from a time", Event{ShardID: "c", Number: at}, rows{"c": "AT_TIMESTAMP w"}, audience.Undecided, "the table does not tell"},
		{"no lease of an open shard", Event{ShardID: "g", Number: at}, rows{"c": "7 w"}, audience.Unread, `leaseKey "123456789012:orders:1795428000:shard-g" or "shard-g"`},
		{"no lease of an open child, whose parent is gone", Event{ShardID: "c", Number: at}, rows{"f": "7 w"}, audience.Unread, "shard-c is open"},
		{"no lease of an open child, whose parent is at its end", Event{ShardID: "c", Number: at}, rows{"a": "SHARD_END w"}, audience.Unread, "shard-c is open"},
		{"no lease before the parent's end", Event{ShardID: "c", Number: at}, rows{"a": "7 w"}, audience.NotYet, "before shard-a, of which it came, has reached SHARD_END, which is at 7"},
		{"no lease before an ancestor's end", Event{ShardID: "f", Number: at}, rows{"a": "7 w"}, audience.NotYet, "before shard-a, of which it came"},
		{"read to its end", Event{ShardID: "a", Number: at}, rows{"c": "7 w"}, audience.Finished, "shard-c, which came of it, has"},
		{"read to its end, as were its children", Event{ShardID: "a", Number: at}, rows{"f": "7 w"}, audience.Finished, "shard-f, which came of it, has"},
		{"closed before the application began at the tip", Event{ShardID: "a", Number: at}, rows{"c": "LATEST w"}, audience.Skipped, "began when shard-a was closed"},
		{"a lease that is lost", Event{ShardID: "a", Number: at}, rows{"c": "TRIM_HORIZON w"}, audience.Unknown, "never there, or something else removed it"},
		{"a lease that is lost in the midst", Event{ShardID: "b", Number: at}, rows{"a": "7 w", "d": "8 w"}, audience.Unknown, "shard-d, which came of it, is at 8"},
		{"no lease of a closed shard, nor of what came of it", Event{ShardID: "d", Number: at}, rows{"c": "7 w"}, audience.Unread, "nor of a shard that came of it"},
		{"dropped, and passed", Event{ShardID: "c", Number: at, Undeliverable: "why"}, rows{"c": "SHARD_END"}, audience.Dropped, "whatever the checkpoint: shard-c is at SHARD_END"},
		{"dropped, without a lease", Event{ShardID: "g", Number: at, Undeliverable: "why"}, nil, audience.Dropped, "why"},
		{"not listed", Event{ShardID: "z", Number: at}, nil, audience.Unknown, "which the stream does not list"},
		{"not listed, with a lease", Event{ShardID: "z", Number: at}, rows{"z": string(after)}, audience.Passed, "after the event"},
	} {
		c.event.ShardID = id(c.event.ShardID)
		got, err := Judge(c.event, lineage, allKeys, c.rows.lookup)
		said := strings.Join(append([]string{got.Text}, got.Notes...), "\n")
		if err != nil || got.Standing != c.want || !strings.Contains(said, c.says) || !strings.HasPrefix(said, begins[c.want]+": ") {
			t.Errorf("%s: %s, %v, want %s with %q:\n%s", c.name, got.Standing, err, c.want, c.says, said)
		}
		if got.ShardID != c.event.ShardID || got.SequenceNumber != c.event.Number || got.SubSequenceNumber != c.event.Sub {
			t.Errorf("%s: the position is of another event: %+v", c.name, got)
		}
	}
}

// A lease that says of itself that it is of another stream tells nothing of this one.
func TestJudgeForeign(t *testing.T) {
	event := Event{ShardID: id("g"), Number: number(60)}
	other, _ := new(big.Int).SetString(string(number(90)), 10)
	other.Add(other, new(big.Int).Lsh(big.NewInt(1), 148))
	for name, c := range map[string]struct {
		lease Lease
		want  audience.Standing
	}{
		"a shard created at another time": {Lease{Checkpoint: Checkpoint{Number: record.SequenceNumber(other.String())}}, audience.Foreign},
		"another range":                   {Lease{Checkpoint: Checkpoint{Sentinel: ShardEnd}, Range: &shard.Range{End: shard.HashKey{Lo: 7}}}, audience.Foreign},
		"the same range":                  {Lease{Checkpoint: Checkpoint{Number: number(90)}, Range: &shard.Range{End: shard.HashKey{Lo: 9}}}, audience.Passed},
		"a number of another layout":      {Lease{Checkpoint: Checkpoint{Number: "7"}}, audience.Unowned},
	} {
		got, err := Judge(event, lineage, allKeys, func(string) (Lease, bool, error) { return c.lease, true, nil })
		if err != nil || got.Standing != c.want {
			t.Errorf("%s: %s, %v, want %s: %s", name, got.Standing, err, c.want, got.Text)
		}
	}
}

// What came of a shard, or before it, is told by leases of this stream alone.
func TestJudgeForeignRelatives(t *testing.T) {
	theirs := &shard.Range{End: shard.HashKey{Lo: 7}}
	for name, c := range map[string]struct {
		event  string
		leases map[string]Lease
		want   audience.Standing
	}{
		"of a child":               {"a", map[string]Lease{"c": {Checkpoint: Checkpoint{Number: "7"}, Range: theirs}}, audience.Unread},
		"of a parent":              {"c", map[string]Lease{"a": {Checkpoint: Checkpoint{Number: "7"}, Range: theirs}}, audience.Unread},
		"of a parent, in the note": {"c", map[string]Lease{"a": {Checkpoint: Checkpoint{Number: "7"}, Range: theirs}, "c": {Checkpoint: Checkpoint{Sentinel: TrimHorizon}, Owner: "w"}}, audience.NotYet},
	} {
		got, err := Judge(Event{ShardID: id(c.event), Number: number(60)}, lineage, allKeys, func(shardID string) (Lease, bool, error) {
			l, there := c.leases[strings.TrimPrefix(shardID, "shard-")]
			return l, there, nil
		})
		if err != nil || got.Standing != c.want || strings.Contains(fmt.Sprint(got.Text, got.Notes), "SHARD_END") {
			t.Errorf("%s: %s, %v, want %s: %s %q", name, got.Standing, err, c.want, got.Text, got.Notes)
		}
	}
}

// Without the stream's description the keys of applications of many streams are unknown,
// so that a missing row tells nothing.
func TestJudgeUndescribed(t *testing.T) {
	keys := Keys{Account: "123456789012", Stream: "orders"}
	for shardID, want := range map[string]audience.Standing{"g": audience.Unknown, "d": audience.Unknown, "a": audience.Finished} {
		got, err := Judge(Event{ShardID: id(shardID), Number: "7"}, lineage, keys, rows{"c": "8 w"}.lookup)
		untold := strings.Contains(got.Text, "that of an application of many streams holds when the stream was created, which nobody tells")
		if err != nil || got.Standing != want || untold != (want == audience.Unknown) {
			t.Errorf("%s: %s, %v, want %s: %s", shardID, got.Standing, err, want, got.Text)
		}
	}
}

// For which parents a lease waits it says itself, also of those that expired since.
func TestJudgeWaitsForItsParents(t *testing.T) {
	lookup := func(shardID string) (Lease, bool, error) {
		if shardID == "expired" {
			return Lease{Checkpoint: Checkpoint{Number: "5"}}, true, nil
		}
		return Lease{Checkpoint: Checkpoint{Sentinel: TrimHorizon}, Parents: []string{"expired"}}, true, nil
	}
	got, err := Judge(Event{ShardID: id("g"), Number: "7"}, lineage, allKeys, lookup)
	if err != nil || !strings.Contains(strings.Join(got.Notes, "\n"), "its parent expired has reached SHARD_END, which is at 5") {
		t.Errorf("%v, %q", err, got.Notes)
	}
}

func TestJudgeNotes(t *testing.T) {
	for want, l := range map[string]Lease{
		"it changed hands 3 times":                       {Owner: "w", Switches: 3},
		"a checkpoint past the event, 9, is prepared":    {Owner: "w", Pending: &Checkpoint{Number: "9"}},
		"a checkpoint at the event, 7, is prepared":      {Owner: "w", Pending: &Checkpoint{Number: "7"}},
		"a checkpoint before the event, 6, is prepared":  {Owner: "w", Pending: &Checkpoint{Number: "6"}},
		"v hands it over to w":                           {Owner: "w", CheckpointOwner: "v"},
		"its leaseCounter, 41, would have to grow":       {Owner: "w", Counter: 41},
		"w owns it; one look does not tell whether that": {Owner: "w", Switches: 1},
	} {
		l.Checkpoint.Number = "5"
		got, err := Judge(Event{ShardID: id("c"), Number: "7"}, lineage, allKeys, func(string) (Lease, bool, error) { return l, true, nil })
		if err != nil || !strings.Contains(strings.Join(got.Notes, "\n"), want) {
			t.Errorf("%v, %q, want %q", err, got.Notes, want)
		}
		if many := fmt.Sprint(got.Notes); l.Switches == 1 && strings.Contains(many, "changed hands") {
			t.Errorf("one change of hands is none to tell: %s", many)
		}
	}
}

// A lookup that fails is told, and no judgement is made of what it left open.
func TestJudgeFails(t *testing.T) {
	broken := errors.New("broken")
	for _, failing := range []string{"b", "d", "a"} {
		_, err := Judge(Event{ShardID: id("b"), Number: "7"}, lineage, allKeys, func(shardID string) (Lease, bool, error) {
			if shardID == id(failing) {
				return Lease{}, false, broken
			}
			return Lease{}, false, nil
		})
		if !errors.Is(err, broken) {
			t.Errorf("the lookup of %s fails: %v", failing, err)
		}
	}
}
