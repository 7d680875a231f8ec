package reader

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/notice"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/step"
)

const slicedShard = "shardId-000000000000"

var slicedAt = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// tape is a shard's records, and the window that all of them lie in.
type tape struct {
	records []record.Record
	window  coverage.Window
}

func newTape(r *rand.Rand) tape {
	t := tape{window: coverage.Window{From: slicedAt.Add(-time.Hour), Until: slicedAt.Add(5 * time.Hour), Settle: 10 * time.Second}}
	at := slicedAt
	for i := range r.IntN(60) {
		at = at.Add(time.Duration(r.IntN(300)) * time.Second)
		t.records = append(t.records, record.Record{
			ShardID: slicedShard, SequenceNumber: number(i), ArrivedAt: at.Add(-time.Duration(r.IntN(20)) * time.Second),
		})
	}
	return t
}

func number(i int) record.SequenceNumber { return record.SequenceNumber(fmt.Sprint(1000 + i)) }

// reels are the slices of a tape being read.
type reels struct {
	tape
	joints *joints
	ledger *coverage.Ledger
	places []int // by slice: of the next record; -1: it is read no more
	handed map[record.SequenceNumber]int
}

// spool begins to read the slices of a start.
func (t tape) spool(ledger *coverage.Ledger, start Start, handed map[record.SequenceNumber]int) *reels {
	r := &reels{tape: t, joints: newJoints(start), ledger: ledger, handed: handed}
	for _, at := range append([]position.Position{start.At}, positions(start.Slices)...) {
		r.places = append(r.places, t.place(at))
	}
	return r
}

func positions(slices []Slice) (all []position.Position) {
	for _, s := range slices {
		all = append(all, s.At)
	}
	return all
}

// place is where a position is on the tape.
func (t tape) place(p position.Position) int {
	for i, r := range t.records {
		switch {
		case p.Kind == "":
			return -1
		case p.Kind == position.AfterSequenceNumber && r.SequenceNumber.Compare(p.SequenceNumber) > 0,
			p.Kind == position.AtTimestamp && !r.ArrivedAt.Before(p.Time), p.Kind == position.TrimHorizon:
			return i
		}
	}
	return len(t.records)
}

// turn reads a page of a slice.
func (r *reels) turn(t *testing.T, rnd *rand.Rand, slice int) {
	from := r.places[slice]
	if from < 0 {
		return
	}
	if slice > 0 && r.joints.first[slice] == nil && rnd.IntN(20) == 0 {
		from = 0 // where an endpoint lets nobody begin at a time
	}
	to := min(len(r.records), from+rnd.IntN(5))
	st := step.Step{
		ShardID: slicedShard, Slice: slice, AskedAt: r.window.Until.Add(time.Hour), AnsweredAt: r.window.Until.Add(time.Hour),
		Extent: record.ExtentOf(r.records[from:to]), Records: r.records[from:to:to], Behind: time.Duration(len(r.records)-to) * time.Hour, Pushed: rnd.IntN(2) == 0,
	}
	r.places[slice] = to
	r.joints.cut(&st)
	for _, rec := range st.Records {
		r.handed[rec.SequenceNumber]++
	}
	done := r.ledger.Book(st)
	r.ledger.Tested(st, coverage.Tally{UserRecords: int64(len(st.Records))})
	if done != (st.Joined != nil || st.Empty() && st.Behind == 0 && !st.Pushed) {
		t.Fatalf("slice %d: done %v after %+v", slice, done, st)
	}
	if done {
		r.places[slice] = -1
	}
	if done && st.Joined == nil && r.joints.begun(slice) {
		for later := range r.places[slice:] {
			r.places[slice+later] = -1
		}
	}
}

func (r *reels) over() bool {
	for _, place := range r.places {
		if place >= 0 {
			return false
		}
	}
	return true
}

