package trace

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/jq"
	"kinspect/internal/local"
	"kinspect/internal/match"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/sim"
	"kinspect/internal/stream"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

func TestFoundAndAbsent(t *testing.T) {
	w := newWorld(t, 3)
	w.put("a", `{"orderId":"ord-1"}`)
	w.put("b", `{"orderId":"ord-2"}`)
	found := w.trace("ord-2")
	want(t, found, receipt.Found)
	if m := found.Matches[0]; *m.PartitionKey != "b" || !m.Whole || m.Path != ".orderId" || m.ShardID != w.shardOf["b"] {
		t.Errorf("matched %+v", m)
	}
	absent := w.trace("ord-3")
	want(t, absent, receipt.Absent)
	if c := absent.Coverage; !c.Complete || c.Records != 2 || c.UserRecords != 2 || len(c.Shards) != 3 {
		t.Errorf("coverage %+v", c)
	}
	if from := absent.Window.From.Time; !from.Equal(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC).Truncate(time.Second)) && from.Sub(w.Clock.Now()) > 0 {
		t.Errorf("the window begins at %s", from)
	}
}

// A record put an instant before the question lies inside its window, though
// the server tells whole seconds.
func TestFoundAtOnce(t *testing.T) {
	w := newWorld(t, 1)
	w.Pass(999 * time.Millisecond)
	w.put("a", "ord-1")
	want(t, w.trace("ord-1"), receipt.Found)
}

// An absent verdict is not given before records have had time to be readable.
func TestAbsentSettles(t *testing.T) {
	w := newWorld(t, 1)
	before := w.Clock.Now()
	r := w.trace("ord-1")
	want(t, r, receipt.Absent)
	if waited := w.Clock.Now().Sub(before); waited < 10*time.Second {
		t.Errorf("absent after %s", waited)
	}
}

func TestFoundBehindASplit(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", "ord-1")
	w.Split(0, 8)
	w.put("a", "ord-2")
	for _, event := range []string{"ord-1", "ord-2"} {
		want(t, w.trace(event), receipt.Found)
	}
	absent := w.trace("ord-3")
	want(t, absent, receipt.Absent)
	if proof := absent.Coverage.Shards[0].Proof; proof == nil || proof.Kind != "end" {
		t.Errorf("the parent is proved by %+v", proof)
	}
}

// A reshard during the scan hides nothing: the child is read from its start.
func TestFoundInAChildThatOpensDuringTheScan(t *testing.T) {
	var w *world
	w = newWorld(t, 1, sim.Before("GetRecords", 3, func() {
		w.Split(0, 8)
		w.put("a", "ord-2")
	}))
	w.put("a", "ord-1")
	r := w.trace("ord-2", func(o *Options) { o.All = true })
	// It arrived after the window's end was pinned: seen, and outside.
	want(t, r, receipt.Absent)
	if len(r.Outside) != 1 || len(r.Coverage.Shards) != 3 {
		t.Errorf("outside %v, shards %d", r.Outside, len(r.Coverage.Shards))
	}
}

func TestUnreadableShardIsNamed(t *testing.T) {
	cases := []struct{ error, code string }{
		{"AccessDeniedException", "access-denied"},
		{"KMSDisabledException", "key-unusable"},
		{"ExpiredTokenException", "credentials"},
		{"ProvisionedThroughputExceededException", "throttled"},
		{"InternalFailure", "unavailable"},
		{"ResourceNotFoundException", "shard-gone"},
	}
	for _, c := range cases {
		t.Run(c.error, func(t *testing.T) {
			w := newWorld(t, 3, sim.Refuse("GetShardIterator", c.error, func(_ int, in sim.Message) bool {
				return in["ShardId"] == sim.ID(1)
			}))
			w.put("a", "ord-1")
			r := w.trace("ord-9")
			want(t, r, receipt.Inconclusive, c.code)
			if r.Reasons[0].ShardID != "shardId-000000000001" {
				t.Errorf("names %q", r.Reasons[0].ShardID)
			}
			if r.Coverage.Complete || len(r.Coverage.Shards[1].Gaps) != 1 {
				t.Errorf("coverage %+v", r.Coverage.Shards[1])
			}
		})
	}
}

