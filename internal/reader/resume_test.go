package reader

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/position"
	"kinspect/internal/shard"
	"kinspect/internal/sim"
	"kinspect/internal/step"
	"kinspect/internal/stream"
)

const hour = time.Hour

// dataOf is the data of a page's first record.
func (w *world) dataOf(page message) string {
	data, _ := base64.StdEncoding.DecodeString(page["Records"].([]any)[0].(message)["Data"].(string))
	return string(data)
}

// few makes pages of so many records, and has do run before the nth GetRecords.
func (w *world) few(limit, n int, do func()) {
	w.wire = func(operation string, in message, forward func(message) message) (message, string) {
		if operation == "GetRecords" {
			in["Limit"] = limit
			if w.calls[operation] == n {
				do()
			}
		}
		return forward(in), ""
	}
}

// An iterator that expired is renewed behind the last record handed out.
func TestResumesBehindTheLastRecord(t *testing.T) {
	for n := 1; n <= 4; n++ { // before, between and behind the pages
		w := newWorld(t, 1)
		for _, data := range []string{"a", "b", "c", "d", "e"} {
			w.PutAt(0, data)
		}
		w.few(2, n, func() { w.Pass(6 * time.Minute) })
		w.cover(w.plan(whole))
		w.wantRead("a", "b", "c", "d", "e")
		if w.calls["GetShardIterator"] != 2 {
			t.Errorf("expired at page %d: %d iterators", n, w.calls["GetShardIterator"])
		}
	}
}

// A reading that begins behind a record does not hand that one out, even if the
// endpoint gives it again.
func TestBeginsBehindARecord(t *testing.T) {
	w := newWorld(t, 1)
	w.PutAt(0, "a")
	last := w.PutAt(0, "b").SequenceNumber
	w.PutAt(0, "c")
	w.wire = func(operation string, in message, forward func(message) message) (message, string) {
		if operation == "GetShardIterator" && in["ShardIteratorType"] == string(position.AfterSequenceNumber) {
			in["ShardIteratorType"] = string(position.AtSequenceNumber)
		}
		return forward(in), ""
	}
	w.cover(w.plan(position.After(last)))
	w.wantRead("c")
}

// Where nothing was read yet, LATEST goes on from the time at which it was asked
// for first; neither from the new latest nor from the trim horizon.
func TestResumesFromTheFirstLatest(t *testing.T) {
	w := newWorld(t, 1)
	w.PutAt(0, "before")
	w.Pass(10 * time.Second)
	w.few(10, 2, func() {
		w.PutAt(0, "meanwhile")
		w.Pass(6 * time.Minute)
	})
	plan := w.plan(latest)
	plan.Handle = func(st step.Step) bool { w.handle(st); return len(w.read) > 0 || len(w.steps) > 50 }
	w.cover(plan)
	w.wantRead("meanwhile")
}

// The same if the first iterator could not be had at once.
func TestLatestIsWhenItWasAskedFor(t *testing.T) {
	w := newWorld(t, 1)
	w.PutAt(0, "before")
	w.Pass(10 * time.Second)
	w.wire = func(operation string, in message, forward func(message) message) (message, string) {
		if operation == "GetShardIterator" && w.calls[operation] == 1 {
			w.PutAt(0, "meanwhile")
			return nil, "ProvisionedThroughputExceededException"
		}
		return forward(in), ""
	}
	w.cover(w.plan(latest))
	w.wantRead("meanwhile")
}

// Calls that stall take no reading back to the trim horizon, be it that of the
// latest or, unless it is the iterator that stalls, that from a time.
func TestStallsKeepThePosition(t *testing.T) {
	for _, c := range []struct {
		at     position.Position
		stalls string
	}{
		{latest, "GetRecords"}, {latest, "GetShardIterator"}, {position.At(sim.Began.Add(hour / 2)), "GetRecords"},
	} {
		w := newWorld(t, 1)
		w.PutAt(0, "before")
		w.Pass(hour)
		stalled, asked := 0, 0
		w.stall = func(operation string, _ message) bool {
			if operation == "GetRecords" {
				asked++
			}
			if operation == "GetRecords" && asked == 2 { // nothing was read yet
				w.PutAt(0, "meanwhile")
				w.Pass(6 * time.Minute)
			}
			if operation != c.stalls || asked < 2 || stalled == 2 {
				return false
			}
			stalled++
			return true
		}
		plan := w.plan(c.at)
		plan.Handle = func(st step.Step) bool { w.handle(st); return len(w.read) > 0 || len(w.steps) > 50 }
		w.cover(plan)
		w.wantRead("meanwhile")
		if stalled != 2 {
			t.Errorf("%s stalled %d times", c.stalls, stalled)
		}
	}
}

