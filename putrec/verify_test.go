package putrec

import (
	"net/http"
	"strings"
	"testing"

	"kinspect/internal/local"
	"kinspect/internal/stream"
)

func (w *world) verified(t *testing.T, n int) (Result, []Unverified) {
	t.Helper()
	var unverified []Unverified
	result, err := w.run(t.Context(), Options{
		Input: strings.NewReader(joined(numbered(n, 0))), Verify: true, PartitionKey: "ключ",
		Unverified: func(u Unverified) { unverified = append(unverified, u) },
	})
	if err != nil || result.Put != n || result.Failed != 0 {
		t.Fatalf("%+v, %v", result, err)
	}
	if result.Unverified != len(unverified) {
		t.Errorf("%+v, %d told", result, len(unverified))
	}
	return result, unverified
}

func TestVerified(t *testing.T) {
	w := newWorld(t, 2)
	if _, unverified := w.verified(t, 1200); unverified != nil {
		t.Errorf("%v", unverified)
	}
	for _, r := range w.acknowledged() {
		if !r.Verified {
			t.Fatalf("line %d is not", r.Line)
		}
	}
}

// Records that come late, and reads that are throttled or cut, are waited for.
func TestVerifiedInTheEnd(t *testing.T) {
	w := newWorld(t, 1)
	w.server = local.New(local.Options{Clock: w.clock, Faults: func(c local.Call) local.Fault {
		switch {
		case c.Operation == "PutRecords":
			return local.Fault{Late: 5e9}
		case c.Operation == "GetRecords" && c.N == 2:
			return local.Fault{Refuse: "ProvisionedThroughputExceededException"}
		case c.Operation == "GetRecords" && c.N == 4:
			return local.Fault{Refuse: "ExpiredIteratorException"}
		case c.Operation == "GetRecords" && c.N == 6:
			return local.Fault{Cut: true}
		}
		return local.Fault{}
	}})
	w.wire.next = w.server
	if err := w.server.CreateStream("orders", 1); err != nil {
		t.Fatal(err)
	}
	if _, unverified := w.verified(t, 10); unverified != nil {
		t.Errorf("%v", unverified)
	}
}

// What the stream holds is compared, not believed.
func TestOtherBytesAreSeen(t *testing.T) {
	for name, spoil := range map[string]func(*sent){
		"data": func(s *sent) { s.Data = []byte("other") },
		"key":  func(s *sent) { s.PartitionKey = "other" },
	} {
		w := newWorld(t, 1)
		w.wire.meddle = func(out http.ResponseWriter, r *http.Request, c call) bool {
			spoil(&c.Records[1])
			return reply(out, http.StatusOK, w.wire.forward(r, c))
		}
		_, unverified := w.verified(t, 3)
		if len(unverified) != 1 || unverified[0] != (Unverified{2, errDiffers}) {
			t.Errorf("%s: %v", name, unverified)
		}
		for _, r := range w.acknowledged() {
			if r.Verified != (r.Line != 2) {
				t.Errorf("%s: %+v", name, r)
			}
		}
	}
}

func TestWhatCannotBeReadBackIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		fault func(local.Call) local.Fault
		want  string
	}{
		"lost": {func(local.Call) local.Fault { return local.Fault{Late: 3600e9} }, errNotThere.Error()},
		"throttled": {func(c local.Call) (f local.Fault) {
			if c.Operation == "GetRecords" {
				f.Refuse = "ProvisionedThroughputExceededException"
			}
			return f
		}, "Rate exceeded"},
		"denied": {func(c local.Call) local.Fault { return denied(c) }, "access denied (kinesis:GetShardIterator)"},
	} {
		w := newWorld(t, 1)
		w.server = local.New(local.Options{Clock: w.clock, NoQuotas: true, Faults: c.fault})
		w.wire.next = w.server
		if err := w.server.CreateStream("orders", 1); err != nil {
			t.Fatal(err)
		}
		result, unverified := w.verified(t, 3)
		if result.Unverified != 3 || !strings.Contains(unverified[0].Err.Error(), c.want) || len(w.acknowledged()) != 3 {
			t.Errorf("%s: %+v, %v", name, result, unverified)
		}
	}
}

// A refusal that would come again is not asked for again.
func TestWhatMayNotBeReadBackIsAskedOnce(t *testing.T) {
	w := newWorld(t, 2)
	asked := 0
	w.server = local.New(local.Options{Clock: w.clock, NoQuotas: true, Faults: func(c local.Call) local.Fault {
		f := denied(c)
		if f.Refuse != "" {
			asked++
		}
		return f
	}})
	w.wire.next = w.server
	if err := w.server.CreateStream("orders", 2); err != nil {
		t.Fatal(err)
	}
	if result, _ := w.verified(t, 1200); result.Unverified != 1200 || asked != 1 {
		t.Errorf("%+v, asked %d times", result, asked)
	}
}

// The numbers of one call need not come in their order.
func TestVerifiedInAnyOrder(t *testing.T) {
	w := newWorld(t, 1)
	w.put([]string{"a", "b", "c"})
	var put []placed
	for _, r := range w.stored() {
		o := &outgoing{sources: []*source{{}}, entry: stream.PutEntry{Data: r.Data, PartitionKey: *r.PartitionKey}}
		put = append([]placed{{o, stream.PutResult{ShardID: r.ShardID, SequenceNumber: r.SequenceNumber}}}, put...)
	}
	var v verifier
	if failed := v.verify(t.Context(), w.client(w.server), put); len(put) != 3 || len(failed) > 0 {
		t.Errorf("%d records, %d of them not verified", len(put), len(failed))
	}
}

func denied(c local.Call) (f local.Fault) {
	if c.Operation == "GetShardIterator" {
		f.Refuse = "AccessDeniedException"
	}
	return f
}
