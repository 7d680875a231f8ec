package reader

import (
	"testing"

	"kinspect/internal/record"
	"kinspect/internal/step"
)

// What a handler keeps without Clone is overwritten once it has returned; strings may be
// kept.
func TestRecordsAreViews(t *testing.T) {
	w := newWorld(t, 1)
	w.PutAt(0, "first")
	w.PutAt(0, "second")
	plan := w.plan(whole)
	var views, clones []record.Record
	handle := plan.Handle
	plan.Handle = func(st step.Step) bool {
		for _, r := range st.Records {
			views, clones = append(views, r), append(clones, r.Clone())
		}
		return handle(st)
	}
	w.cover(plan)
	if len(views) != 2 {
		t.Fatalf("%d records", len(views))
	}
	for i, want := range []string{"first", "second"} {
		if string(clones[i].Data) != want || string(views[i].Data) == want {
			t.Errorf("the clone is %q, the view %q", clones[i].Data, views[i].Data)
		}
		if views[i].SequenceNumber != clones[i].SequenceNumber || *views[i].PartitionKey == "" {
			t.Errorf("number %s, key %q", views[i].SequenceNumber, *views[i].PartitionKey)
		}
	}
}
