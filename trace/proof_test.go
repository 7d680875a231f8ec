package trace

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/match"
	"kinspect/internal/record"
	"kinspect/internal/sim"
	"kinspect/trace/receipt"
)

const firstShard = "shardId-000000000000"

// arrive sets when the record with the data says that it arrived.
func arrive(page sim.Message, data string, at time.Time) {
	for _, r := range page["Records"].([]any) {
		if r := r.(sim.Message); r["Data"] == base64.StdEncoding.EncodeToString([]byte(data)) {
			r["ApproximateArrivalTimestamp"] = float64(at.UnixMilli()) / 1000
		}
	}
}

// An empty page in mid-shard, which says that it looked beyond the window's end,
// proves nothing while a record behind it may have arrived before that end.
func TestEmptyPageBehindTheTipIsNoTip(t *testing.T) {
	var w *world
	var until time.Time
	w = newWorld(t, 1, sim.Answer("GetRecords", func(n int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
		if n == 2 {
			return sim.EmptyPage(in, w.Clock.Now().Sub(until.Add(15*time.Second)))
		}
		in["Limit"] = 1
		page := forward(in)
		arrive(page, "ord-1", until.Add(-5*time.Second))
		return page
	}))
	w.Pass(time.Minute)
	until = w.Clock.Now()
	w.Pass(15 * time.Second)
	w.put("a", "another")
	w.put("a", "ord-1") // it steps back by 20 s
	w.Pass(time.Hour)
	want(t, w.trace("ord-1", func(o *Options) { o.Until = until }), receipt.Found)
}

// An empty page that does not tell how far behind it is proves nothing.
func TestMissingMillisBehindLatestIsNoTip(t *testing.T) {
	w := newWorld(t, 1, sim.Answer("GetRecords", func(n int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
		if n == 1 {
			page := sim.EmptyPage(in, 0)
			delete(page, "MillisBehindLatest")
			return page
		}
		return forward(in)
	}))
	w.put("a", "ord-1")
	until := w.Clock.Now()
	w.Pass(time.Hour)
	want(t, w.trace("ord-1", func(o *Options) { o.Until = until }), receipt.Found)
}

// A page counts from when it was asked for: one that is long under way does not
// show what became readable since.
func TestPageThatIsLongUnderWay(t *testing.T) {
	var w *world
	w = newWorld(t, 1, sim.Answer("GetRecords", func(n int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
		if n == 1 {
			w.Pass(20 * time.Second)
			return sim.EmptyPage(in, 0)
		}
		return forward(in)
	}))
	w.put("a", "ord-1")
	want(t, w.trace("ord-1"), receipt.Found)
}

// The answer that ends a shard without ChildShards was asked for after the
// listing that closes it: what was asked before may not have seen the last
// records, however long the listing took.
func TestEndIsAskedForAfterTheListing(t *testing.T) {
	var w *world
	hidden, listed := 0, false
	slow := sim.Before("ListShards", 2, func() { w.Pass(20 * time.Second); listed = true })
	w = newWorld(t, 1, slow, sim.Answer("GetRecords", func(n int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
		page := forward(in)
		delete(page, "ChildShards")
		if len(page["Records"].([]any)) > 0 && hidden < 3 { // not readable yet
			hidden++
			delete(page, "NextShardIterator")
			page["Records"] = []any{}
		}
		return page
	}))
	w.put("a", "ord-1")
	w.Call("SplitShard", sim.Message{"StreamName": "orders", "ShardToSplit": firstShard, "NewStartingHashKey": sim.Sixteenth(8)})
	r := w.trace("ord-1")
	want(t, r, receipt.Found)
	if !listed {
		t.Error("the end was not looked for in a listing")
	}
}

