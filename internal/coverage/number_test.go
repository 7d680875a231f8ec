package coverage

import (
	"testing"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/step"
)

// given is a page of records with these numbers.
func given(asked time.Time, numbers ...record.SequenceNumber) step.Step {
	st := page(asked, time.Hour)
	for _, n := range numbers {
		st.Records = append(st.Records, record.Record{ShardID: shardID, SequenceNumber: n, ArrivedAt: asked})
	}
	st.Extent = record.ExtentOf(st.Records)
	return st
}

// Of one number that is asked for, the record that has it, or a higher one, is proof
// enough; a lower one, and a page that is empty, are none.
func TestProofByNumber(t *testing.T) {
	asked := t1.Add(-time.Minute)
	for _, c := range []struct {
		name  string
		pages []step.Step
		want  record.SequenceNumber // of the proof
	}{
		{"the record itself", []step.Step{given(asked, "100")}, "100"},
		{"a higher one", []step.Step{given(asked), given(asked, "99"), given(asked, "1000")}, "1000"},
		{"the first of several", []step.Step{given(asked, "98", "99", "101", "102")}, "101"},
		{"lower ones, as numbers go", []step.Step{given(asked, "9", "99")}, ""},
		{"none", []step.Step{given(asked)}, ""},
	} {
		w := openWindow()
		w.Number = "100"
		l := ledger(w)
		done := false
		for _, st := range c.pages {
			done = l.Book(st)
		}
		a := l.Coverage().Shards[0]
		if done != (c.want != "") || done && (a.Proof.Kind != Number || a.Proof.SequenceNumber != c.want || !a.Proof.ArrivedAt.Equal(asked)) {
			t.Errorf("%s: %t, %+v", c.name, done, a.Proof)
		}
	}
}

// A shard that refuses the number as none of its own needs no reading, but only where
// that number is all that is asked for.
func TestProofByRefusal(t *testing.T) {
	refused := step.Step{ShardID: shardID, Kind: step.Failed, AskedAt: t1, Code: notice.Refused, Reason: "no", Foreign: true}
	for _, number := range []record.SequenceNumber{"", "100"} {
		w := openWindow()
		w.Number = number
		l := ledger(w)
		l.Book(refused)
		c := l.Coverage()
		if proved := c.Shards[0].Proof != nil && c.Shards[0].Proof.Kind == Foreign; proved != (number != "") || c.Complete != proved {
			t.Errorf("number %q: %+v, complete %t", number, c.Shards[0], c.Complete)
		}
	}
}
