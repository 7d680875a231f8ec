package tail

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/jq"
	"kinspect/internal/match"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/render"
	"kinspect/internal/shard"
	"kinspect/internal/sim"
	"kinspect/internal/term"
)

var trimHorizon = position.Position{Kind: position.TrimHorizon}

var matchAll = match.All()

// printed is what a run printed, a line an element.
type printed struct {
	mu    sync.Mutex
	lines []string
	took  func(lines int) // hears how many lines there are
}

func (p *printed) Write(text []byte) (int, error) {
	p.mu.Lock()
	p.lines = append(p.lines, strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")...)
	n := len(p.lines)
	p.mu.Unlock()
	if p.took != nil {
		p.took(n)
	}
	return len(text), nil
}

// run tails the world's stream, as data a line unless the options say more.
func run(t *testing.T, ctx context.Context, w *sim.World, o Options) (lines []string, s Summary) {
	t.Helper()
	out, _ := o.Out.(*printed)
	if out == nil {
		out = &printed{}
	}
	o.Out, o.ReadShare, o.Settle = out, 0.4, 10*time.Second
	if o.Where == nil {
		o.Where = match.All()
	}
	if o.Renderer == nil {
		o.Renderer = renderer(t, "data")
	}
	if o.Notice == nil {
		o.Notice = func(text string) { t.Error(text) }
	}
	s, err := Run(ctx, w.Client, w.Describe(), o)
	if err != nil {
		t.Fatal(err)
	}
	return out.lines, s
}

func renderer(t *testing.T, format string) render.Renderer {
	t.Helper()
	r, err := render.New(format, term.NewOutput(&bytes.Buffer{}, term.Never, func(string) string { return "" }))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// wantLines fails unless just these lines were printed, in this order.
func wantLines(t *testing.T, lines []string, want ...string) {
	t.Helper()
	if strings.Join(lines, "|") != strings.Join(want, "|") {
		t.Fatalf("printed %q, want %q", lines, want)
	}
}

// Records come in order across a split and a merge: no child before its parents
// were printed.
func TestParentsBeforeChildren(t *testing.T) {
	w := sim.New(t, 1)
	w.PutAt(0, "1")
	w.Split(0, 8)
	w.PutAt(0, "2")
	w.PutAt(8, "2")
	w.Merge(1, 2)
	w.PutAt(8, "3")
	lines, s := run(t, context.Background(), w, Options{From: trimHorizon, NoFollow: true})
	wantLines(t, lines, "1", "2", "2", "3")
	if s.Shards != 4 || s.Records != 4 || s.Printed != 4 || s.Incomplete {
		t.Errorf("%+v", s)
	}
}

// From now on: what was there is not printed, what comes is, also what the
// children of a shard that is split get before anybody asks for them.
func TestLatestFollowsAReshard(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second) // ends a run that misses one
	defer cancel()
	var w *sim.World
	following, done := false, false // shard 0 from its latest record on
	w = sim.New(t, 2, func(operation string, in sim.Message, forward func(sim.Message) sim.Message) (sim.Message, string) {
		out := forward(in)
		if following && !done {
			done = true
			w.PutAt(0, "parent")
			w.Split(0, 4)
			w.PutAt(0, "first child")
			w.PutAt(4, "second child")
		}
		following = following || operation == "GetShardIterator" && in["ShardId"] == sim.ID(0)
		return out, ""
	})
	w.PutAt(0, "before")
	out := &printed{took: func(lines int) {
		if lines == 3 {
			cancel()
		}
	}}
	lines, _ := run(t, ctx, w, Options{From: position.Position{Kind: position.Latest}, Out: out})
	if len(lines) != 3 || lines[0] != "parent" {
		t.Errorf("printed %q", lines)
	}
}

// What arrives in the very millisecond in which a tail from the latest record
// begins is in its window: arrival times have whole milliseconds, our clock has not.
func TestLatestHoldsItsFirstMillisecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // lest half a millisecond pass
		w := sim.New(t, 1)
		described := w.Describe()
		lineage, err := w.Client.ListShards(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		w.Pass(500*time.Microsecond - time.Duration(w.Client.Clock.Now().Nanosecond())%time.Millisecond)
		now := w.Client.Clock.Now()
		f := newFollower(w.Client, Options{From: position.Position{Kind: position.Latest}}, described, lineage, now)
		if at := now.Truncate(time.Millisecond); at.Equal(now) || !f.asked.Holds(at) {
			t.Errorf("%s is outside the window, which begins at %s", at, f.asked.From)
		}
	})
}

