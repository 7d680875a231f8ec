package trace

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kinspect/internal/match"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/sim"
	"kinspect/trace/receipt"
)

// counting counts how often each record was tested.
type counting struct {
	match.Matcher
	mu    sync.Mutex
	times map[record.SequenceNumber]int
}

func (c *counting) Match(s match.Subject) (match.Hit, bool, error) {
	c.mu.Lock()
	c.times[s.User.SequenceNumber]++
	c.mu.Unlock()
	return c.Matcher.Match(s)
}

// fuse cuts a scan at a call of GetRecords, counted from where it is lit.
type fuse struct {
	left int
	cut  func()
}

func (f *fuse) wire() sim.Wire {
	return sim.Answer("GetRecords", func(_ int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
		if f.left--; f.left == 0 && f.cut != nil {
			f.cut()
		}
		in["Limit"] = 2
		return forward(in)
	})
}

// resharded is a world of 3 shards, of which one is split and the others merged,
// and of records on all of them.
func resharded(t *testing.T, f *fuse, wires ...sim.Wire) *world {
	w := newWorld(t, 3, append(wires, f.wire())...)
	n := 0
	put := func(count int) {
		for range count {
			n++
			w.PutAt(n%16, fmt.Sprintf("ord-%d", n))
			w.Pass(time.Second)
		}
	}
	put(12)
	w.Split(0, 2)
	put(12)
	w.Merge(1, 2)
	put(12)
	w.PutAt(9, "\x00\x01")
	return w
}

// question looks for a text, and may be asked of a receipt.
func (w *world) question(text string, content match.Matcher, r *receipt.Receipt) Options {
	o := Options{Event: receipt.Event{Text: text}, Content: content, Settle: 10 * time.Second, ReadShare: 0.6}
	if r != nil {
		o.Resume = kept(w.t, *r)
	}
	return o
}

// kept is a receipt that went through its file.
func kept(t *testing.T, r receipt.Receipt) *receipt.Receipt {
	t.Helper()
	var file bytes.Buffer
	if err := r.Write(&file); err != nil {
		t.Fatal(err)
	}
	read, err := receipt.Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	return &read
}

// scan asks the question and is cut after so many calls; 0: never.
func (w *world) scan(f *fuse, calls int, o Options) receipt.Receipt {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	f.left, f.cut = calls, cancel
	return w.run(ctx, o)
}

func newCounting(t *testing.T, text string) *counting {
	t.Helper()
	event, err := match.Event(text)
	if err != nil {
		t.Fatal(err)
	}
	return &counting{Matcher: event, times: map[record.SequenceNumber]int{}}
}

// A scan that is cut, wherever and however often, and resumed until it is whole,
// says what one that was not cut says: the same verdict from the same counters,
// each record tested once.
func TestResumedIsTheSame(t *testing.T) {
	for _, c := range []struct {
		event string
		from  bool
	}{{"ord-99", false}, {"ord-99", true}, {"ord-35", false}} {
		t.Run(fmt.Sprintf("%s from %v", c.event, c.from), func(t *testing.T) {
			ask := func(calls, more int) (receipt.Receipt, *counting, bool) {
				f := &fuse{}
				w := resharded(t, f)
				content := newCounting(t, c.event)
				o := w.question(c.event, content, nil)
				if c.from {
					o.From = sim.Began.Add(30 * time.Second)
				}
				r, cut := w.scan(f, calls, o), false
				for n := 0; r.Verdict == receipt.Inconclusive && len(r.Reasons) > 0 && r.Reasons[0].Code == "interrupted"; n++ {
					if cut = true; n > 500 {
						t.Fatalf("cut %d times: %v", n, r.Reasons)
					}
					w.Pass(time.Minute)
					r = w.scan(f, more, w.question(c.event, content, &r))
				}
				return r, content, cut
			}
			whole, _, _ := ask(0, 0)
			for _, more := range []int{0, 12} {
				for calls := 1; ; calls++ {
					r, content, cut := ask(calls, more)
					alike(t, fmt.Sprintf("cut at call %d, then at each %d", calls, more), r, whole)
					for number, times := range content.times {
						if times != 1 {
							t.Fatalf("cut at call %d: %s was tested %d times", calls, number, times)
						}
					}
					if !cut {
						break
					}
				}
			}
		})
	}
}