// However long a throttle lasts between two answers without an iterator, a listing
// that closes the shard since is believed.
func TestEndIsPatientWithThrottles(t *testing.T) {
	var w *world
	absent, held, refused := 0, false, time.Time{}
	throttled := sim.Refuse("GetRecords", "ProvisionedThroughputExceededException", func(int, sim.Message) bool {
		refuse := w.Clock.Now().Before(refused)
		held = held || refuse
		return refuse
	})
	w = newWorld(t, 1, throttled, sim.Rewrite("GetRecords", func(out sim.Message) {
		delete(out, "ChildShards")
		if out["NextShardIterator"] == nil {
			absent++
		}
		if absent == 4 && refused.IsZero() {
			refused = w.Clock.Now().Add(2 * time.Minute)
		}
	}), sim.Rewrite("ListShards", func(out sim.Message) {
		if !held { // it does not tell yet
			delete(out["Shards"].([]any)[0].(sim.Message)["SequenceNumberRange"].(sim.Message), "EndingSequenceNumber")
		}
	}))
	w.put("a", "ord-1")
	w.Call("SplitShard", sim.Message{"StreamName": "orders", "ShardToSplit": firstShard, "NewStartingHashKey": sim.Sixteenth(8)})
	want(t, w.trace("ord-9"), receipt.Absent)
	if absent <= 4 {
		t.Errorf("%d answers without an iterator", absent)
	}
}

// An iterator that stays absent on an open shard ends nothing.
func TestAbsentIteratorOfAnOpenShardIsNoEnd(t *testing.T) {
	w := newWorld(t, 1, sim.Rewrite("GetRecords", func(out sim.Message) { delete(out, "NextShardIterator") }))
	w.put("a", "ord-1")
	want(t, w.trace("ord-9"), receipt.Inconclusive, "end-unexplained")
}

// A window of what the stream holds that ends before that begins covers nothing.
func TestOpenWindowThatEndsBeforeTheHorizon(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", "ord-1")
	w.Pass(30 * time.Hour)
	r := w.trace("ord-1", func(o *Options) { o.Until = w.Clock.Now().Add(-25 * time.Hour) })
	want(t, r, receipt.Inconclusive, "before-horizon")
}

// Both ends are inclusive, in the milliseconds that arrival times have.
func TestWindowIsInclusive(t *testing.T) {
	w := newWorld(t, 1)
	w.Pass(time.Hour)
	w.put("a", "ord-1")
	w.Pass(time.Hour)
	at := w.trace("ord-1").Matches[0].ApproximateArrivalTimestamp.Time
	cases := []struct {
		name        string
		from, until time.Time
		verdict     receipt.Verdict
	}{
		{"from then", at, time.Time{}, receipt.Found},
		{"from half a millisecond later, as it is printed", at.Add(500 * time.Microsecond), time.Time{}, receipt.Found},
		{"from a millisecond later", at.Add(time.Millisecond), time.Time{}, receipt.Absent},
		{"until then", at.Add(-time.Minute), at, receipt.Found},
		{"until half a millisecond later", at.Add(-time.Minute), at.Add(500 * time.Microsecond), receipt.Found},
		{"until a millisecond earlier", at.Add(-time.Minute), at.Add(-time.Millisecond), receipt.Absent},
		{"just then", at, at, receipt.Found},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w.t = t
			want(t, w.trace("ord-1", func(o *Options) { o.From, o.Until = c.from, c.until }), c.verdict)
		})
	}
}

// What expires while the machine sleeps, its monotonic clock standing still, is
// not vouched for.
func TestTrimmedWhileTheMachineSleeps(t *testing.T) {
	var w *world
	w = newWorld(t, 1, sim.Answer("GetRecords", func(n int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
		if n == 2 {
			w.Pass(25 * time.Hour)
			w.ours.ahead.Add(-int64(25 * time.Hour))
		}
		in["Limit"] = 1
		return forward(in)
	}))
	w.Pass(40 * time.Minute)
	w.put("a", "another")
	w.Pass(20 * time.Minute)
	w.put("a", "ord-1")
	w.Pass(time.Hour)
	from := w.Clock.Now().Add(-90 * time.Minute)
	r := w.trace("ord-1", func(o *Options) { o.From = from })
	want(t, r, receipt.Inconclusive, "trimmed")
}

