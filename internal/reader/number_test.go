package reader

import (
	"testing"

	"kinspect/internal/notice"
	"kinspect/internal/position"
	"kinspect/internal/sim"
	"kinspect/internal/step"
)

// atNumber is a plan that reads all shards from a sequence number on, a record at
// first.
func (w *world) atNumber(at sim.Place, otherwise position.Position) Plan {
	plan := w.plan(position.Position{Kind: position.AtSequenceNumber, SequenceNumber: at.SequenceNumber})
	plan.Limit = 1
	for i := range plan.Starts {
		plan.Starts[i].Else = otherwise
	}
	return plan
}

// The first page has as many records as are asked for, and each later one twice as
// many. The shard of which the number is none says so.
func TestBeginsAtANumber(t *testing.T) {
	w := newWorld(t, 2)
	w.PutAt(0, "a")
	at := w.PutAt(0, "b")
	for _, data := range []string{"c", "d", "e", "f", "g"} {
		w.PutAt(0, data)
	}
	w.cover(w.atNumber(at, whole))
	w.wantRead("b", "c", "d", "e", "f", "g")
	var pages []int
	for _, st := range w.steps {
		if st.ShardID == at.ShardID && len(st.Records) > 0 {
			pages = append(pages, len(st.Records))
		}
	}
	if len(pages) != 3 || pages[0] != 1 || pages[1] != 2 || pages[2] != 3 {
		t.Errorf("pages of %v records", pages)
	}
	if st := w.failed(); st.ShardID != sim.ID(1) || !st.Foreign || st.Code != notice.Refused {
		t.Errorf("%+v", st)
	}
}

// Where nobody may begin at the number, the reading begins elsewhere, if that is said.
func TestBeginsElsewhere(t *testing.T) {
	for _, refusal := range []string{"InvalidArgumentException", "ResourceNotFoundException"} {
		w := newWorld(t, 1)
		w.PutAt(0, "a")
		at := w.PutAt(0, "b")
		w.wire = sim.Refuse("GetShardIterator", refusal, func(_ int, in message) bool { return in["ShardIteratorType"] == "AT_SEQUENCE_NUMBER" })
		w.cover(w.atNumber(at, whole))
		w.wantRead("a", "b")
		w.cover(w.atNumber(at, position.Position{}))
		if st := w.failed(); st.Foreign || len(w.read) != 2 {
			t.Errorf("%+v, read %q", st, w.read)
		}
	}
}

// A shard that does not know its own record's number any more, since the stream is
// another one by now, says nothing of the number at which the reading began.
func TestForeignIsOnlyTheNumberToBeginAt(t *testing.T) {
	w := newWorld(t, 1)
	at := w.PutAt(0, "a")
	w.PutAt(0, "b")
	w.wire = sim.Answer("GetRecords", func(n int, in message, forward func(message) message) message {
		if n == 2 {
			w.Call("DeleteStream", message{"StreamName": sim.Stream})
			w.Pass(2e9)
			w.Call("CreateStream", message{"StreamName": sim.Stream, "ShardCount": 1})
			w.Pass(2e9)
		}
		return forward(in)
	})
	plan := w.atNumber(at, whole)
	New(w.Client, 0.6, 0).Read(t.Context(), plan)
	if st := w.steps[len(w.steps)-1]; st.Kind != step.Failed || st.Foreign {
		t.Errorf("%+v", st)
	}
}