// An iterator AT_TIMESTAMP that an endpoint never answers, as kinesalite where no
// later record exists, becomes one at the trim horizon; not at the first stall.
func TestUnansweredTimestamp(t *testing.T) {
	for _, c := range []struct {
		stalls int
		kind   string
		read   []string
	}{
		{1, "AT_TIMESTAMP", []string{"b"}},
		{2, "TRIM_HORIZON", []string{"a", "b"}},
	} {
		w := newWorld(t, 1)
		w.PutAt(0, "a")
		w.Pass(hour)
		w.PutAt(0, "b")
		asked, kind := 0, any(nil)
		w.stall = func(operation string, _ message) bool {
			if operation == "GetShardIterator" {
				asked++
			}
			return operation == "GetShardIterator" && asked <= c.stalls
		}
		w.wire = func(operation string, in message, forward func(message) message) (message, string) {
			if operation == "GetShardIterator" {
				kind = in["ShardIteratorType"]
			}
			return forward(in), ""
		}
		w.cover(w.plan(position.At(sim.Began.Add(hour / 2))))
		w.wantRead(c.read...)
		if kind != c.kind {
			t.Errorf("after %d stalls: %v", c.stalls, kind)
		}
	}
}

// Where pages are too large for a slow line, smaller ones are asked for, and
// larger ones again when they come swiftly.
func TestSlowLine(t *testing.T) {
	w := newWorld(t, 1)
	var want []string
	for i := range 300 {
		want = append(want, fmt.Sprint(i))
		w.PutAt(0, fmt.Sprint(i))
	}
	limits := []int{}
	w.stall = func(operation string, in message) bool {
		if operation != "GetRecords" {
			return false
		}
		limit := limitMax
		if given, ok := in["Limit"].(json.Number); ok {
			_, _ = fmt.Sscan(given.String(), &limit)
		}
		limits = append(limits, limit)
		return limit > 50
	}
	w.cover(w.plan(whole))
	w.wantRead(want...)
	for i, most := range []int{10_000, 1000, 100, 10, 20, 40, 80, 8, 16, 32} {
		if limits[i] != most {
			t.Fatalf("asked for %v", limits)
		}
	}
}

func TestRaised(t *testing.T) {
	page := func(took time.Duration) stream.Page {
		return stream.Page{AskedAt: sim.Began, AnsweredAt: sim.Began.Add(took)}
	}
	for _, c := range []struct {
		limit int
		took  time.Duration
		want  int
	}{
		{0, time.Second, 0}, {0, time.Minute, 0},
		{1, time.Second, 2}, {1, 11 * time.Second, 1}, {4000, time.Second, 8000}, {5000, time.Second, 0},
	} {
		if got := raised(c.limit, page(c.took)); got != c.want {
			t.Errorf("%d in %s: %d, want %d", c.limit, c.took, got, c.want)
		}
	}
}

// A page may begin with records of the one before; they are handed out once.
func TestRepeatedRecords(t *testing.T) {
	w := newWorld(t, 1)
	for _, data := range []string{"a", "b", "c"} {
		w.PutAt(0, data)
	}
	var first []any
	w.wire = func(operation string, in message, forward func(message) message) (message, string) {
		if operation != "GetRecords" {
			return forward(in), ""
		}
		if w.calls[operation] == 1 {
			in["Limit"] = 2
		}
		page := forward(in)
		switch w.calls[operation] {
		case 1:
			first = page["Records"].([]any)
		case 2, 3:
			page["Records"] = append(append([]any{}, first...), page["Records"].([]any)...)
		}
		return page, ""
	}
	w.cover(w.plan(whole))
	w.wantRead("a", "b", "c")
	for i, want := range []int{0, 2, 2, 0} {
		if st := w.steps[i]; st.Repeated != want || st.Empty() != (i == 3) {
			t.Errorf("page %d: %d repeated, empty %v", i+1, st.Repeated, st.Empty())
		}
	}
}