// A scan that is slower than the retention says what it lost: a window has a
// gap; what the stream holds begins later.
func TestTrimmedDuringTheScan(t *testing.T) {
	slow := func() (w *world, began time.Time) {
		w = newWorld(t, 1, sim.Answer("GetRecords", func(n int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
			if n == 2 {
				w.Pass(20 * time.Hour)
			}
			in["Limit"] = 1
			return forward(in)
		}))
		for range 23 {
			w.Pass(time.Hour)
			w.put("a", "ord-1")
		}
		return w, w.Clock.Now()
	}
	w, began := slow()
	want(t, w.trace("ord-9", func(o *Options) { o.From = began.Add(-10*time.Hour - time.Minute) }), receipt.Inconclusive, "trimmed")
	w, began = slow()
	r := w.trace("ord-9")
	want(t, r, receipt.Absent)
	if from := r.Window.From.Time; from.Before(began.Add(-4*time.Hour)) || from.After(began.Add(-3*time.Hour)) {
		t.Errorf("from %s, the horizon was 4 h before %s at the second page", r.Window.From, began)
	}
}

// The same clocks decide whatever the machine's says.
func TestServerClockRules(t *testing.T) {
	for _, ahead := range []time.Duration{-5 * time.Minute, 5 * time.Minute} {
		t.Run(ahead.String(), func(t *testing.T) {
			w := newWorld(t, 1)
			w.ours.ahead.Store(int64(ahead))
			w.Pass(time.Hour)
			w.put("a", "ord-1")
			want(t, w.trace("ord-1"), receipt.Found)
			before := w.Clock.Now()
			r := w.trace("ord-9")
			want(t, r, receipt.Absent)
			if waited := w.Clock.Now().Sub(before); waited < 10*time.Second || waited > 20*time.Second {
				t.Errorf("absent after %s", waited)
			}
			if skew := time.Duration(r.ServerClockSkewMillis) * time.Millisecond; (skew - ahead).Abs() > 2*time.Second {
				t.Errorf("skew %s", skew)
			}
			if len(r.Caveats) == 0 || r.Caveats[0].Code != "clock-skew" {
				t.Errorf("caveats %v", r.Caveats)
			}
		})
	}
}

// A damaged aggregate may hold the partition key or not, for all we can tell: it
// is neither a match nor nothing.
func TestDamagedAggregate(t *testing.T) {
	const damaged = "\xf3\x89\x9a\xc2 ord-1 1234567890123456"
	w := newWorld(t, 1)
	out := w.Call("PutRecord", sim.Message{"StreamName": "orders", "PartitionKey": "other", "Data": []byte(damaged)})
	key := func(o *Options) { k := "user-1"; o.Event.PartitionKey = &k }
	want(t, w.trace("ord-1", key), receipt.Inconclusive, "broken")
	want(t, w.trace("ord-1"), receipt.Found)
	number := record.SequenceNumber(out["SequenceNumber"].(string))
	want(t, w.run(context.Background(), Options{Event: receipt.Event{SequenceNumber: number}, Settle: time.Second, ReadShare: 0.6}), receipt.Found)
}

// Failures that are far apart only because time jumped are passing ones.
func TestTimeThatJumpsBetweenFailures(t *testing.T) {
	var w *world
	w = newWorld(t, 1, sim.Refuse("GetRecords", "InternalFailure", func(n int, _ sim.Message) bool {
		if n == 2 {
			w.Pass(20 * time.Minute)
		}
		return n <= 3
	}))
	w.put("a", "ord-1")
	want(t, w.trace("ord-1"), receipt.Found)
}

