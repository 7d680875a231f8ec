package putrec

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/kpl"
	"kinspect/internal/local"
	"kinspect/internal/shard"
	"kinspect/internal/stream"
)

const (
	shard0 = "shardId-000000000000"
	shard1 = "shardId-000000000001"
)

// ask has the endpoint do something on its stream.
func (w *world) ask(operation, more string) {
	w.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"StreamName":"orders",`+more+`}`))
	r.Header.Set("X-Amz-Target", "Kinesis_20131202."+operation)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256")
	recorder := httptest.NewRecorder()
	w.server.ServeHTTP(recorder, r)
	if recorder.Code != http.StatusOK {
		w.t.Fatalf("%s: %s", operation, recorder.Body)
	}
}

func (w *world) split() {
	w.ask("SplitShard", `"ShardToSplit":"`+shard0+`","NewStartingHashKey":"170141183460469231731687303715884105728"`)
}

func TestShardTakesEverything(t *testing.T) {
	for _, aggregate := range []bool{false, true} {
		w := newWorld(t, 3)
		result, err := w.run(t.Context(), Options{Input: strings.NewReader(joined(numbered(50, 0))), Shard: shard1, Aggregate: aggregate})
		if err != nil || result.Put != 50 {
			t.Fatalf("%+v, %v", result, err)
		}
		for _, r := range w.acknowledged() {
			if r.ShardID != shard1 {
				t.Errorf("line %d went to %s", r.Line, r.ShardID)
			}
		}
	}
}

func TestShardThatTakesNothing(t *testing.T) {
	w := newWorld(t, 1)
	_, err := w.run(t.Context(), Options{Input: strings.NewReader("a\n"), Shard: "shardId-000000000007"})
	if unknown := (*shard.Unknown)(nil); !errors.As(err, &unknown) {
		t.Errorf("%v", err)
	}
	w.split()
	_, err = w.run(t.Context(), Options{Input: strings.NewReader("a\n"), Shard: shard0})
	closed := (*ClosedShard)(nil)
	if !errors.As(err, &closed) || !slices.Equal(closed.Children, []string{shard1, "shardId-000000000002"}) {
		t.Errorf("%v", err)
	}
	if len(w.wire.calls()) != 0 {
		t.Error("something was put")
	}
}

// keyed are lines of which jq makes keys that fall everywhere.
func keyed(n int) []string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = fmt.Sprintf(`{"id":"user-%d","pad":%q}`, i, strings.Repeat(".", 200))
	}
	return lines
}

// checkAggregated holds that each line is where its receipt says, and that every
// aggregate is in the shard that owns all of its keys.
func (w *world) checkAggregated(lines []string) {
	w.t.Helper()
	lineage, err := w.client(w.server).ListShards(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	type place struct{ sequence, sub string }
	there := map[place]string{}
	for _, r := range w.stored() {
		users, err := kpl.Deaggregate(r)
		if err != nil {
			w.t.Fatal(err)
		}
		in, _ := lineage.Find(r.ShardID)
		for _, u := range users {
			if !in.Range.Contains(shard.HashOf(*u.UserKey)) {
				w.t.Errorf("%s is in %s, where KCL consumers drop it", *u.UserKey, r.ShardID)
			}
			there[place{string(r.SequenceNumber), fmt.Sprint(u.SubSequenceNumber)}] = string(u.UserData)
		}
	}
	for _, r := range w.acknowledged() {
		sub := 0
		if r.SubSequenceNumber != nil {
			sub = *r.SubSequenceNumber
		}
		if data := there[place{string(r.SequenceNumber), fmt.Sprint(sub)}]; data != lines[r.Line-1] {
			w.t.Errorf("line %d: at its receipt's place stands %q", r.Line, data)
		}
	}
}

func TestAggregatesStayInTheirShards(t *testing.T) {
	w := newWorld(t, 4)
	lines := keyed(3000)
	result, err := w.run(t.Context(), Options{Input: strings.NewReader(joined(lines)), Aggregate: true, PartitionKeyJQ: program(t, ".id"), Verify: true})
	if err != nil || result.Put != 3000 || result.Unverified != 0 || result.Records >= 100 {
		t.Fatalf("%+v, %v", result, err)
	}
	w.checkAggregated(lines)
	if n := len(w.acknowledged()); n != 3000 {
		t.Errorf("%d receipts", n)
	}
}

// Lines that are waiting for others to share their records are bounded, however
// little they come to.
func TestAggregatesHoldSoMuch(t *testing.T) {
	w := newWorld(t, 2)
	described, err := w.client(w.server).Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r := newRun(w.client(&w.wire), Options{Aggregate: true, Unpaced: true}, described)
	if err := r.route(t.Context()); err != nil {
		t.Fatal(err)
	}
	quarter := make([]byte, heldMax/4)
	for n, want := range []int{0, 0, 0, 0, 1, 1} {
		r.gather(t.Context(), &source{line: line{number: n + 1, data: quarter}, payload: []byte("x"), key: "k"})
		if got := len(w.wire.calls()); got != want {
			t.Errorf("%d lines of a quarter each: %d calls, want %d", n+1, got, want)
		}
	}
	if r.aggregates.bytes != len(quarter) {
		t.Errorf("%d bytes are held, want %d", r.aggregates.bytes, len(quarter))
	}
	a := aggregates{bytesMax: 100}
	s := &source{line: line{data: quarter}, payload: make([]byte, 60), key: "k"}
	if a.add(s, "") != nil || a.add(s, "") == nil || a.bytes != len(quarter) {
		t.Errorf("%d bytes are held once the first of two aggregates is full", a.bytes)
	}
}

// An aggregate that a reshard sends astray is no success: its lines come back, and
// what follows goes where the new listing says.
func TestAggregateGoneAstray(t *testing.T) {
	w := newWorld(t, 1)
	lines := keyed(2000)
	w.wire.meddle = func(_ http.ResponseWriter, _ *http.Request, c call) bool {
		if c.number == 1 {
			w.split()
			_ = w.clock.Sleep(t.Context(), time.Minute)
		}
		return false
	}
	var notices []string
	o := Options{
		Input: strings.NewReader(joined(lines)), Aggregate: true, PartitionKeyJQ: program(t, ".id"), Rate: 500,
		Notice: func(text string) { notices = append(notices, text) },
	}
	result, err := w.run(t.Context(), o)
	if err != nil || result.Failed == 0 || result.Put == 0 || result.Put+result.Failed != 2000 {
		t.Fatalf("%+v, %v", result, err)
	}
	for _, f := range w.failures {
		if !f.MaybePut || string(f.Data) != lines[f.Line-1] || !strings.Contains(f.Err.Error(), "KCL consumers drop it") {
			t.Fatalf("%+v", f)
		}
	}
	if len(w.acknowledged()) != result.Put || len(notices) != 1 || !strings.Contains(notices[0], "resharded") {
		t.Errorf("%d receipts, notices %q", len(w.acknowledged()), notices)
	}
}

// A shard is given half of its quota, whatever the input is.
func TestQuotaIsLookedAfter(t *testing.T) {
	w := newWorld(t, 2)
	w.server = local.New(local.Options{Clock: w.clock})
	w.wire.next = w.server
	if err := w.server.CreateStream("orders", 2); err != nil {
		t.Fatal(err)
	}
	lines := append(numbered(4000, 0), numbered(40, 200<<10)...)
	began := w.clock.Now()
	result, err := w.run(t.Context(), Options{Input: strings.NewReader(joined(lines))})
	if err != nil || result.Put != len(lines) || result.Retried > 0 {
		t.Fatalf("%+v, %v: something was refused", result, err)
	}
	if took := w.clock.Now().Sub(began); took < 9*time.Second || took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
}

// Around a reshard's cut-over records may go to the parent or to a child: those of
// one aggregate share both.
func TestCellsAroundAReshard(t *testing.T) {
	w := newWorld(t, 1)
	w.split()
	lineage, err := w.client(w.server).ListShards(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := &source{explicitKey: "0"}
	for after, want := range map[time.Duration]string{0: shard0 + " " + shard1, closedRecently + 2*time.Second: shard1} {
		r := newRoutes(lineage, w.clock.Now().Add(after))
		if got := r.cell(s); got != want {
			t.Errorf("%v after the split: %s, want %s", after, got, want)
		}
		if got := r.shard(s); got != shard1 {
			t.Errorf("%v after the split: shard %s", after, got)
		}
	}
}

// A listing that does not come right, or not at all, is not asked for with every
// call.
func TestListingsAreFarBetween(t *testing.T) {
	for name, fault := range map[string]local.Fault{"stale": {Stale: time.Hour}, "refused": {Refuse: "AccessDeniedException"}} {
		w := newWorld(t, 1)
		listed := 0
		w.server = local.New(local.Options{Clock: w.clock, NoQuotas: true, Faults: func(c local.Call) local.Fault {
			if c.Operation != "ListShards" {
				return local.Fault{}
			}
			if listed++; listed == 1 {
				return local.Fault{Stale: time.Hour}
			}
			return fault
		}})
		w.wire.next = w.server
		if err := w.server.CreateStream("orders", 1); err != nil {
			t.Fatal(err)
		}
		_ = w.clock.Sleep(t.Context(), 2*time.Hour)
		w.split()
		began := w.clock.Now()
		if result := w.put(numbered(10_000, 0)); result.Put != 10_000 {
			t.Fatalf("%+v", result)
		}
		if most := 1 + int(w.clock.Now().Sub(began)/listEvery); listed < 2 || listed > most {
			t.Errorf("%s: %d listings in 20 calls, want 2 to %d", name, listed, most)
		}
	}
}

// A long wait for a shard's quota is told of each second.
func TestProgressWhileWaiting(t *testing.T) { synctest.Test(t, progressWhileWaiting) }

func progressWhileWaiting(t *testing.T) {
	w := newWorld(t, 1)
	w.ask("UpdateMaxRecordSize", `"StreamARN":"arn:aws:kinesis:us-east-1:123456789012:stream/orders","MaxRecordSizeInKiB":10240`)
	lines := numbered(2, 5<<20) // at half a MiB a second
	told := map[int]int{}
	result, err := w.run(t.Context(), Options{
		Input: strings.NewReader(joined(lines)), PartitionKey: "k",
		Progress: func(r Result) { told[r.Put]++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	w.check(result, lines)
	if told[1] < 8 || told[2] != 1 {
		t.Errorf("told of the first line %d times, of both %d times", told[1], told[2])
	}
}

func TestRate(t *testing.T) {
	for _, aggregate := range []bool{false, true} {
		w := newWorld(t, 4)
		began := w.clock.Now()
		result, err := w.run(t.Context(), Options{Input: strings.NewReader(joined(numbered(100, 0))), Rate: 10, Aggregate: aggregate})
		if err != nil || result.Put != 100 {
			t.Fatalf("%+v, %v", result, err)
		}
		if took := w.clock.Now().Sub(began); took < 6*time.Second || took > 11*time.Second {
			t.Errorf("aggregate %v: 100 lines at 10 a second took %v", aggregate, took)
		}
	}
}

// Whoever may put and not list is not kept from putting.
func TestListingDenied(t *testing.T) {
	w := newWorld(t, 1)
	denying := http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".ListShards") {
			refuse(out, "AccessDeniedException")
			return
		}
		w.server.ServeHTTP(out, r)
	})
	var notices []string
	o := Options{Input: strings.NewReader("a\n"), Notice: func(text string) { notices = append(notices, text) }}
	result, err := w.runBy(t.Context(), w.client(denying), o)
	if err != nil || result.Put != 1 || len(notices) != 1 || !strings.Contains(notices[0], "access denied (kinesis:ListShards)") {
		t.Errorf("%+v, %v, %q", result, err, notices)
	}
	o.Input, o.Aggregate = strings.NewReader("a\n"), true
	if _, err := w.runBy(t.Context(), w.client(denying), o); err == nil {
		t.Error("it aggregates without knowing the shards")
	}
}

// A stream that distributes by itself is sent no key.
func TestAutoDistribution(t *testing.T) {
	var bodies []map[string]any
	auto := http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		var body struct{ Records []map[string]any }
		_ = json.NewDecoder(r.Body).Decode(&body)
		bodies = append(bodies, body.Records...)
		reply(out, http.StatusOK, answer{Records: slices.Repeat([]result{{ShardId: shard0, SequenceNumber: "1"}}, len(body.Records))})
	})
	w := newWorld(t, 1)
	described := stream.Summary{Distribution: "AUTO", Mode: "ON_DEMAND", RecordBytesMax: 1 << 20}
	run := func(o Options) (Result, error) {
		o.Input = strings.NewReader("a\n")
		return Run(context.Background(), w.client(auto), described, o)
	}
	if result, err := run(Options{}); err != nil || result.Put != 1 || bodies[0]["PartitionKey"] != nil {
		t.Errorf("%+v, %v, sent %v", result, err, bodies)
	}
	said := ""
	if _, err := run(Options{PartitionKey: "k", Notice: func(text string) { said = text }}); err != nil || bodies[1]["PartitionKey"] != "k" || !strings.Contains(said, "chooses no shard") {
		t.Errorf("%v, sent %v, said %q", err, bodies[1], said)
	}
	for _, o := range []Options{{Aggregate: true}, {Shard: shard0}} {
		if _, err := run(o); !errors.Is(err, errAuto) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func TestCheckSendsNothing(t *testing.T) {
	w := newWorld(t, 3)
	lines := keyed(20)
	result, err := w.run(t.Context(), Options{Input: strings.NewReader(joined(lines) + "\n"), Check: true, PartitionKeyJQ: program(t, ".id")})
	if err != nil || result.Put != 20 || result.Failed != 1 || len(w.wire.calls()) != 0 {
		t.Fatalf("%+v, %v, %d calls", result, err, len(w.wire.calls()))
	}
	predicted := strings.Split(strings.TrimSpace(w.receipts.String()), "\n")
	w.receipts.Reset()
	if _, err := w.run(t.Context(), Options{Input: strings.NewReader(joined(lines)), PartitionKeyJQ: program(t, ".id")}); err != nil {
		t.Fatal(err)
	}
	for i, r := range w.acknowledged() {
		key := fmt.Sprint("user-", i)
		want := fmt.Sprintf(`{"line":%d,"bytes":%d,"partitionKey":%q,"shardId":%q}`, r.Line, len(lines[i])+len(key), key, r.ShardID)
		if predicted[i] != want {
			t.Errorf("%s, want %s", predicted[i], want)
		}
	}
}