// Throttles, expired iterators and failures that pass lose nothing and repeat
// nothing.
func TestPassingFailuresLoseNothing(t *testing.T) {
	for _, name := range []string{"ProvisionedThroughputExceededException", "ExpiredIteratorException", "InternalFailure", "KMSThrottlingException"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 2, sim.Refuse("GetRecords", name, func(n int, _ sim.Message) bool { return n%2 == 1 }))
			for _, key := range []string{"a", "b", "c", "d", "e"} {
				w.put(key, "ord-1")
			}
			r := w.trace("ord-1", func(o *Options) { o.All = true })
			want(t, r, receipt.Found)
			if len(r.Matches) != 5 || r.Coverage.Records != 5 || !r.Coverage.Complete {
				t.Errorf("%d matches in %d records, complete %v", len(r.Matches), r.Coverage.Records, r.Coverage.Complete)
			}
		})
	}
}

// Without ChildShards (kinesalite) the end is proved by asking thrice and by a
// listing in which the shard has been closed for the settle time.
func TestEndWithoutChildShards(t *testing.T) {
	w := newWorld(t, 1, sim.Rewrite("GetRecords", func(out sim.Message) { delete(out, "ChildShards") }))
	w.put("a", "ord-1")
	w.Split(0, 8)
	w.put("a", "ord-2")
	r := w.trace("ord-3")
	want(t, r, receipt.Absent)
	parent := r.Coverage.Shards[0]
	if parent.Proof.Kind != "end" || parent.Records != 1 || len(r.Coverage.Shards) != 3 {
		t.Errorf("parent %+v", parent)
	}
}

// An iterator that is absent once, on an open shard, ends nothing.
func TestAbsentIteratorOnceIsNoEnd(t *testing.T) {
	calls := 0
	w := newWorld(t, 1, sim.Rewrite("GetRecords", func(out sim.Message) {
		if calls++; calls == 1 {
			delete(out, "NextShardIterator")
		}
	}))
	w.put("a", "ord-1")
	r := w.trace("ord-1", func(o *Options) { o.All = true })
	want(t, r, receipt.Found)
	if len(r.Matches) != 1 || r.Coverage.Shards[0].Proof.Kind != "tip" {
		t.Errorf("%d matches, proof %+v", len(r.Matches), r.Coverage.Shards[0].Proof)
	}
}

// MillisBehindLatest 0 on a page that holds records, as kinesalite always says,
// is not the tip.
func TestZeroBehindOnAFullPageIsNoTip(t *testing.T) {
	w := newWorld(t, 1, sim.Rewrite("GetRecords", func(out sim.Message) { out["MillisBehindLatest"] = 0 }))
	const records = 12_000 // a page holds 10,000 at the most
	entries := make([]sim.Message, 0, 500)
	for i := range records {
		data := "x"
		if i == records-1 {
			data = "ord-1"
		}
		entries = append(entries, sim.Message{"PartitionKey": "a", "Data": []byte(data)})
		if len(entries) == 500 {
			w.Call("PutRecords", sim.Message{"StreamName": "orders", "Records": entries})
			w.Pass(time.Second) // a shard takes 1,000 records/s
			entries = entries[:0]
		}
	}
	w.Pass(20 * time.Minute)
	want(t, w.trace("ord-1"), receipt.Found)
}

func TestHolesInRecords(t *testing.T) {
	cases := []struct {
		name, data string
		codes      []string
	}{
		{"binary", "\x00\x01\x02", []string{"opaque"}},
		{"gzip cut short", "\x1f\x8b\x08\x00\x00", []string{"broken"}},
		{"aggregate with a wrong MD5", "\xf3\x89\x9a\xc2\x1a\x0312345678901234567890", []string{"broken"}},
		{"text", "hello", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, 1)
			w.put("a", c.data)
			r := w.trace("ord-9")
			if c.codes == nil {
				want(t, r, receipt.Absent)
				return
			}
			want(t, r, receipt.Inconclusive, c.codes...)
			if !strings.Contains(r.Reasons[0].Text, "1 record") || r.Reasons[0].ShardID == "" {
				t.Errorf("reason %+v", r.Reasons[0])
			}
		})
	}
}