// A closed shard that expires between the listing and its reading held nothing
// of what the stream still holds then.
func TestShardExpiresBeforeItIsRead(t *testing.T) {
	var w *world
	w = newWorld(t, 1, sim.Before("GetShardIterator", 1, func() { w.Pass(10 * time.Second) }))
	w.put("a", "ord-1")
	w.Split(0, 8)
	w.Pass(24*time.Hour - 8*time.Second)
	if listed := len(w.Call("ListShards", sim.Message{"StreamName": "orders"})["Shards"].([]any)); listed != 3 {
		t.Fatalf("%d shards are listed before", listed)
	}
	r := w.trace("ord-9")
	want(t, r, receipt.Absent)
	if len(r.Coverage.Shards) != 2 || !r.Coverage.Complete {
		t.Errorf("coverage %+v", r.Coverage)
	}
	started := r.StartedAt.Time
	if from := r.Window.From.Time; from.Before(started.Add(-24 * time.Hour)) {
		t.Errorf("from %s", from)
	}
	early := w.trace("ord-9", func(o *Options) { o.From = started.Add(-24 * time.Hour) })
	if early.Verdict != receipt.Inconclusive {
		t.Errorf("a window that began with it: %s", early.Verdict)
	}
}

// Only the last listing shows what is open.
func TestLastListingLacksAnOpenShard(t *testing.T) {
	var w *world
	w = newWorld(t, 1, sim.Answer("ListShards", func(n int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
		if n == 2 {
			w.Split(0, 8)
		}
		out := forward(in)
		if n >= 2 {
			out["Shards"] = out["Shards"].([]any)[1:2] // the lower child; its parent expired
		}
		return out
	}))
	want(t, w.trace("ord-9"), receipt.Inconclusive, "listing")
}

func TestRetentionChangedDuringTheScan(t *testing.T) {
	for _, c := range []struct {
		name          string
		before, after int
		operation     string
		codes         []string
	}{
		{"raised", 24, 48, "IncreaseStreamRetentionPeriod", nil},
		{"lowered", 48, 24, "DecreaseStreamRetentionPeriod", []string{"retention-changed"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var w *world
			w = newWorld(t, 1, sim.Before("ListShards", 2, func() {
				w.Call(c.operation, sim.Message{"StreamName": "orders", "RetentionPeriodHours": c.after})
			}))
			if c.before != 24 {
				w.Call("IncreaseStreamRetentionPeriod", sim.Message{"StreamName": "orders", "RetentionPeriodHours": c.before})
			}
			verdict := receipt.Absent
			if c.codes != nil {
				verdict = receipt.Inconclusive
			}
			want(t, w.trace("ord-9"), verdict, c.codes...)
		})
	}
}

// A throttled shard is read in the end, or makes the verdict inconclusive.
func TestThrottledShard(t *testing.T) {
	w := newWorld(t, 1, sim.Refuse("GetRecords", "ProvisionedThroughputExceededException", func(n int, _ sim.Message) bool { return n <= 20 }))
	w.put("a", "ord-1")
	r := w.trace("ord-9")
	want(t, r, receipt.Absent)
	if s := r.Coverage.Shards[0]; s.Throttled != 20 || s.Records != 1 {
		t.Errorf("%d throttles, %d records", s.Throttled, s.Records)
	}
}

// When Run returns, nobody tells progress any more.
func TestProgressEndsWithTheRun(t *testing.T) {
	var w *world
	entered, told := make(chan struct{}), false
	w = newWorld(t, 1, sim.Before("GetRecords", 2, func() { <-entered }))
	w.put("a", "ord-1")
	first := true
	w.trace("ord-9", func(o *Options) {
		o.Progress = func(p coverage.Progress) {
			if first {
				first = false
				close(entered)
				time.Sleep(50 * time.Millisecond)
				told = true
			}
		}
	})
	if !told {
		t.Error("a progress was being told when the run returned")
	}
}

// A listing that cannot be had at the end leaves the shards in doubt.
func TestLastListingFails(t *testing.T) {
	w := newWorld(t, 1, sim.Refuse("ListShards", "AccessDeniedException", func(n int, _ sim.Message) bool { return n > 1 }))
	r := w.trace("ord-9")
	want(t, r, receipt.Inconclusive, "access-denied")
	if !strings.Contains(r.Reasons[0].Text, "kinesis:ListShards") {
		t.Errorf("reason %+v", r.Reasons[0])
	}
}