// A shard that the listing closes already may still take writes for a while.
func TestLatestReadsAShardThatIsClosing(t *testing.T) {
	w := sim.New(t, 1, sim.Before("GetShardIterator", 1, func() {}))
	w.PutAt(0, "before")
	w.Split(0, 8) // two seconds ago
	starts := map[string]position.Kind{}
	lineage, err := w.Client.ListShards(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	described := w.Describe()
	f := newFollower(w.Client, Options{From: position.Position{Kind: position.Latest}, Settle: 10 * time.Second}, described, lineage, w.Clock.Now())
	chosen, err := f.starts()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range chosen {
		starts[s.Shard.ID] = s.At.Kind
	}
	want := map[string]position.Kind{sim.ID(0): position.Latest, sim.ID(1): position.TrimHorizon, sim.ID(2): position.TrimHorizon}
	for id, kind := range want {
		if starts[id] != kind {
			t.Errorf("%s starts at %q, want %q", id, starts[id], kind)
		}
	}
}

// A shard that closed before we began, and that only a later listing shows, holds
// nothing that comes after the latest record.
func TestLatestIsNotWhatALaterListingShows(t *testing.T) {
	w := sim.New(t, 1)
	w.Split(0, 8)
	w.Pass(5 * time.Second)
	lineage, err := w.Client.ListShards(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	described := w.Describe()
	for _, c := range []struct {
		from position.Position
		want bool
	}{{position.Position{Kind: position.Latest}, false}, {trimHorizon, true}} {
		f := newFollower(w.Client, Options{From: c.from, Settle: 10 * time.Second}, described, lineage[1:], w.Clock.Now())
		if got := f.wants(lineage[0]); got != c.want {
			t.Errorf("from %s: %v", c.from.Kind, got)
		}
	}
}

// A live tail says that its stream was deleted and created anew under it, though
// the new one answers as if nothing had happened.
func TestLiveTailSaysThatTheStreamIsAnother(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var w *sim.World
	w = sim.New(t, 1, sim.Refuse("GetRecords", "ExpiredIteratorException", func(n int, _ sim.Message) bool {
		if n == 2 {
			w.Call("DeleteStream", sim.Message{"StreamName": sim.Stream})
			w.Pass(time.Minute)
			w.Call("CreateStream", sim.Message{"StreamName": sim.Stream, "ShardCount": 1})
			w.Pass(time.Minute)
			w.PutAt(0, "1")
			w.PutAt(0, "2")
		}
		return n == 2
	}))
	var notices []string
	out := &printed{took: func(lines int) {
		if lines == 2 {
			cancel()
		}
	}}
	lines, s := run(t, ctx, w, Options{
		From: position.Position{Kind: position.Latest}, Out: out, Notice: func(text string) { notices = append(notices, text) },
	})
	wantLines(t, lines, "1", "2")
	if !s.Incomplete || len(notices) != 1 || !strings.Contains(notices[0], "created anew") {
		t.Errorf("incomplete %v, said %q", s.Incomplete, notices)
	}
}

func TestWindow(t *testing.T) {
	w := sim.New(t, 1)
	for _, data := range []string{"0", "1", "2", "3"} {
		w.PutAt(0, data)
		w.Pass(20 * time.Second)
	}
	w.Pass(time.Hour)
	from := position.At(sim.Began.Add(20 * time.Second))
	lines, _ := run(t, context.Background(), w, Options{From: from, Until: sim.Began.Add(50 * time.Second)})
	wantLines(t, lines, "1", "2")
}

// No-follow reads up to the moment it was called, and no further.
func TestNoFollowEndsThoughRecordsKeepComing(t *testing.T) {
	var w *sim.World
	w = sim.New(t, 1, func(operation string, in sim.Message, forward func(sim.Message) sim.Message) (sim.Message, string) {
		if operation == "GetRecords" {
			w.Pass(5 * time.Second)
			w.PutAt(0, "late")
		}
		return forward(in), ""
	})
	w.PutAt(0, "in time")
	lines, _ := run(t, context.Background(), w, Options{From: trimHorizon, NoFollow: true})
	wantLines(t, lines, "in time")
}

func TestLimit(t *testing.T) {
	w := sim.New(t, 1)
	for _, data := range []string{"1", "2", "3"} {
		w.PutAt(0, data)
	}
	lines, s := run(t, context.Background(), w, Options{From: trimHorizon, Limit: 2})
	wantLines(t, lines, "1", "2")
	if s.Printed != 2 {
		t.Errorf("%d printed", s.Printed)
	}
}

func TestOnlyTheShardsAskedFor(t *testing.T) {
	w := sim.New(t, 2)
	w.PutAt(0, "low")
	w.PutAt(8, "high")
	lines, _ := run(t, context.Background(), w, Options{From: trimHorizon, NoFollow: true, Shards: []string{sim.ID(1)}})
	wantLines(t, lines, "high")
	_, err := Run(context.Background(), w.Client, w.Describe(), Options{From: trimHorizon, Shards: []string{sim.ID(7)}})
	var unknown *shard.Unknown
	if !errors.As(err, &unknown) || unknown.ID != sim.ID(7) {
		t.Errorf("%v", err)
	}
}

// Narrowed to a key, a tail reads the shards that the key falls into, before and
// after each reshard, also where it was stopped between; what is not asked for is not
// read.
func TestNarrowFollowsReshards(t *testing.T) {
	const key = "c" // its MD5 begins with 4: the sixteenth of the key space that it names
	w := sim.New(t, 2)
	a := newAgain(t, w, Options{From: trimHorizon, NarrowTo: []string{key}, Where: match.PartitionKeys(key)})
	read := func(shards int, lines ...string) {
		t.Helper()
		a.run("", lines...)
		if a.shards != shards {
			t.Errorf("%d shards were read, want %d", a.shards, shards)
		}
	}
	w.Put(key, "1")
	read(1, "1")
	w.Put(key, "2")
	w.Split(0, 4) // into 2 and 3
	w.Put(key, "3")
	read(2, "2", "3")
	w.Merge(3, 1) // into 4
	w.Put(key, "4")
	w.Split(4, 12) // into 5 and 6
	w.Put(key, "5")
	read(3, "4", "5")
	read(1)
}

// A stream that came to distribute records by itself while a narrowed tail read it
// may have put them anywhere.
func TestNarrowOnAStreamThatTurnsAuto(t *testing.T) {
	for _, narrow := range []string{"", "c"} {
		w := sim.New(t, 2, sim.Answer("DescribeStreamSummary", func(n int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
			out := forward(in)
			if n > 1 {
				out["StreamDescriptionSummary"].(sim.Message)["RecordDistributionStrategy"] = "AUTO"
			}
			return out
		}))
		said := ""
		o := Options{From: trimHorizon, NoFollow: true, Notice: func(text string) { said += text }}
		if narrow != "" {
			o.NarrowTo = []string{narrow}
		}
		_, s := run(t, context.Background(), w, o)
		if s.Incomplete != (narrow != "") || strings.Contains(said, "AUTO") != s.Incomplete {
			t.Errorf("narrowed to %q: incomplete %v, said %q", narrow, s.Incomplete, said)
		}
	}
}

// A sequence number begins in its own shard, and goes on in those that took
// over from it.
func TestFromASequenceNumber(t *testing.T) {
	w := sim.New(t, 2)
	w.PutAt(0, "1")
	second := w.PutAt(0, "2")
	w.PutAt(8, "elsewhere")
	w.Split(0, 4)
	w.PutAt(0, "3")
	at := position.Position{Kind: position.AtSequenceNumber, SequenceNumber: second.SequenceNumber}
	lines, _ := run(t, context.Background(), w, Options{From: at, NoFollow: true})
	wantLines(t, lines, "2", "3")
}

func TestJQReplacesTheData(t *testing.T) {
	w := sim.New(t, 1)
	w.PutAt(0, `{"id":1,"tags":["x","y"]}`)
	w.PutAt(0, "no object")
	w.PutAt(0, `{"id":98765432109876543210,"tags":["z"]}`)
	program, err := jq.Compile(`select(.id > 1) | .id, .tags[], $meta.partitionKey`)
	if err != nil {
		t.Fatal(err)
	}
	lines, s := run(t, context.Background(), w, Options{From: trimHorizon, NoFollow: true, JQ: program})
	wantLines(t, lines, "98765432109876543210", "z", "a")
	if s.JQ.Count != 1 || !strings.Contains(s.JQ.First, "expected an object") || s.Printed != 1 {
		t.Errorf("%+v", s)
	}
}

func TestEnvelope(t *testing.T) {
	w := sim.New(t, 1)
	at := w.Put("user-1", "\x00\x01")
	lines, s := run(t, context.Background(), w, Options{From: trimHorizon, NoFollow: true, Renderer: renderer(t, "json")})
	var e record.Envelope
	if len(lines) != 1 || json.Unmarshal([]byte(lines[0]), &e) != nil {
		t.Fatalf("printed %q", lines)
	}
	if e.ShardID != at.ShardID || e.SequenceNumber != at.SequenceNumber || *e.PartitionKey != "user-1" || string(e.DataBase64) != "\x00\x01" {
		t.Errorf("%+v", e)
	}
	if s.Undecoded != 1 {
		t.Errorf("%d undecoded", s.Undecoded)
	}
}

// A shard that cannot be read is said, the others go on.
func TestUnreadableShardIsSaid(t *testing.T) {
	w := sim.New(t, 2, sim.Refuse("GetShardIterator", "AccessDeniedException", func(_ int, in sim.Message) bool {
		return in["ShardId"] == sim.ID(0)
	}))
	w.PutAt(0, "low")
	w.PutAt(8, "high")
	var said []string
	lines, s := run(t, context.Background(), w, Options{
		From: trimHorizon, NoFollow: true, Notice: func(text string) { said = append(said, text) },
	})
	wantLines(t, lines, "high")
	if !s.Incomplete || len(said) != 1 || said[0] != sim.ID(0)+": access denied (kinesis:GetShardIterator)" {
		t.Errorf("incomplete %v, said %q", s.Incomplete, said)
	}
}

// Asked for more than the stream holds, tail says from when on it holds records.
func TestTrimmedBeginningIsSaid(t *testing.T) {
	w := sim.New(t, 1)
	w.Pass(48 * time.Hour)
	var said []string
	_, s := run(t, context.Background(), w, Options{
		From: position.At(sim.Began.Add(time.Hour)), NoFollow: true, Notice: func(text string) { said = append(said, text) },
	})
	if !s.Incomplete || len(said) == 0 || !strings.Contains(said[0], "holds nothing from before 2026-11-24 10:0") {
		t.Errorf("incomplete %v, said %q", s.Incomplete, said)
	}
}

// What changes the stream while it is read is said at the end.
func TestChangesAreSaid(t *testing.T) {
	retain := func(which string, hours int) func(*sim.World) {
		return func(w *sim.World) {
			w.Call(which+"StreamRetentionPeriod", sim.Message{"StreamName": sim.Stream, "RetentionPeriodHours": hours})
			w.Pass(time.Minute)
		}
	}
	cases := []struct {
		name   string
		from   position.Position
		change func(*sim.World)
		lists  func(sim.Message) // changes the last listing
		want   string
	}{
		{"retention lowered", trimHorizon, retain("Decrease", 24), nil, "the retention period changed from 2d to 1d meanwhile, and let records expire"},
		{"retention lowered, and all is younger", position.At(sim.Began.Add(35 * time.Hour)), retain("Decrease", 24), nil, ""},
		{"retention raised", trimHorizon, retain("Increase", 72), nil, ""},
		{"a listing that lacks an open shard", trimHorizon, nil, func(out sim.Message) { out["Shards"] = out["Shards"].([]any)[:1] },
			"the listing of shards at the end is not complete: no open shard owns hash key 170141183460469231731687303715884105728"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var w *sim.World
			w = sim.New(t, 2, sim.Answer("GetRecords", func(n int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
				if n == 1 && c.change != nil {
					c.change(w)
				}
				return forward(in)
			}), sim.Answer("ListShards", func(n int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
				out := forward(in)
				if n > 1 && c.lists != nil {
					c.lists(out)
				}
				return out
			}))
			retain("Increase", 48)(w)
			w.Pass(40 * time.Hour)
			said := ""
			_, s := run(t, context.Background(), w, Options{From: c.from, NoFollow: true, Notice: func(text string) { said += text }})
			if said != c.want || s.Incomplete != (c.want != "") {
				t.Errorf("incomplete %v, said %q, want %q", s.Incomplete, said, c.want)
			}
		})
	}
}

// What came after the beginning and expired before it was read is said, whether
// anything was read before or not.
func TestLatestTooSlowIsSaid(t *testing.T) {
	for _, first := range []bool{true, false} {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second) // ends a run that prints nothing
		defer cancel()
		var w *sim.World
		w = sim.New(t, 1, sim.Answer("GetRecords", func(n int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
			switch {
			case n == 1 && first:
				w.PutAt(0, "first")
			case n == 3:
				w.Pass(time.Hour)
				w.PutAt(0, "expires")
				w.Pass(25 * time.Hour)
				w.PutAt(0, "last")
			}
			return forward(in)
		}))
		out := &printed{}
		out.took = func(int) {
			if out.lines[len(out.lines)-1] == "last" {
				cancel()
			}
		}
		said := ""
		_, s := run(t, ctx, w, Options{From: position.Position{Kind: position.Latest}, Out: out, Notice: func(text string) { said += text }})
		if !s.Incomplete || !strings.Contains(said, "may have expired before") {
			t.Errorf("read before: %v, incomplete %v, said %q", first, s.Incomplete, said)
		}
	}
}

