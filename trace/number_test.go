package trace

import (
	"math/big"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/match"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/sim"
	"kinspect/trace/receipt"
)

// changed is a sequence number with so much added at a bit: 4 is the shard's, 36 the
// record's second, 80 the counter, 148 the second of the shard's creation.
func changed(n record.SequenceNumber, add int64, bit uint) record.SequenceNumber {
	number, _ := new(big.Int).SetString(string(n), 10)
	return record.SequenceNumber(number.Add(number, new(big.Int).Lsh(big.NewInt(add), bit)).String())
}

// number asks for a sequence number, and for nothing else.
func (w *world) number(n record.SequenceNumber, change ...func(*Options)) receipt.Receipt {
	w.t.Helper()
	o := Options{Event: receipt.Event{SequenceNumber: n}, Settle: 10 * time.Second, ReadShare: 0.6}
	for _, c := range change {
		c(&o)
	}
	return w.run(w.t.Context(), o)
}

// proofs are the kinds of the shards' proofs, in order of the shards.
func proofs(r receipt.Receipt) string {
	var kinds []string
	for _, a := range r.Coverage.Shards {
		kind := "none"
		if a.Proof != nil {
			kind = string(a.Proof.Kind)
		}
		kinds = append(kinds, kind)
	}
	return strings.Join(kinds, " ")
}

// tells returns what is said of the number itself.
func tells(r receipt.Receipt) string {
	if i := slices.IndexFunc(r.Caveats, func(n notice.Notice) bool { return n.Code == notice.Number }); i >= 0 {
		return r.Caveats[i].Text
	}
	return ""
}

// A record is found by its number with one read of one shard, wherever it stands.
func TestNumberIsReadAtOnce(t *testing.T) {
	w := newWorld(t, 4)
	w.Pass(time.Hour)
	for n := range 16 {
		w.PutAt(n, "before")
	}
	at := w.PutAt(9, "ord-1")
	for n := range 16 {
		w.PutAt(n, "after")
	}
	w.Pass(time.Hour)
	r := w.number(at.SequenceNumber)
	want(t, r, receipt.Found)
	if m := r.Matches[0]; m.ShardID != at.ShardID || m.SequenceNumber != at.SequenceNumber || r.Coverage.Records != 1 {
		t.Errorf("found at %+v, %d records read", m, r.Coverage.Records)
	}
	if asked, read := w.Calls("GetShardIterator"), w.Calls("GetRecords"); asked != 1 || read != 1 {
		t.Errorf("%d iterators, %d reads", asked, read)
	}
}

// What no record has is absent by what stands there instead, and by the refusals of
// the shards that know the number for another's, with a read of one record. Time does not pass by itself here: the texts tell the
// millisecond in which the stream was created.
func TestNumberThatNoRecordHas(t *testing.T) { synctest.Test(t, numberThatNoRecordHas) }

func numberThatNoRecordHas(t *testing.T) {
	w := newWorld(t, 2)
	before := w.PutAt(0, "a")
	w.PutAt(0, "b")
	w.Pass(time.Hour)
	for _, c := range []struct {
		number      record.SequenceNumber
		want, tells string
	}{
		{changed(before.SequenceNumber, 1, 36), "number foreign", ""},
		{changed(before.SequenceNumber, 1000, 80), "tip foreign", ""},
		{changed(before.SequenceNumber, 7200, 36), "number foreign", "the number tells the time 2026-11-23 12:00:00.000Z, which is yet to come"},
		{changed(before.SequenceNumber, 16, 4), "foreign foreign", "the number names shardId-000000000016, which the stream does not list"},
		{changed(before.SequenceNumber, -3600, 148), "foreign foreign",
			"the number is of another stream, perhaps of an earlier one of the same name: it says that its shardId-000000000000 was created at 2026-11-23 09:00:00.000Z, and this stream was at 2026-11-23 10:00:00.000Z"},
		{changed(before.SequenceNumber, 60, 148), "foreign foreign",
			"the number is of another stream: it says that its shardId-000000000000 was created at 2026-11-23 10:01:00.000Z, and that of this stream was at 2026-11-23 10:00:00.000Z"},
		{changed(before.SequenceNumber, 1, 0), "number tip", ""},
		{before.SequenceNumber[:50], "number tip", "the number, of 50 digits, is not made as those of this stream are, of 56: it may have been cut or mistyped"},
	} {
		r := w.number(c.number)
		want(t, r, receipt.Absent)
		if proofs(r) != c.want || tells(r) != c.tells {
			t.Errorf("%s: %s, and tells %q, want %s, %q", c.number, proofs(r), tells(r), c.want, c.tells)
		}
		if assumed := slices.Contains(r.Caveats, notice.OwnNumbers); assumed != strings.Contains(c.want, "foreign") {
			t.Errorf("%s: assumed that shards know their own numbers: %t", c.number, assumed)
		}
		text := spelled(t, r)
		if v, err := w.verify(text); err != nil || v.Outcome != receipt.Stands && !strings.HasPrefix(c.want, "number tip") {
			t.Errorf("%s: verified as %v, %+v", c.number, err, v.Findings)
		}
	}
}