// A shard that no page names, since its parent was read no further than the
// window's end, is found by the last listing.
func TestFoundInAShardThatOnlyTheLastListingShows(t *testing.T) {
	var w *world
	var until time.Time
	w = newWorld(t, 1,
		sim.Before("ListShards", 2, func() {
			w.Split(0, 8)
			w.put("b", "ord-1")
		}),
		sim.Rewrite("GetRecords", func(page sim.Message) { arrive(page, "ord-1", until) }),
	)
	w.Pass(time.Minute)
	until = w.Clock.Now()
	want(t, w.trace("ord-1", func(o *Options) { o.Until = until }), receipt.Found)
}

// All goroutines of a run end with it, also when it stops at the first match
// while other shards are read.
func TestStopsAtTheFirstMatch(t *testing.T) {
	w := newWorld(t, 8)
	for _, key := range strings.Split("abcdefghijklmnopqrst", "") {
		w.put(key, "ord-1")
	}
	r := w.trace("ord-1")
	want(t, r, receipt.Found)
	if len(r.Matches) == 0 {
		t.Error("found without a match")
	}
	content, _ := match.Event("ord-1")
	all := w.run(context.Background(), Options{Event: receipt.Event{Text: "ord-1"}, Content: content, All: true, Settle: time.Second, ReadShare: 0.6})
	if len(all.Matches) != 20 || !all.Coverage.Complete {
		t.Errorf("%d copies, complete %v", len(all.Matches), all.Coverage.Complete)
	}
}

// A shard that closed just before the window may hold what arrived within it, as
// arrival times are out of order.
func TestFoundInAShardThatClosedInThePad(t *testing.T) {
	var w *world
	var within time.Time
	w = newWorld(t, 1, sim.Rewrite("GetRecords", func(page sim.Message) { arrive(page, "ord-1", within) }))
	w.put("a", "ord-1")
	w.Split(0, 8)
	from := w.Clock.Now().Add(20 * time.Second)
	within = from.Add(time.Second)
	w.Pass(time.Hour)
	want(t, w.trace("ord-1", func(o *Options) { o.From = from }), receipt.Found)
}

// A record that cannot be read is no hole where its arrival time rules it out.
func TestHolesOutsideTheWindow(t *testing.T) {
	w := newWorld(t, 1)
	w.Pass(time.Hour)
	from := w.Clock.Now().Add(time.Second)
	for _, data := range []string{"\x00\x01", "\x1f\x8b\x08\x00", "\xf3\x89\x9a\xc2 1234567890123456"} {
		w.put("a", data)
	}
	w.Pass(time.Minute)
	r := w.trace("ord-9", func(o *Options) { o.From = from })
	want(t, r, receipt.Absent)
	if r.Coverage.Broken != 2 || r.Coverage.Opaque != 1 {
		t.Errorf("%d broken, %d opaque", r.Coverage.Broken, r.Coverage.Opaque)
	}
}

// A shard without a proof is a reason by itself, whatever left it so.
func TestUnprovedShardIsAReason(t *testing.T) {
	reasons := gaps(coverage.Coverage{Shards: []coverage.Account{
		{ShardID: "a", Proof: &coverage.Proof{Kind: coverage.Tip}},
		{ShardID: "b"},
		{ShardID: "c", Proof: &coverage.Proof{Kind: coverage.Tip}, Gaps: []coverage.Gap{{Code: "trimmed"}}},
	}})
	if len(reasons) != 2 || reasons[0].ShardID != "b" || reasons[1].ShardID != "c" || reasons[1].Code != "trimmed" {
		t.Errorf("reasons %v", reasons)
	}
}

// A shard that expired just before the listing is not missed from it, though its
// children opened when all that is older had just expired.
func TestParentExpiredBeforeTheListing(t *testing.T) {
	w := newWorld(t, 1)
	w.Pass(time.Hour)
	w.put("a", "ord-1")
	w.Pass(999 * time.Millisecond)
	w.Split(0, 8)
	w.put("a", "ord-2")
	w.Pass(24*time.Hour - 2*time.Second)
	for len(w.Call("ListShards", sim.Message{"StreamName": "orders"})["Shards"].([]any)) == 3 {
		w.Pass(10 * time.Millisecond)
	}
	r := w.trace("ord-9")
	want(t, r, receipt.Absent)
}