// alike fails unless both receipts say the same of the event.
func alike(t *testing.T, name string, got, want receipt.Receipt) {
	t.Helper()
	if got.Verdict != want.Verdict || !slices.Equal(got.Reasons, want.Reasons) || !near(got.Window.From, want.Window.From) {
		t.Fatalf("%s: %s for %v from %s, want %s for %v from %s", name, got.Verdict, got.Reasons, got.Window.From, want.Verdict, want.Reasons, want.Window.From)
	}
	if want.Verdict == receipt.Found {
		return // how much was read before it is chance
	}
	g, w := got.Coverage, want.Coverage
	if g.Records != w.Records || g.UserRecords != w.UserRecords || g.Bytes != w.Bytes || g.Opaque != w.Opaque || len(g.Shards) != len(w.Shards) || g.Complete != w.Complete {
		t.Fatalf("%s: coverage %+v, want %+v", name, g, w)
	}
	for i, a := range g.Shards {
		if b := w.Shards[i]; a.ShardID != b.ShardID || a.Records != b.Records || (a.Proof == nil) != (b.Proof == nil) || !near(*a.From, *b.From) {
			t.Fatalf("%s: shard %+v, want %+v", name, a, b)
		}
	}
}

// What was seen outside the window before the cut is told at the end.
func TestOutsideIsCarried(t *testing.T) {
	f := &fuse{}
	w := newWorld(t, 1, f.wire())
	w.Pass(time.Hour)
	w.put("a", "ord-1")
	w.put("a", "another")
	w.Pass(10 * time.Second)
	content := newCounting(t, "ord-1")
	o := w.question("ord-1", content, nil)
	o.From = w.Clock.Now()
	w.put("a", "another")
	r := w.scan(f, 2, o)
	want(t, r, receipt.Inconclusive, "interrupted", "interrupted")
	r = w.run(context.Background(), w.question("ord-1", content, &r))
	want(t, r, receipt.Absent)
	if len(r.Outside) != 1 || r.Caveats[0].Code != "outside" {
		t.Errorf("outside %v, caveats %v", r.Outside, r.Caveats)
	}
}

// near allows for the time that making a world takes.
func near(a, b record.Timestamp) bool { return a.Sub(b.Time).Abs() < 2*time.Second }

// A scan has its time, by the clock that also jumps; what it read in that time is
// kept.
func TestTimeout(t *testing.T) {
	f := &fuse{}
	w := resharded(t, f)
	content := newCounting(t, "ord-99")
	o := w.question("ord-99", content, nil)
	o.Timeout = 3 * time.Second
	before := w.Clock.Now()
	r := w.run(context.Background(), o)
	if took := w.Clock.Now().Sub(before); took < 3*time.Second || took > 4*time.Second {
		t.Errorf("took %s", took)
	}
	if r.Verdict != receipt.Inconclusive || r.Reasons[0].Code != "time" || r.Coverage.Complete || r.Coverage.Records == 0 {
		t.Fatalf("%s for %v, %d records", r.Verdict, r.Reasons, r.Coverage.Records)
	}
	for _, a := range r.Coverage.Shards {
		if gaps := a.Missing(); a.Proof == nil && (len(gaps) != 1 || gaps[0].Code != "time" || gaps[0].Until.Before(r.Window.Until.Truncate(time.Millisecond))) {
			t.Errorf("%s: gap %+v", a.ShardID, gaps)
		}
	}
	w.Pass(time.Hour)
	want(t, w.run(context.Background(), w.question("ord-99", content, &r)), receipt.Inconclusive, "opaque")
}

// What was found before the time was over is found.
func TestFoundWithinTheTimeout(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", "ord-1")
	r := w.trace("ord-1", func(o *Options) { o.All, o.Timeout = true, 5*time.Second })
	want(t, r, receipt.Found)
	if r.Coverage.Complete || r.Caveats[0].Code != "more-copies" {
		t.Errorf("complete %v, caveats %v", r.Coverage.Complete, r.Caveats)
	}
}