// All else that is asked must hold of the record of that number.
func TestNumberAndMore(t *testing.T) {
	w := newWorld(t, 2)
	w.Pass(time.Minute)
	at := w.PutAt(0, string(misplaced()))
	ask := func(text string, sub int) receipt.Receipt {
		content, _ := match.Event(text)
		return w.number(at.SequenceNumber, func(o *Options) {
			o.Event.Text, o.Content, o.Event.SubSequenceNumber = text, content, &sub
		})
	}
	want(t, ask("ord-1", 0), receipt.Found)
	r := ask("ord-1", 1)
	want(t, r, receipt.Absent)
	if p := r.Coverage.Shards[0].Proof; p.Kind != coverage.Number || p.SequenceNumber != at.SequenceNumber || tells(r) != "" {
		t.Errorf("%+v, and tells %q", p, tells(r))
	}
	w.Pass(time.Minute)
	r = w.number(at.SequenceNumber, func(o *Options) { o.From = w.Clock.Now().Add(-30 * time.Second) })
	want(t, r, receipt.Absent)
	if len(r.Outside) != 2 {
		t.Errorf("%d outside", len(r.Outside))
	}
}

// lapsedWorld is a stream of some age with a split behind it: what stood in shard 0
// has expired, and it too.
func lapsedWorld(t *testing.T) (w *world, closed, old, held sim.Place) {
	w = newWorld(t, 2)
	closed = w.PutAt(0, "a")
	old = w.PutAt(15, "b")
	w.Split(0, 4)
	w.Pass(30 * time.Hour)
	held = w.PutAt(15, "c")
	w.PutAt(15, "d")
	w.Pass(time.Hour)
	return w, closed, old, held
}

// A number that may be of a record that has expired leaves the verdict open, unless a
// lower one is still there, or the window was asked to begin later.
func TestNumberOlderThanTheTrimHorizon(t *testing.T) {
	w, closed, old, held := lapsedWorld(t)
	for n, says := range map[record.SequenceNumber]string{
		old.SequenceNumber: "its record may have expired: the number is lower than all that shardId-000000000001 still holds, " +
			"and tells the time 2026-11-23 10:00:00.000Z; the earliest that can be proved is 2026-11-23 17:",
		closed.SequenceNumber: "its record may have expired: the number names shardId-000000000000, which the stream does not list any more, " +
			"and tells the time 2026-11-23 10:00:00.000Z; the earliest that can be proved is 2026-11-23 17:",
	} {
		r := w.number(n)
		want(t, r, receipt.Inconclusive, string(notice.BeforeHorizon))
		if !strings.HasPrefix(r.Reasons[0].Text, says) {
			t.Errorf("says %q, want %q", r.Reasons[0].Text, says)
		}
		late := w.number(n, func(o *Options) { o.From = w.Clock.Now().Add(-10 * time.Hour) })
		want(t, late, receipt.Absent)
		want(t, w.number(n, func(o *Options) { o.From = w.Clock.Now().Add(-30 * time.Hour) }), receipt.Inconclusive, string(notice.BeforeHorizon))
	}
	// its second is an old one, and its place is behind a record that is still there
	want(t, w.number(changed(held.SequenceNumber, -29*3600, 36)), receipt.Inconclusive, string(notice.BeforeHorizon))
	between := changed(changed(held.SequenceNumber, 1, 80), -29*3600, 36)
	r := w.number(between)
	want(t, r, receipt.Absent)
	if got := tells(r); !strings.Contains(got, "which is not within the window") {
		t.Errorf("tells %q", got)
	}
	// an old place with a time at which nothing had expired yet
	want(t, w.number(changed(old.SequenceNumber, 20*3600, 36)), receipt.Absent)
	// of a stream of the same name, before this one was created
	want(t, w.number(changed(old.SequenceNumber, -3600, 148)), receipt.Absent)
}

// An endpoint that lets nobody begin at a number that no record has is read from the
// start, and the number is passed there.
func TestNumberWhereNobodyMayBegin(t *testing.T) {
	w := newWorld(t, 2, sim.Refuse("GetShardIterator", "ResourceNotFoundException", func(_ int, in sim.Message) bool {
		return in["ShardIteratorType"] == "AT_SEQUENCE_NUMBER"
	}))
	w.PutAt(0, "a")
	at := w.PutAt(0, "b")
	w.PutAt(0, "c")
	w.Pass(time.Minute)
	want(t, w.number(at.SequenceNumber), receipt.Found)
	r := w.number(changed(at.SequenceNumber, 1, 36))
	want(t, r, receipt.Absent)
	if proofs(r) != "number tip" || r.Coverage.Records != 3 {
		t.Errorf("%s, %d records", proofs(r), r.Coverage.Records)
	}
}

// A refusal of another kind proves nothing.
func TestNumberRefusedForOtherReasons(t *testing.T) {
	w := newWorld(t, 1, sim.Refuse("GetShardIterator", "InvalidArgumentException", func(int, sim.Message) bool { return true }))
	at := w.PutAt(0, "a")
	want(t, w.number(at.SequenceNumber), receipt.Inconclusive, string(notice.Refused))
}

// A number is waited for, listed with --all, and gone on from where it was interrupted.
func TestNumberWithOtherFlags(t *testing.T) {
	w := newWorld(t, 2)
	at := w.PutAt(0, "a")
	w.Pass(time.Hour)
	want(t, w.number(at.SequenceNumber, func(o *Options) { o.All = true }), receipt.Found)
	want(t, w.number(at.SequenceNumber, func(o *Options) { o.Wait, o.From = time.Minute, sim.Began }), receipt.Found)
	n := changed(at.SequenceNumber, 1000, 80)
	first := w.number(n, func(o *Options) { o.Timeout = 3 * time.Second })
	want(t, first, receipt.Inconclusive, string(notice.Time), string(notice.Time), string(notice.Time))
	want(t, w.number(n, func(o *Options) { o.Resume = kept(t, first) }), receipt.Absent)
}
