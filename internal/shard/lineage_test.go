package shard

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"kinspect/internal/record"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// sequenceAt spells a sequence number in AWS' second layout.
func sequenceAt(created, at time.Time) record.SequenceNumber {
	n := new(big.Int)
	for _, field := range []struct {
		value int64
		low   uint
	}{{2, 184}, {created.Unix(), 148}, {at.Unix(), 36}, {2, 0}} {
		n.Or(n, new(big.Int).Lsh(big.NewInt(field.value), field.low))
	}
	return record.SequenceNumber(n.String())
}

func id(n int) string { return fmt.Sprintf("shardId-%012d", n) }

// opened makes an open shard; parents are numbers.
func opened(n int, r Range, at time.Time, parents ...int) Shard {
	s := Shard{ID: id(n), Range: r, Starting: sequenceAt(at, at)}
	if len(parents) > 0 {
		s.Parent = id(parents[0])
	}
	if len(parents) > 1 {
		s.AdjacentParent = id(parents[1])
	}
	return s
}

// closed ends a shard at the given time.
func closed(s Shard, at time.Time) Shard {
	s.Ending = sequenceAt(noon, at)
	return s
}

func ids(shards []Shard) string {
	var numbers []string
	for _, s := range shards {
		numbers = append(numbers, strings.TrimLeft(strings.TrimPrefix(s.ID, "shardId-"), "0"))
	}
	return strings.Join(numbers, " ")
}

// resharded has shards 1 and 2 in the beginning, 1 split into 3 and 4, and 4
// merged with 2 into 5.
func resharded() []Shard {
	day := 24 * time.Hour
	return []Shard{
		opened(5, toEnd(5), noon.Add(2*time.Hour), 4, 2),
		closed(opened(1, small(0, 9), noon.Add(-day)), noon.Add(time.Hour)),
		closed(opened(2, toEnd(10), noon.Add(-day)), noon.Add(2*time.Hour)),
		opened(3, small(0, 4), noon.Add(time.Hour), 1),
		closed(opened(4, small(5, 9), noon.Add(time.Hour), 1), noon.Add(2*time.Hour)),
	}
}

