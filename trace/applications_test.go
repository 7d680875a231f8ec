package trace

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"kinspect/internal/audience"
	"kinspect/internal/lease"
	"kinspect/internal/stream"
	"kinspect/trace/receipt"
)

// Of many copies the first are compared, and the rest is said; what is kept of them is
// as the schema says.
func TestApplicationComparesTheFirstMatches(t *testing.T) {
	w := newWorld(t, 1)
	for range comparedMax + 11 {
		w.put("a", "ord-1")
	}
	r := w.trace("ord-1", func(o *Options) { o.All = true })
	if len(r.Matches) != comparedMax+11 {
		t.Fatalf("%d matches", len(r.Matches))
	}
	at := lease.Lease{Checkpoint: lease.Checkpoint{Number: r.Matches[1].SequenceNumber}, Owner: "w"}
	c := application("orders-app", r.Matches, func(m receipt.Match) (audience.Position, error) {
		return lease.Judge(asked(m), nil, lease.Keys{}, func(string) (lease.Lease, bool, error) { return at, true, nil })
	})
	if len(c.Positions) != comparedMax || c.Positions[1].Standing != audience.Passed || c.Positions[2].Standing != audience.NotYet {
		t.Errorf("%d positions: %+v", len(c.Positions), c.Positions)
	}
	for _, want := range []string{"copy 1: passed: ", "copy 3: not yet: ", "only the first 20 of 31 copies were compared", "checkpointed is not processed well"} {
		if !slices.ContainsFunc(c.Tells, func(text string) bool { return strings.HasPrefix(text, want) }) {
			t.Errorf("it does not say %q: %q", want, c.Tells)
		}
	}
	r.Consumers = []audience.Consumer{c}
	conforms(t, r)
}

// One lookup that fails leaves the whole table unchecked: half an answer would look like
// a whole one.
func TestApplicationIsNotHalfChecked(t *testing.T) {
	matches := make([]receipt.Match, 2)
	calls := 0
	c := application("orders-app", matches, func(receipt.Match) (audience.Position, error) {
		if calls++; calls == 2 {
			return audience.Position{}, &stream.Error{Action: "dynamodb:GetItem", Problem: stream.Throttled, Code: "ThrottlingException", Err: errors.New("slow")}
		}
		return audience.Position{Standing: audience.Passed, Text: "passed"}, nil
	})
	if c.NotChecked != "dynamodb:GetItem: ThrottlingException" || c.Tells != nil || c.Positions != nil {
		t.Errorf("%+v", c)
	}
}

// Where the verdict is not found, or no table is named, no service is asked: there is
// none here that could be.
func TestNothingIsComparedUnlessFound(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", "ord-1")
	tables := func(o *Options) { o.LeaseTables = []string{"orders-app"} }
	if r := w.trace("ord-9", tables); r.Verdict != receipt.Absent || r.Consumers != nil {
		t.Errorf("%s: %+v", r.Verdict, r.Consumers)
	}
	if r := w.trace("ord-1"); r.Verdict != receipt.Found || r.Consumers != nil {
		t.Errorf("%s: %+v", r.Verdict, r.Consumers)
	}
	r := w.trace("ord-1", tables)
	if len(r.Consumers) != 1 || r.Consumers[0].NotChecked != "there is no DynamoDB beside an endpoint in this process" {
		t.Errorf("%s: %+v", r.Verdict, r.Consumers)
	}
}