// Each kind of cause is counted, and named with its own first record.
func TestHolesOfSeveralKinds(t *testing.T) {
	w := newWorld(t, 1)
	first := map[string]record.SequenceNumber{
		"jq: ":                 w.Put("a", `["no object"]`).SequenceNumber,
		"opening gzip: ":       w.Put("a", "\x1f\x8b\x08\x00\x00").SequenceNumber,
		"a KPL aggregate, but": w.Put("a", "\xf3\x89\x9a\xc2 too short").SequenceNumber,
	}
	w.put("a", "\xf3\x89\x9a\xc2\x1a\x0312345678901234567890")
	w.put("a", `["no object either"]`)
	program, err := jq.Compile(".id == 1")
	if err != nil {
		t.Fatal(err)
	}
	r := w.run(context.Background(), Options{Event: receipt.Event{JQ: ".id == 1"}, Content: match.JQ(program), Settle: time.Second, ReadShare: 0.6})
	want(t, r, receipt.Inconclusive, "broken", "broken", "broken")
	for kind, number := range first {
		records := "2 records are broken"
		if kind == "opening gzip: " {
			records = "1 record is broken"
		}
		if !slices.ContainsFunc(r.Reasons, func(n notice.Notice) bool {
			return strings.HasPrefix(n.Text, records) && strings.Contains(n.Text, string(number)) && strings.Contains(n.Text, kind)
		}) {
			t.Errorf("%s at %s is not among %v", kind, number, r.Reasons)
		}
	}
}

// A text that only stands inside longer words is absent, and the receipt says
// where one might look again: scripts without blanks write whole sentences so.
func TestInsideALongerWord(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", `{"note":"注文番号7が届きました"}`)
	w.put("b", `{"id":12345}`)
	w.put("c", "plain 注文番号7です")
	w.Pass(time.Hour)
	for text, records := range map[string]string{"注文番号7": "2 user records", "234": "1 user record", "注文番号8": ""} {
		r := w.trace(text)
		want(t, r, receipt.Absent)
		said := slices.ContainsFunc(r.Caveats, func(n notice.Notice) bool {
			return n.Code == notice.InsideWord && strings.Contains(n.Text, records)
		})
		if said != (records != "") {
			t.Errorf("%s: caveats %v", text, r.Caveats)
		}
	}
	w.put("d", "12345") // read, since it stands in the pad
	w.Pass(30 * time.Second)
	late := func(o *Options) { o.From = w.Clock.Now().Add(-10 * time.Second) }
	for _, caveat := range w.trace("234", late).Caveats {
		if caveat.Code == notice.InsideWord {
			t.Errorf("of a record outside the window: %s", caveat.Text)
		}
	}
	w.put("e", "234")
	for _, caveat := range w.trace("234").Caveats {
		if caveat.Code == notice.InsideWord {
			t.Errorf("of a verdict that is found: %s", caveat.Text)
		}
	}
}

// The bytes of an unreadable record are searched all the same.
func TestFoundInAnOpaqueRecord(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", "\x00\x01ord-1\x00")
	want(t, w.trace("ord-1"), receipt.Found)
}

// A key rules an unreadable record out, but not a damaged aggregate, whose
// inner keys nobody knows.
func TestKeysRuleOut(t *testing.T) {
	key := func(o *Options) { k := "user-1"; o.Event.PartitionKey = &k }
	w := newWorld(t, 1)
	w.put("other", "\x00\x01\x02")
	want(t, w.trace("ord-9", key), receipt.Absent)
	w.put("other", "\xf3\x89\x9a\xc2\x1a\x0312345678901234567890")
	want(t, w.trace("ord-9", key), receipt.Inconclusive, "broken")
}