func TestLineageAnswers(t *testing.T) {
	l := NewLineage(resharded())
	for _, c := range []struct{ what, got, want string }{
		{"all", ids(l), "1 2 3 4 5"},
		{"open", ids(l.Open()), "3 5"},
		{"owners of 7", ids(l.Owners(HashKey{Lo: 7})), "1 4 5"},
		{"owners of 4", ids(l.Owners(HashKey{Lo: 4})), "1 3"},
		{"owners of the last place", ids(l.Owners(MaxHashKey)), "2 5"},
		{"children of 1", ids(l.Children(id(1))), "3 4"},
		{"children of 2", ids(l.Children(id(2))), "5"}, // as the adjacent parent
		{"children of 5", ids(l.Children(id(5))), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
	if s, ok := l.Find(id(4)); !ok || s.Parent != id(1) {
		t.Errorf("Find(4) = %+v, %v", s, ok)
	}
	if _, ok := l.Find(id(6)); ok {
		t.Error("Find(6) finds a shard that is not there")
	}
}

func TestNewLineageKeepsTheLastNaming(t *testing.T) {
	open := opened(1, toEnd(0), noon)
	l := NewLineage([]Shard{open, closed(open, noon)})
	if len(l) != 1 || !l[0].Closed() {
		t.Errorf("%+v: want shard 1 once, closed", l)
	}
}

func TestShardTimes(t *testing.T) {
	s := closed(opened(1, toEnd(0), noon), noon.Add(time.Hour))
	if at, ok := s.OpenedAt(); !ok || !at.Equal(noon) {
		t.Errorf("opened at %v, %v", at, ok)
	}
	if at, ok := s.ClosedAt(); !ok || !at.Equal(noon.Add(time.Hour)) {
		t.Errorf("closed at %v, %v", at, ok)
	}
	s.Starting, s.Ending = "3", "9223372036854775807" // moto, kinesis-local
	if at, ok := s.OpenedAt(); ok {
		t.Errorf("a start that does not tell says %v", at)
	}
	if at, ok := s.ClosedAt(); ok || !s.Closed() {
		t.Errorf("an end that does not tell says %v; closed %v", at, s.Closed())
	}
	s.Ending = ""
	if _, ok := s.ClosedAt(); ok || s.Closed() {
		t.Error("a shard without an end is closed")
	}
}

func TestShardParents(t *testing.T) {
	for _, c := range []struct {
		s    Shard
		want string
	}{
		{Shard{}, ""},
		{Shard{Parent: "a"}, "a"},
		{Shard{Parent: "a", AdjacentParent: "b"}, "a b"},
		{Shard{AdjacentParent: "b"}, "b"},
	} {
		if got := strings.Join(c.s.Parents(), " "); got != c.want {
			t.Errorf("%+v: %q, want %q", c.s, got, c.want)
		}
	}
}

func TestLineageComplete(t *testing.T) {
	without := func(shards []Shard, n int) []Shard {
		return slices.DeleteFunc(shards, func(s Shard) bool { return s.ID == id(n) })
	}
	starting := func(shards []Shard, n int, number record.SequenceNumber) []Shard {
		i := slices.IndexFunc(shards, func(s Shard) bool { return s.ID == id(n) })
		shards[i].Starting = number
		return shards
	}
	early := sequenceAt(noon.Add(-time.Hour), noon.Add(-time.Hour))
	cases := []struct {
		name   string
		shards []Shard
		from   time.Time
		lacks  string // part of the error; none when complete
	}{
		{"no shards at all", nil, noon, "no open shard owns hash key 0"},
		{"a fresh stream", []Shard{opened(1, toEnd(0), noon)}, noon.Add(-time.Hour), ""},
		{"all listed", resharded(), noon, ""},
		{"an open shard lacks", without(resharded(), 3), noon, "no open shard owns hash key 0"},
		{"the last open shard lacks", without(resharded(), 5), noon, "no open shard owns hash key 5"},
		{"a parent lacks, its children opened inside the window", without(resharded(), 1), noon, id(3) + " opened inside the window, and its parent " + id(1)},
		{"a parent lacks, its children opened before the window", without(resharded(), 1), noon.Add(90 * time.Minute), ""},
		{"a child opened at the window's first moment", without(resharded(), 1), noon.Add(time.Hour), "its parent " + id(1)},
		{"the adjacent parent lacks", without(resharded(), 2), noon, "its parent " + id(2)},
		{"a closed shard's parent lacks", without(starting(resharded(), 3, early), 1), noon, id(4) + " opened inside the window, and its parent " + id(1)},
		{"a child that does not tell when it opened, all listed", starting(resharded(), 3, "1"), noon.Add(90 * time.Minute), ""},
		{"a child that does not tell when it opened, its parent lacks", starting(without(resharded(), 1), 3, "1"), noon.Add(90 * time.Minute), id(3) + " does not tell when it opened, and its parent " + id(1)},
		{"a merge that names one parent only", lost(resharded(), 5), noon, id(5) + " opened inside the window, and no parent of it owned hash key 10"},
		{"and opened before the window", lost(resharded(), 5), noon.Add(3 * time.Hour), ""},
		{"a parent of another range", elsewhere(resharded(), 4), noon, id(4) + " opened inside the window, and no parent of it owned hash key 5"},
		{"a shard inside the window that names no parent", append(resharded(), opened(6, toEnd(0), noon)), noon.Add(-time.Minute), ""},
		{"open shards overlap", append(resharded(), opened(6, small(3, 20), noon.Add(-48*time.Hour))), noon, ""},
		{"all closed", []Shard{closed(opened(1, toEnd(0), noon), noon)}, noon, "no open shard owns hash key 0"},
		{"an end that does not tell is an end", []Shard{{ID: id(1), Range: toEnd(0), Starting: "1", Ending: "9223372036854775807"}}, noon, "no open shard"},
		{"kinesis-local: off by one, split, an end that does not tell", kinesisLocal(), noon.Add(-time.Hour), ""},
		{"kinesis-local: the same without the parent", without(kinesisLocal(), 1), noon.Add(-time.Hour), "its parent " + id(1)},
	}
	for _, c := range cases {
		err := NewLineage(c.shards).Complete(c.from)
		if (err != nil) != (c.lacks != "") || err != nil && !strings.Contains(err.Error(), c.lacks) {
			t.Errorf("%s: %v, want %q", c.name, err, c.lacks)
		}
	}
}

// lost takes the adjacent parent from a shard.
func lost(shards []Shard, n int) []Shard {
	i := slices.IndexFunc(shards, func(s Shard) bool { return s.ID == id(n) })
	shards[i].AdjacentParent = ""
	return shards
}

// elsewhere says that a shard came from the other half.
func elsewhere(shards []Shard, n int) []Shard {
	i := slices.IndexFunc(shards, func(s Shard) bool { return s.ID == id(n) })
	shards[i].Parent = id(2)
	return shards
}

// kinesisLocal is two shards as kinesis-local 0.6.2 makes them, the first
// split: it begins its second shard one place early and ends closed shards with
// 2^63 - 1, which is smaller than their start.
func kinesisLocal() []Shard {
	ranges := cutAt("85070591730234615865843651857942052863", "170141183460469231731687303715884105727")
	first := opened(1, Range{ranges[0].Start, ranges[1].End}, noon)
	first.Ending = "9223372036854775807"
	return []Shard{
		first,
		opened(2, ranges[2], noon),
		opened(3, ranges[0], noon.Add(time.Minute), 1),
		opened(4, ranges[1], noon.Add(time.Minute), 1),
	}
}

func TestLineageLasts(t *testing.T) {
	old := opened(0, Range{End: MaxHashKey}, noon)
	gone := old
	gone.Ending = sequenceAt(noon, noon.Add(time.Hour))
	anew, child := opened(0, Range{End: MaxHashKey}, noon.Add(time.Minute)), opened(1, Range{End: MaxHashKey}, noon.Add(time.Hour), 0)
	for _, c := range []struct {
		name           string
		earlier, later Lineage
		want           bool
	}{
		{"the same", Lineage{old}, Lineage{old}, true},
		{"resharded", Lineage{old}, Lineage{gone, child}, true},
		{"created anew", Lineage{old}, Lineage{anew}, false},
		{"no longer listed", Lineage{old}, Lineage{child}, false},
		{"a closed one has expired", Lineage{gone, child}, Lineage{child}, true},
		{"nothing was open", Lineage{gone}, Lineage{gone}, false},
		{"nothing was listed", nil, Lineage{old}, false},
	} {
		if got := c.earlier.Lasts(c.later); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// What a number says of its shard is told by the number of the shard.
func TestNamedBy(t *testing.T) {
	const n = "49678472125167179371387171109764757133171034173533585410" // of shard 0
	for id, want := range map[string]bool{id(0): true, id(1): false, "": false} {
		if got := (Shard{ID: id}).NamedBy(n); got != want {
			t.Errorf("%q: %t", id, got)
		}
	}
	if (Shard{ID: id(0)}).NamedBy("12") {
		t.Error("a number that tells nothing names a shard")
	}
}