// again is the start from which a coverage is gone on.
func again(t *testing.T, c coverage.Coverage) Start {
	a := c.Shards[0]
	start := Start{At: position.Position{Kind: position.TrimHorizon}}
	for i, gap := range a.Missing() {
		at := position.After(gap.AfterSequenceNumber)
		switch {
		case i > 0:
			start.Slices[i-1].At = at
		case gap.AfterSequenceNumber != "":
			start.At = at
		}
		if gap.BeforeSequenceNumber != "" {
			start.Slices = append(start.Slices, Slice{First: &step.Joint{Slice: i + 1, Point: record.Point{SequenceNumber: gap.BeforeSequenceNumber, ArrivedAt: gap.Until.Time}}})
		}
	}
	if a.Proof == nil && len(a.Missing()) == 0 {
		t.Fatalf("neither a proof nor a gap: %+v", a)
	}
	return start
}

// cut divides what is to be read by some times.
func (s *Start) cut(rnd *rand.Rand, ledger *coverage.Ledger, from time.Time) {
	for i := range rnd.IntN(6) {
		at := from.Add(time.Duration(i*rnd.IntN(90)) * time.Minute)
		s.Slices = append(s.Slices, Slice{At: position.At(at)})
		ledger.Cut(slicedShard, at)
	}
}

// Slices of a shard that are read in any order, and stopped and gone on with at any
// time, hand out each record once, and then cover the shard.
func TestSlicesMeet(t *testing.T) {
	stopped, joined := 0, 0
	for seed := range uint64(20_000) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		tape := newTape(rnd)
		ledger, handed := coverage.New(tape.window), map[record.SequenceNumber]int{}
		sh := shard.Shard{ID: slicedShard}
		start := Start{Shard: sh, At: position.Position{Kind: position.TrimHorizon}}
		ledger.Open(sh, tape.window.From, tape.window.Until)
		start.cut(rnd, ledger, slicedAt)
		reels := tape.spool(ledger, start, handed)
		for !reels.over() {
			reels.turn(t, rnd, rnd.IntN(len(reels.places)))
			if rnd.IntN(40) > 0 || ledger.Progress().ShardsDone == 1 {
				continue
			}
			var covered coverage.Coverage
			ledger, covered = stopAndGoOn(t, tape.window, ledger)
			ledger.Open(sh, tape.window.From, tape.window.Until)
			start := again(t, covered)
			if a := covered.Shards[0]; len(start.Slices) == 0 && len(a.Missing()) > 0 && a.Gaps[0].ArrivedAt != nil {
				start.cut(rnd, ledger, a.Gaps[0].ArrivedAt.Time)
			}
			reels = tape.spool(ledger, start, handed)
			stopped++
			joined += len(covered.Shards[0].Missing()) - 1
		}
		ledger.Stop(notice.Interrupted)
		c := ledger.Coverage()
		if !c.Complete || c.Records != int64(len(tape.records)) || c.UserRecords != c.Records {
			t.Fatalf("seed %d: %d of %d records, complete %v: %+v", seed, c.Records, len(tape.records), c.Complete, c.Shards[0])
		}
		for _, r := range tape.records {
			if handed[r.SequenceNumber] != 1 {
				t.Fatalf("seed %d: %s was handed out %d times", seed, r.SequenceNumber, handed[r.SequenceNumber])
			}
		}
	}
	if stopped < 10_000 || joined < 1_000 {
		t.Errorf("gone on %d times, with %d gaps between slices", stopped, joined)
	}
}

// stopAndGoOn carries a ledger over by way of a receipt's JSON.
func stopAndGoOn(t *testing.T, w coverage.Window, l *coverage.Ledger) (*coverage.Ledger, coverage.Coverage) {
	t.Helper()
	l.Stop(notice.Time)
	text, err := json.Marshal(l.Coverage())
	if err != nil {
		t.Fatal(err)
	}
	var c coverage.Coverage
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	l = coverage.New(w)
	l.Carry(c)
	return l, c
}