// What expires between two scans is not vouched for: a window has a gap; what the
// stream holds begins later.
func TestExpiresBeforeItIsResumed(t *testing.T) {
	for _, c := range []struct {
		name   string
		window bool
		pass   time.Duration
		codes  []string
	}{
		{"a window", true, 21 * time.Hour, []string{"trimmed"}},
		{"what the stream holds", false, 21 * time.Hour, nil},
		{"all of it", false, 30 * time.Hour, []string{"before-horizon"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fuse{}
			w := newWorld(t, 1, f.wire())
			for range 10 {
				w.put("a", "ord-1")
				w.Pass(time.Hour)
			}
			w.put("a", "ord-2")
			w.Pass(time.Minute)
			o := w.question("ord-9", newCounting(t, "ord-9"), nil)
			if c.window {
				o.From = sim.Began.Add(30 * time.Minute)
			}
			r := w.scan(f, 3, o)
			if gaps := r.Coverage.Shards[0].Missing(); len(gaps) == 0 || gaps[0].AfterSequenceNumber == "" {
				t.Fatalf("gap %+v", gaps)
			}
			w.Pass(c.pass) // the horizon lies in the unread part
			now := w.Clock.Now()
			resumed := w.run(context.Background(), w.question("ord-9", o.Content, &r))
			verdict := receipt.Inconclusive
			if c.codes == nil {
				verdict = receipt.Absent
			}
			want(t, resumed, verdict, c.codes...)
			if verdict == receipt.Absent && resumed.Window.From.Before(now.Add(-24*time.Hour)) {
				t.Errorf("from %s, and what came before %s had expired", resumed.Window.From, now.Add(-24*time.Hour))
			}
		})
	}
}

// A shard with a gap that expires between two scans, children and all that the
// receipt does not know: nothing of it is taken for read.
func TestShardExpiresBeforeItIsResumed(t *testing.T) {
	f := &fuse{}
	w := newWorld(t, 2, f.wire())
	w.put("a", "ord-1")
	w.Pass(time.Hour)
	w.Split(0, 4)
	w.Pass(time.Minute)
	closed := w.Clock.Now()
	w.Pass(2 * time.Hour)
	content := newCounting(t, "ord-1")
	r := w.scan(f, 1, w.question("ord-1", content, nil))
	want(t, r, receipt.Inconclusive, "interrupted", "interrupted", "interrupted", "interrupted", "interrupted")
	w.Pass(22*time.Hour + 30*time.Minute)
	resumed := w.run(context.Background(), w.question("ord-1", content, &r))
	want(t, resumed, receipt.Absent)
	if resumed.Window.From.Before(closed.Add(-2 * time.Minute)) {
		t.Errorf("from %s, and a shard that closed at %s was not read", resumed.Window.From, closed)
	}
}

// A shard that a last page named just when the scan was interrupted, of which no
// listing had told yet that it opened after the window, leaves no gap for ever.
func TestShardAfterTheWindowIsNotMissing(t *testing.T) {
	var w *world
	ctx, cut := context.WithCancel(context.Background())
	w = newWorld(t, 1, sim.Before("GetRecords", 1, func() { w.Split(0, 8) }), sim.Before("ListShards", 2, cut))
	w.Pass(time.Hour)
	o := w.question("ord-9", newCounting(t, "ord-9"), nil)
	o.From = w.Clock.Now().Add(-30 * time.Minute)
	o.Until = o.From.Add(time.Minute)
	r := w.run(ctx, o)
	want(t, r, receipt.Inconclusive, "interrupted", "interrupted", "interrupted")
	for _, a := range r.Coverage.Shards[1:] {
		if a.OpenedAt != nil || a.Proof != nil {
			t.Fatalf("%+v", a)
		}
	}
	o = w.question("ord-9", newCounting(t, "ord-9"), &r)
	want(t, w.run(context.Background(), o), receipt.Absent)
	if len(o.Resume.Coverage.Shards) != 3 || o.Resume.Coverage.Shards[2].ShardID == "" {
		t.Errorf("the receipt was changed: %+v", o.Resume.Coverage.Shards)
	}
}

// What happens to the stream between two scans is seen by the second: shards that
// the receipt does not know are read, and a shorter retention stays a doubt.
func TestStreamChangesBeforeItIsResumed(t *testing.T) {
	f := &fuse{}
	w := newWorld(t, 2, f.wire())
	w.put("a", "ord-1")
	content := newCounting(t, "ord-9")
	r := w.scan(f, 1, w.question("ord-9", content, nil))
	w.Split(0, 4)
	resumed := w.run(context.Background(), w.question("ord-9", content, &r))
	want(t, resumed, receipt.Absent)
	if len(resumed.Coverage.Shards) != 4 || resumed.StartedAt.String() != r.StartedAt.String() {
		t.Errorf("%d shards, started at %s", len(resumed.Coverage.Shards), resumed.StartedAt)
	}
	retention := func(operation string, hours int) {
		w.Call(operation, sim.Message{"StreamName": sim.Stream, "RetentionPeriodHours": hours})
	}
	retention("IncreaseStreamRetentionPeriod", 48)
	r = w.scan(f, 1, w.question("ord-9", content, nil))
	retention("DecreaseStreamRetentionPeriod", 24)
	r = w.scan(f, 1, w.question("ord-9", content, &r))
	retention("IncreaseStreamRetentionPeriod", 48)
	for range 2 {
		r = w.run(context.Background(), w.question("ord-9", content, &r))
		want(t, r, receipt.Inconclusive, "retention-changed")
	}
}