// A tail from the trim horizon on that trimming overtakes in mid-shard says so as
// soon as it sees what is left; one that is fast enough says nothing.
func TestOvertakenByTrimmingIsSaid(t *testing.T) {
	for held, want := range map[time.Duration]string{0: "", 3 * time.Hour: sim.ID(0) + ": records that arrived from "} {
		var w *sim.World
		w = sim.New(t, 1, sim.Answer("GetRecords", func(n int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
			if n == 2 {
				w.Pass(held)
			}
			in["Limit"] = 1
			return forward(in)
		}))
		for _, data := range []string{"1", "2", "3"} {
			w.PutAt(0, data)
			w.Pass(2 * time.Hour)
		}
		w.Pass(17*time.Hour + 59*time.Minute)
		said := ""
		_, s := run(t, context.Background(), w, Options{From: trimHorizon, NoFollow: true, Notice: func(text string) { said += text }})
		if s.Incomplete != (want != "") || !strings.HasPrefix(said, want) || (said == "") != (want == "") {
			t.Errorf("held up for %s: incomplete %v, said %q", held, s.Incomplete, said)
		}
	}
}

type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, syscall.EPIPE }

func TestClosedPipeEndsTheRun(t *testing.T) {
	w := sim.New(t, 1)
	w.PutAt(0, "1")
	_, err := Run(context.Background(), w.Client, w.Describe(), Options{
		From: trimHorizon, Where: match.All(), Renderer: renderer(t, "data"), Out: closedPipe{},
		ReadShare: 0.4, Settle: time.Second, Notice: func(text string) { t.Error(text) },
	})
	if !errors.Is(err, syscall.EPIPE) {
		t.Errorf("%v", err)
	}
}

// Throttles, expired iterators and failures lose nothing and repeat nothing.
func TestPassingFailuresLoseNothing(t *testing.T) {
	for _, name := range []string{"ProvisionedThroughputExceededException", "ExpiredIteratorException", "InternalFailure", sim.Unanswered} {
		t.Run(name, func(t *testing.T) {
			w := sim.New(t, 1, sim.Refuse("GetRecords", name, func(n int, _ sim.Message) bool { return n%2 == 1 }))
			for _, data := range []string{"1", "2", "3"} {
				w.PutAt(0, data)
			}
			lines, _ := run(t, context.Background(), w, Options{From: trimHorizon, NoFollow: true})
			wantLines(t, lines, "1", "2", "3")
		})
	}
}