func TestSequenceNumber(t *testing.T) {
	w := newWorld(t, 2)
	out := w.Call("PutRecord", sim.Message{"StreamName": "orders", "PartitionKey": "a", "Data": []byte("x")})
	w.put("b", "\x00")
	number := record.SequenceNumber(out["SequenceNumber"].(string))
	ask := func(n record.SequenceNumber) receipt.Receipt {
		return w.run(context.Background(), Options{Event: receipt.Event{SequenceNumber: n}, Settle: time.Second, ReadShare: 0.6})
	}
	found := ask(number)
	want(t, found, receipt.Found)
	if *found.Matches[0].PartitionKey != "a" {
		t.Errorf("matched %+v", found.Matches[0])
	}
	want(t, ask(number+"0"), receipt.Absent)
}

// NUMBER:SUB is one user record of an aggregate; a plain record is its own
// user record 0; and what stands in a damaged aggregate nobody knows.
func TestSubSequenceNumber(t *testing.T) {
	w := newWorld(t, 1)
	aggregate, plain := w.Put("a", misplaced()), w.Put("b", "x")
	broken := w.Put("c", "\xf3\x89\x9a\xc2\x1a\x0312345678901234567890")
	ask := func(n record.SequenceNumber, sub int) receipt.Receipt {
		return w.run(context.Background(), Options{
			Event: receipt.Event{SequenceNumber: n, SubSequenceNumber: &sub}, Settle: time.Second, ReadShare: 0.6, All: true,
		})
	}
	second := ask(aggregate.SequenceNumber, 1)
	want(t, second, receipt.Found)
	if len(second.Matches) != 1 || *second.Matches[0].PartitionKey != "l" {
		t.Errorf("matched %+v", second.Matches)
	}
	if name, whole := Name(second.Event), "sequence number "+string(aggregate.SequenceNumber)+":1"; name != whole {
		t.Errorf("named %s, want %s", name, whole)
	}
	want(t, ask(aggregate.SequenceNumber, 2), receipt.Absent)
	want(t, ask(plain.SequenceNumber, 0), receipt.Found)
	want(t, ask(plain.SequenceNumber, 1), receipt.Absent)
	want(t, ask(broken.SequenceNumber, 0), receipt.Inconclusive, "broken")
}

// A terminal gets the sequence number in full: people copy it into a ticket.
func TestTerminalGetsTheWholeNumber(t *testing.T) {
	w := newWorld(t, 1)
	number := w.Put("a", "ord-1").SequenceNumber
	var printed strings.Builder
	out := term.NewOutput(&printed, term.Never, func(string) string { return "" })
	out.Terminal = true
	if err := Print(out, w.trace("ord-1")); err != nil || !strings.Contains(printed.String(), string(number)) {
		t.Errorf("%v: %s", err, printed.String())
	}
}

func TestOneOfEach(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", "ord-1")
	var printed strings.Builder
	err := Print(term.NewOutput(&printed, term.Never, func(string) string { return "" }), w.trace("ord-9"))
	if err != nil || !strings.Contains(printed.String(), "\n  the only shard, 1 record (1 user record) read and tested, none left out\n  in ") {
		t.Errorf("%v: %s", err, printed.String())
	}
}

func TestJQ(t *testing.T) {
	ask := func(w *world, expr string) receipt.Receipt {
		program, err := jq.Compile(expr)
		if err != nil {
			t.Fatal(err)
		}
		return w.run(context.Background(), Options{Event: receipt.Event{JQ: expr}, Content: match.JQ(program), Settle: time.Second, ReadShare: 0.6})
	}
	w := newWorld(t, 1)
	w.put("a", `{"id":12345678901234567890,"items":[1]}`)
	want(t, ask(w, `.id == 12345678901234567890`), receipt.Found)
	want(t, ask(w, `.id == 12345678901234567891`), receipt.Absent)
	want(t, ask(w, `$meta.partitionKey == "a"`), receipt.Found)
	w.put("b", `["no object"]`)
	want(t, ask(w, `.id == 1`), receipt.Inconclusive, "broken")
	want(t, ask(w, `.id? == 1`), receipt.Absent)
}