// What stopped a scan is a gap from which it goes on once that is mended.
func TestResumesAfterAFailure(t *testing.T) {
	for _, name := range []string{"ExpiredTokenException", "AccessDeniedException", "KMSAccessDeniedException", "ProvisionedThroughputExceededException"} {
		t.Run(name, func(t *testing.T) {
			mended, f := false, &fuse{}
			w := resharded(t, f, sim.Refuse("GetRecords", name, func(n int, _ sim.Message) bool { return n > 8 && !mended }))
			content := newCounting(t, "ord-99")
			r := w.run(context.Background(), w.question("ord-99", content, nil))
			if r.Verdict != receipt.Inconclusive || r.Coverage.Records == 0 || r.Coverage.Complete {
				t.Fatalf("%s, coverage %+v", r.Verdict, r.Coverage)
			}
			mended = true
			want(t, w.run(context.Background(), w.question("ord-99", content, &r)), receipt.Inconclusive, "opaque")
			if len(content.times) != 37 {
				t.Errorf("%d records were tested", len(content.times))
			}
		})
	}
}

// Credentials that expire at the very end are named as such.
func TestLastDescriptionFails(t *testing.T) {
	for refusal, code := range map[string]string{"ExpiredTokenException": "credentials", "AccessDeniedException": "access-denied", "InternalFailure": "unavailable"} {
		w := newWorld(t, 1, sim.Refuse("DescribeStreamSummary", refusal, func(n int, _ sim.Message) bool { return n > 1 }))
		r := w.trace("ord-9")
		want(t, r, receipt.Inconclusive, code)
		if !strings.Contains(r.Reasons[0].Text, "kinesis:DescribeStreamSummary") {
			t.Errorf("reason %+v", r.Reasons[0])
		}
	}
}

// A receipt is refused where it answers another question.
func TestCannotResume(t *testing.T) {
	f := &fuse{}
	w := resharded(t, f)
	cut := w.scan(f, 5, w.question("ord-99", newCounting(t, "ord-99"), nil))
	key := "a"
	for _, c := range []struct {
		name   string
		change func(*Options, *receipt.Receipt)
		says   string
	}{
		{"found", func(_ *Options, r *receipt.Receipt) { r.Verdict = receipt.Found }, "nothing is missing"},
		{"absent", func(_ *Options, r *receipt.Receipt) { r.Verdict = receipt.Absent }, "nothing is missing"},
		{"another stream", func(_ *Options, r *receipt.Receipt) { r.Stream.ARN += "2" }, "it is of the stream arn:"},
		{"created anew", func(_ *Options, r *receipt.Receipt) { r.Stream.CreatedAt.Time = sim.Began.Add(-time.Hour) }, "created at"},
		{"another event", func(o *Options, _ *receipt.Receipt) { o.Event.Text = "ord-98" }, `it looks for "ord-99", and not for "ord-98"`},
		{"a partition key more", func(o *Options, _ *receipt.Receipt) { o.Event.PartitionKey = &key }, "partition key"},
		{"another settle time", func(o *Options, _ *receipt.Receipt) { o.Settle = time.Second }, "other settings"},
		{"another decoding", func(_ *Options, r *receipt.Receipt) { r.Settings.Decode = "none" }, "other settings"},
		{"a capture", func(_ *Options, r *receipt.Receipt) {
			r.Reasons = append(slices.Clone(r.Reasons), notice.Notice{Code: notice.Capture})
		}, "capture"},
		{"another beginning", func(o *Options, _ *receipt.Receipt) { o.From = sim.Began.Add(time.Second) }, "begins at"},
		{"another end", func(o *Options, _ *receipt.Receipt) { o.Until = sim.Began.Add(time.Minute) }, "ends at"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := w.question("ord-99", newCounting(t, "ord-99"), &cut)
			c.change(&o, o.Resume)
			described, err := w.client.Describe(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			_, err = Run(context.Background(), w.client, described, o)
			var refused *CannotResume
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v", err)
			}
		})
	}
	cut.Settings.FanOut = 3 // what was read by consumers is polled on
	same := w.question("ord-99", newCounting(t, "ord-99"), &cut)
	same.From, same.Until, same.ReadShare = cut.Window.From.Time, cut.Window.Until.Time, 0.3
	want(t, w.run(context.Background(), same), receipt.Inconclusive, "opaque")
}