// What keeps failing ends the shard's reading, by the server's time and in few
// calls, never in a rush.
func TestEndlessFailures(t *testing.T) {
	for _, c := range []struct {
		name, operation string
		code            notice.Code
		least, most     time.Duration
		calls           int
	}{
		{"ExpiredIteratorException", "GetRecords", notice.Unavailable, time.Minute, 3 * time.Minute, 15},
		{"InternalFailureException", "GetRecords", notice.Unavailable, time.Minute, 3 * time.Minute, 15},
		{"InternalFailureException", "GetShardIterator", notice.Unavailable, time.Minute, 3 * time.Minute, 15},
		{"ProvisionedThroughputExceededException", "GetRecords", notice.Throttled, 10 * time.Minute, 12 * time.Minute, 100},
		{"ProvisionedThroughputExceededException", "GetShardIterator", notice.Throttled, 10 * time.Minute, 12 * time.Minute, 100},
		{"AccessDeniedException", "GetRecords", notice.AccessDenied, 0, 5 * time.Second, 1},
		{"KMSAccessDeniedException", "GetRecords", notice.KeyUnusable, 0, 5 * time.Second, 1},
		{"InvalidArgumentException", "GetShardIterator", notice.Refused, 0, 5 * time.Second, 1},
		{"SomethingNewException", "GetRecords", notice.Unavailable, 0, 5 * time.Second, 1},
	} {
		t.Run(c.name+" "+c.operation, func(t *testing.T) {
			w := newWorld(t, 1)
			w.PutAt(0, "a")
			w.wire = func(operation string, in message, forward func(message) message) (message, string) {
				if operation == c.operation {
					return nil, c.name
				}
				return forward(in), ""
			}
			w.cover(w.plan(whole))
			if st := w.failed(); st.Code != c.code || st.Reason == "" {
				t.Errorf("failed by %+v", st)
			}
			if took := w.Clock.Now().Sub(sim.Began); took < c.least || took > c.most {
				t.Errorf("took %s", took)
			}
			if n := w.calls[c.operation]; n > c.calls {
				t.Errorf("%d calls", n)
			}
		})
	}
}

// Without ChildShards the end takes as long as its closing takes to settle.
func TestEndSettles(t *testing.T) {
	w := newWorld(t, 1)
	w.PutAt(0, "a")
	plan := w.plan(whole)
	plan.Wants = func(s shard.Shard) bool { return false }
	w.Split(0, 8)
	w.wire = func(operation string, in message, forward func(message) message) (message, string) {
		out := forward(in)
		delete(out, "ChildShards")
		return out, ""
	}
	if _, err := New(w.Client, 0.6, 45*time.Second).Cover(context.Background(), plan); err != nil {
		t.Fatal(err)
	}
	w.wantRead("a")
	if last := w.steps[len(w.steps)-1]; !last.End || len(last.Children) != 2 {
		t.Errorf("ended by %+v", last)
	}
	if took := w.Clock.Now().Sub(sim.Began); took < 45*time.Second || took > time.Minute {
		t.Errorf("took %s", took)
	}
	if w.calls["ListShards"] > 60 {
		t.Errorf("listed %d times", w.calls["ListShards"])
	}
}

// Absent iterators count in a row only.
func TestAbsentIteratorsBetweenGoodAnswers(t *testing.T) {
	w := newWorld(t, 1)
	data := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	for _, d := range data {
		w.PutAt(0, d)
	}
	w.Split(0, 8)
	plan := w.plan(whole)
	plan.Starts, plan.Wants = plan.Starts[:1], func(shard.Shard) bool { return false }
	w.Pass(hour) // the closing has settled
	w.wire = func(operation string, in message, forward func(message) message) (message, string) {
		if operation != "GetRecords" {
			return forward(in), ""
		}
		in["Limit"] = 1
		page := forward(in)
		delete(page, "ChildShards")
		if w.calls[operation]%2 == 1 {
			delete(page, "NextShardIterator")
		}
		return page, ""
	}
	w.cover(plan)
	w.wantRead(data...)
}