func TestWindow(t *testing.T) {
	w := newWorld(t, 1)
	w.Pass(time.Hour)
	w.put("a", "ord-1")
	at := w.Clock.Now()
	w.Pass(30 * time.Second)
	w.put("b", "ord-2")
	w.Pass(time.Hour)
	between := func(from, until time.Time) func(*Options) {
		return func(o *Options) { o.From, o.Until = from, until }
	}
	r := w.trace("ord-1", between(at.Add(10*time.Second), at.Add(time.Minute)))
	want(t, r, receipt.Absent)
	if len(r.Outside) != 1 {
		t.Errorf("outside %v", r.Outside)
	}
	want(t, w.trace("ord-2", between(at.Add(10*time.Second), at.Add(time.Minute))), receipt.Found)
	want(t, w.trace("ord-2", between(at.Add(-time.Minute), at.Add(10*time.Second))), receipt.Absent)
	early := w.trace("ord-9", between(at.Add(-2*time.Hour), time.Time{}))
	want(t, early, receipt.Inconclusive, "created")
	if !strings.Contains(early.Reasons[0].Text, "2026-11-23 10:00:00") {
		t.Errorf("the earliest is not named: %s", early.Reasons[0].Text)
	}
}

// What the stream no longer holds is not vouched for: the window of an absent
// verdict begins where coverage does.
func TestOpenWindowBeginsAtTheTrimHorizon(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", "ord-1")
	w.Pass(30 * time.Hour)
	w.put("b", "ord-2")
	r := w.trace("ord-1")
	want(t, r, receipt.Absent)
	earliest := w.Clock.Now().Add(-24 * time.Hour)
	if from := r.Window.From.Time; from.Before(earliest.Add(-time.Minute)) || from.After(earliest.Add(2*time.Minute)) {
		t.Errorf("from %s, the trim horizon was near %s", from, earliest)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	w := newWorld(t, 2, sim.Before("GetRecords", 2, cancel))
	content, _ := match.Event("ord-1")
	r := w.run(ctx, Options{Event: receipt.Event{Text: "ord-1"}, Content: content, Settle: time.Second, ReadShare: 0.6})
	if r.Verdict != receipt.Inconclusive || r.Reasons[0].Code != "interrupted" {
		t.Errorf("%s %v", r.Verdict, r.Reasons)
	}
}

func TestRecreatedDuringTheScan(t *testing.T) {
	var w *world
	w = newWorld(t, 1, sim.Before("ListShards", 2, func() {
		w.Call("DeleteStream", sim.Message{"StreamName": "orders"})
		w.Pass(time.Second)
		w.Call("CreateStream", sim.Message{"StreamName": "orders", "ShardCount": 1})
	}))
	r := w.trace("ord-1")
	if r.Verdict != receipt.Inconclusive {
		t.Errorf("%s %v", r.Verdict, r.Reasons)
	}
}

func TestCaptureIsNeverAbsent(t *testing.T) {
	const held = `{"shardId":"shardId-000000000000","sequenceNumber":"7","approximateArrivalTimestamp":"2026-11-23T09:00:00.000Z","data":"ord-1"}`
	clock := local.NewJumpClock(sim.Began)
	server, err := local.Capture(clock, "part", strings.NewReader(held))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, client: stream.New(awsconf.InProcess(server, "us-east-1"), "part", clock)}
	want(t, w.trace("ord-1"), receipt.Found)
	want(t, w.trace("ord-9"), receipt.Inconclusive, "capture")
}

// A shard's records in the window whose shard is not listed cannot be vouched
// for.
func TestIncompleteListing(t *testing.T) {
	w := newWorld(t, 2, sim.Rewrite("ListShards", func(out sim.Message) { out["Shards"] = out["Shards"].([]any)[:1] }))
	want(t, w.trace("ord-1"), receipt.Inconclusive, "listing")
}
