package putrec

import (
	"net/http"
	"strings"
	"testing"

	"kinspect/internal/local"
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
		"lost":   {func(local.Call) local.Fault { return local.Fault{Late: 3600e9} }, errNotThere.Error()},
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

func denied(c local.Call) (f local.Fault) {
	if c.Operation == "GetShardIterator" {
		f.Refuse = "AccessDeniedException"
	}
	return f
}
