package tail

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kinspect/internal/kpl"
	"kinspect/internal/record"
	"kinspect/internal/sim"
	"kinspect/internal/step"
)

// stepOf is a page of records.
func stepOf(records ...record.Record) step.Step {
	return step.Step{Extent: record.ExtentOf(records), Records: records}
}

// last is the last page of a shard.
func last(st step.Step) step.Step {
	st.End = true
	return st
}

// Records that a window's end leaves behind are read again, those around them that
// it let through are not printed again; an arrival time may step back.
func TestMarkStaysBeforeWhatTheWindowLeft(t *testing.T) {
	at := func(number, second int) record.Record {
		return record.Record{ShardID: "s", SequenceNumber: record.SequenceNumber(fmt.Sprint(number)), ArrivedAt: sim.Began.Add(time.Duration(second) * time.Second)}
	}
	first, second := sim.Began.Add(10*time.Second), sim.Began.Add(20*time.Second)
	records := []record.Record{at(1, 9), at(2, 11), at(3, 8), at(4, 12)}
	m := Mark{ShardID: "s"}
	m.passed(last(stepOf(records...)), first, 0)
	if m.SequenceNumber != "1" || m.Through != "4" || m.Ended {
		t.Fatalf("%+v", m)
	}
	for i, want := range []bool{true, false, true, false} {
		if got := m.printed(record.Plain(records[i])); i > 0 && got != want {
			t.Errorf("record %d printed: %v", i+1, got)
		}
	}
	c := Checkpoint{Shards: []Mark{m}}
	if err := c.reaches(sim.Began); err == nil || !strings.Contains(err.Error(), "--until is before that") {
		t.Errorf("an earlier window: %v", err)
	}
	m.passed(last(stepOf(records[1:]...)), second, 0)
	if m.SequenceNumber != "4" || m.Through != "" || m.PrintedUntil != nil || !m.Ended {
		t.Errorf("%+v", m)
	}
}

// A limit that ends inside an aggregate leaves the rest of it to the next run, whoever
// reads it by which window, and prints nothing twice.
func TestLimitInsideAnAggregate(t *testing.T) {
	for _, byArrival := range []bool{false, true} {
		for limit := 1; limit <= 4; limit++ {
			path := filepath.Join(t.TempDir(), "at.json")
			w := sim.New(t, 1)
			w.PutAt(0, "before")
			w.PutAt(0, aggregate("a", "b", "c", "d"))
			w.PutAt(0, "behind")
			var got []string
			for range 7 {
				lines, _ := run(t, context.Background(), w, Options{
					From: trimHorizon, NoFollow: true, Limit: limit, ByArrival: byArrival, Resume: resumable(t, path),
				})
				got = append(got, lines...)
			}
			wantLines(t, got, "before", "a", "b", "c", "d", "behind")
		}
	}
}

func aggregate(data ...string) string {
	key := "k"
	var users []record.UserRecord
	for _, d := range data {
		users = append(users, record.UserRecord{UserKey: &key, UserData: []byte(d)})
	}
	return string(kpl.Aggregate(users))
}

// It does so also behind a record that a window left, where the position stays in
// front of that: the window's own, or an earlier one.
func TestPartBehindWhatAWindowLeft(t *testing.T) {
	at := func(number, second int) record.Record {
		return record.Record{ShardID: "s", SequenceNumber: record.SequenceNumber(fmt.Sprint(number)), ArrivedAt: sim.Began.Add(time.Duration(second) * time.Second)}
	}
	window := sim.Began.Add(10 * time.Second)
	left, cut, last := at(1, 11), at(2, 8), at(3, 9)
	user := func(r record.Record, sub int) record.UserRecord {
		return record.UserRecord{Record: r, SubSequenceNumber: sub}
	}
	printed := func(m Mark, want ...bool) {
		t.Helper()
		for i, u := range []record.UserRecord{user(left, 0), user(left, 1), user(cut, 0), user(cut, 1), user(last, 0)} {
			if m.printed(u) != want[i] {
				t.Errorf("%s/%d printed: %v with %+v", u.SequenceNumber, u.SubSequenceNumber, !want[i], m)
			}
		}
	}
	m := Mark{ShardID: "s"}
	m.within(stepOf(left, cut, last), place{number: cut.SequenceNumber, sub: new(0)}, window)
	printed(m, false, false, true, false, false)
	if p := m.position(); p.SequenceNumber != "" {
		t.Errorf("goes on at %+v", p)
	}
	m.passed(stepOf(left, cut, last), window, 0)
	printed(m, false, false, true, true, true)
	m.within(stepOf(left), place{number: left.SequenceNumber, sub: new(0)}, time.Time{})
	printed(m, true, false, true, true, true)
	if p := m.position(); p.Kind != "AT_SEQUENCE_NUMBER" || p.SequenceNumber != left.SequenceNumber {
		t.Errorf("goes on at %+v", p)
	}
}
