package coverage

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/step"
)

const shardID = "shardId-000000000007"

// t1 is where the windows of these tests end, t0 where explicit ones begin.
var (
	t1 = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	t0 = t1.Add(-time.Hour)
)

// window is an hour of a stream that is old and keeps a day.
func window() Window {
	return Window{From: t0, Until: t1, Settle: 10 * time.Second, Retention: 24 * time.Hour, CreatedAt: t1.Add(-1000 * time.Hour)}
}

// openWindow begins with what the stream still holds.
func openWindow() Window {
	w := window()
	w.From = time.Time{}
	return w
}

// sequenceAt spells a sequence number in AWS' second layout.
func sequenceAt(created, at time.Time) record.SequenceNumber {
	n := new(big.Int)
	for _, field := range []struct {
		value int64
		low   uint
	}{{2, 184}, {created.Unix(), 148}, {at.Unix(), 36}, {2, 0}} {
		n.Or(n, new(big.Int).Lsh(big.NewInt(field.value), field.low))
	}
	return record.SequenceNumber(n.String())
}

// ledger has one shard open, read from pad before the window.
func ledger(w Window) *Ledger {
	l := New(w)
	start := time.Time{}
	if !w.Open() {
		start = w.From.Add(-Pad)
	}
	l.Open(shard.Shard{ID: shardID, Parent: "shardId-000000000003"}, start, t1.Add(-time.Minute))
	return l
}

// numbers gives records their sequence numbers, in the order of making.
var numbers int

// page is an answer that was asked for at a time and came at once, with records
// that arrived then.
func page(asked time.Time, behind time.Duration, arrived ...time.Time) step.Step {
	st := step.Step{ShardID: shardID, AskedAt: asked, AnsweredAt: asked, Behind: behind}
	for _, at := range arrived {
		numbers++
		st.Records = append(st.Records, record.Record{ShardID: shardID, SequenceNumber: record.SequenceNumber(fmt.Sprint(numbers)), ArrivedAt: at})
		st.Bytes += 10
	}
	st.Extent = record.ExtentOf(st.Records)
	return st
}

func repeated(st step.Step, n int) step.Step {
	st.Repeated = n
	return st
}

func ended(st step.Step) step.Step {
	st.End, st.Children = true, []shard.Shard{{ID: "shardId-000000000008"}}
	return st
}

// proofOf books the steps and returns the shard's account.
func book(t *testing.T, l *Ledger, steps ...step.Step) Account {
	t.Helper()
	for i, st := range steps {
		done := l.Book(st)
		if last := i == len(steps)-1; done && !last {
			t.Fatalf("done after step %d of %d", i+1, len(steps))
		}
	}
	shards := l.Coverage().Shards
	if len(shards) != 1 {
		t.Fatalf("%d accounts", len(shards))
	}
	return shards[0]
}

// at is a time after the window's end.
func at(d time.Duration) time.Time { return t1.Add(d) }

func TestProofs(t *testing.T) {
	const ms, second, minute = time.Millisecond, time.Second, time.Minute
	cases := []struct {
		name  string
		proof ProofKind // none: not proved
		steps []step.Step
	}{
		// end
		{"end with children, long before the window is settled", End, []step.Step{ended(page(at(-minute), minute, at(-minute)))}},
		{"end on an empty page", End, []step.Step{ended(page(at(-minute), 20*minute))}},
		{"drained closed shard, further behind with each page", "", []step.Step{
			page(at(10*second), 30*minute), page(at(11*second), 31*minute), page(at(hour), 90*minute)}},

		// tip
		{"empty at the tip, asked when settled", Tip, []step.Step{page(at(10*second), 0)}},
		{"asked an instant too early", "", []step.Step{page(at(10*second-1), 0)}},
		{"asked at the window's end", "", []step.Step{page(at(0), 0)}},
		{"MillisBehindLatest 0 on a page that holds records", "", []step.Step{page(at(hour), 0, at(-minute))}},
		{"MillisBehindLatest 0 on a page of repeated records only", "", []step.Step{repeated(page(at(hour), 0), 3)}},
		{"throttled at the tip", "", []step.Step{{ShardID: shardID, Kind: step.Throttled, AskedAt: at(hour)}}},
		{"failure that passes at the tip", "", []step.Step{{ShardID: shardID, Kind: step.Retried, AskedAt: at(hour)}}},
		{"empty behind the tip, having looked past the window and its pad", Tip, []step.Step{page(at(hour), hour-61*second)}},
		{"empty behind the tip, a second less", "", []step.Step{page(at(hour), hour-60*second)}},
		{"empty behind the tip, past the settle time only", "", []step.Step{page(at(hour), hour-20*second)}},
		{"empty, far behind", "", []step.Step{page(at(hour), 2*time.Hour)}},
		{"empty behind the tip, then at it", Tip, []step.Step{page(at(hour), 2*time.Hour), page(at(hour), 0)}},

		// passed
		{"a record that arrived after the pad", Passed, []step.Step{page(at(hour), minute, at(minute+ms))}},
		{"a record that arrived at the end of the pad", "", []step.Step{page(at(hour), minute, at(minute))}},
		{"a record after the window, in the pad", "", []step.Step{page(at(hour), minute, at(second))}},
		{"after the pad, and a step back of less than half of it", Passed, []step.Step{
			page(at(hour), minute, at(30*second), at(ms), at(minute+ms))}},
		{"after the pad, and a step back of half of it", "", []step.Step{
			page(at(hour), minute, at(30*second), at(0), at(minute+ms))}},
		{"the step back came pages ago", "", []step.Step{
			page(at(hour), hour, at(-30*minute), at(-31*minute)), page(at(hour), minute, at(2*minute))}},
		{"the step back is on the page that passed", "", []step.Step{page(at(hour), minute, at(2*minute), at(minute))}},
		{"stepped back too far, then at the tip", Tip, []step.Step{
			page(at(hour), minute, at(2*minute), at(minute)), page(at(hour), 0)}},
		{"steps back of many records add up to none", Passed, []step.Step{
			page(at(hour), minute, at(0), at(-20*second), at(0), at(-20*second), at(2*minute))}},
		{"step back to before what came two records ago", "", []step.Step{
			page(at(hour), minute, at(20*second), at(0), at(-20*second), at(2*minute))}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := book(t, ledger(window()), c.steps...)
			switch {
			case a.Proof == nil && c.proof != "":
				t.Errorf("not proved, want %s", c.proof)
			case a.Proof != nil && a.Proof.Kind != c.proof:
				t.Errorf("proved by %+v, want %q", a.Proof, c.proof)
			case (a.Until != nil) != (c.proof != ""):
				t.Errorf("covered until %v", a.Until)
			}
			if len(a.Gaps) != 0 {
				t.Errorf("gaps %v", a.Gaps)
			}
		})
	}
}

const hour = time.Hour

// With a settle time above the pad, an empty page behind the tip must have
// looked as far as that.
func TestTipSettles(t *testing.T) {
	w := window()
	w.Settle = 2 * time.Minute
	l := ledger(w)
	if a := book(t, l, page(at(hour), hour-100*time.Second)); a.Proof != nil {
		t.Errorf("proved by %+v", a.Proof)
	}
	if a := book(t, l, page(at(hour), hour-121*time.Second)); a.Proof == nil {
		t.Error("not proved")
	}
}

// A window without an end is only proved by the shard's.
func TestWindowWithoutEnd(t *testing.T) {
	w := window()
	w.Until = time.Time{}
	a := book(t, ledger(w), page(at(hour), 0, at(0)), page(at(hour), 0), page(at(hour), minute, at(hour)), ended(page(at(hour), 0)))
	if a.Proof == nil || a.Proof.Kind != End {
		t.Errorf("proof %+v", a.Proof)
	}
}

const minute = time.Minute

func TestProofEvidence(t *testing.T) {
	passed := book(t, ledger(window()), page(at(hour), minute, at(0), at(-5*time.Second), at(2*minute))).Proof
	if passed.SequenceNumber != record.SequenceNumber(fmt.Sprint(numbers)) || !passed.ArrivedAt.Equal(at(2*minute)) ||
		passed.BackwardStepMillis != 5000 || !passed.AskedAt.Equal(at(hour)) || passed.MillisBehindLatest != nil {
		t.Errorf("passed %+v", passed)
	}
	tip := book(t, ledger(window()), page(at(hour), 2*time.Second)).Proof
	if tip.MillisBehindLatest == nil || *tip.MillisBehindLatest != 2000 {
		t.Errorf("tip %+v", tip)
	}
	end := book(t, ledger(window()), ended(page(at(0), 0))).Proof
	if len(end.Children) != 1 || end.Children[0] != "shardId-000000000008" {
		t.Errorf("end %+v", end)
	}
}

func TestTrimmedInAWindow(t *testing.T) {
	early := window()
	early.From = t1.Add(-24*hour + 2*minute) // its pad reaches a minute into what may expire next
	endless := window()
	endless.Until = time.Time{}
	cases := []struct {
		name        string
		window      Window
		steps       []step.Step
		from, until time.Time // of the gap; zero: none
	}{
		{"read long before it could expire", window(), []step.Step{page(t1, hour, t0), page(at(hour), 0)}, time.Time{}, time.Time{}},
		{"the horizon has reached the pad only", early, []step.Step{page(t1.Add(59*time.Second), hour, at(-hour))}, time.Time{}, time.Time{}},
		{"a record a pad before the window was still there", early, []step.Step{page(t1.Add(hour), hour, early.From.Add(-Pad))}, time.Time{}, time.Time{}},
		{"expired between two pages", window(), []step.Step{page(t1, hour, at(-50*minute)), page(t1.Add(24*hour-40*minute), hour, at(-20*minute))},
			at(-50 * minute), at(-39 * minute)},
		{"and the next record is older than the horizon", window(), []step.Step{page(t1, hour, at(-50*minute)), page(t1.Add(24*hour-40*minute), hour, at(-45*minute))},
			at(-50 * minute), at(-44 * minute)},
		{"expired before an empty page", window(), []step.Step{page(t1, hour, at(-50*minute)), page(t1.Add(24*hour-40*minute), 0)},
			at(-50 * minute), at(-39 * minute)},
		{"expired before the end", window(), []step.Step{page(t1, hour, at(-50*minute)), ended(page(t1.Add(24*hour-40*minute), 0))},
			at(-50 * minute), at(-39 * minute)},
		{"what had been looked at is not lost", window(), []step.Step{page(at(-minute), 10*minute), page(t1.Add(24*hour-20*minute), 0)}, time.Time{}, time.Time{}},
		{"beyond the window and its pad", window(), []step.Step{page(at(0), minute, at(minute), at(29*time.Second)), page(t1.Add(24*hour+30*minute), 0)}, at(minute), at(31 * minute)},
		{"further beyond", window(), []step.Step{page(at(0), minute, at(minute+time.Second), at(29*time.Second)), page(t1.Add(24*hour+30*minute), 0)}, time.Time{}, time.Time{}},
		{"a window without an end", endless, []step.Step{page(t1, hour, at(-50*minute)), page(t1.Add(24*hour-40*minute), hour, at(-20*minute))},
			at(-50 * minute), at(-39 * minute)},
		{"a call of an hour", window(), []step.Step{page(t1, hour, at(-50*minute)), late(page(t1.Add(24*hour-100*minute), 0), hour)},
			at(-50 * minute), at(-39 * minute)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := book(t, ledger(c.window), c.steps...)
			if c.from.IsZero() {
				if len(a.Gaps) != 0 {
					t.Errorf("gaps %+v", a.Gaps)
				}
				return
			}
			if len(a.Gaps) != 1 {
				t.Fatalf("gaps %+v", a.Gaps)
			}
			g := a.Gaps[0]
			if g.Code != notice.Trimmed || !g.From.Equal(c.from) || !g.Until.Equal(c.until) || !strings.Contains(g.Text, "expired") {
				t.Errorf("gap %+v, want from %s until %s", g, c.from, c.until)
			}
		})
	}
}

// What may have expired before anything was read of a shard is no gap: the window
// begins before what can be proved, and is not covered whole.
func TestTrimmedBeforeTheFirstRecord(t *testing.T) {
	early := window()
	early.From = t1.Add(-24*hour + 2*minute)
	cases := []struct {
		name     string
		window   Window
		steps    []step.Step
		earliest time.Time // zero: not after the window's beginning
	}{
		{"the horizon has reached the pad only", early, []step.Step{page(t1.Add(59*time.Second), hour, at(-hour))}, time.Time{}},
		{"the horizon is a minute before the window, less an instant", early, []step.Step{page(t1.Add(minute+1), hour, at(-hour))}, early.From.Add(1)},
		{"the next record came soon in the window", early, []step.Step{page(t1.Add(hour), hour, early.From.Add(time.Second))}, early.From.Add(Pad + time.Second)},
		{"the next record is a pad before the window", early, []step.Step{page(t1.Add(hour), hour, early.From.Add(-Pad))}, time.Time{}},
		{"what went before it may lie in the window", early, []step.Step{page(t1.Add(hour), hour, early.From.Add(1-Pad))}, early.From.Add(1)},
		{"what an empty page had looked at, less what may not have been visible", window(), []step.Step{page(at(-minute), 0), page(t1.Add(24*hour-2*minute), 0)}, at(-minute)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := ledger(c.window)
			for _, st := range c.steps {
				l.Book(st)
			}
			if a := l.Coverage().Shards[0]; len(a.Gaps) != 0 {
				t.Errorf("gaps %+v", a.Gaps)
			}
			if earliest := l.Earliest(); c.earliest.IsZero() == earliest.After(c.window.From) || !c.earliest.IsZero() && !earliest.Equal(c.earliest) {
				t.Errorf("earliest %s, want %s", earliest, c.earliest)
			}
			if complete := l.Coverage().Complete; complete && !c.earliest.IsZero() {
				t.Error("complete")
			}
			if from := l.From(); !from.Equal(c.window.From) {
				t.Errorf("from %s", from)
			}
		})
	}
}

// late has a page answered so long after it was asked for.
func late(st step.Step, d time.Duration) step.Step {
	st.AnsweredAt = st.AskedAt.Add(d)
	return st
}

// A shard that is read at the pace at which it expires has one gap, not one for
// each page.
func TestTrimmedPageByPage(t *testing.T) {
	l := ledger(window())
	asked := t0.Add(24 * hour)
	l.Book(page(asked, 24*hour, t0))
	for range 1000 {
		asked = asked.Add(time.Second)
		l.Book(page(asked, 24*hour, asked.Add(-24*hour)))
	}
	a := l.Coverage().Shards[0]
	if len(a.Gaps) != 1 || !a.Gaps[0].From.Equal(t0) || !a.Gaps[0].Until.Equal(t0.Add(1000*time.Second+Pad)) {
		t.Errorf("gaps %+v", a.Gaps)
	}
	if !strings.Contains(a.Gaps[0].Text, a.Gaps[0].Until.Words()) {
		t.Errorf("text %q", a.Gaps[0].Text)
	}
}

// What expires from an open window is no gap: the window begins later.
func TestTrimmedInAnOpenWindow(t *testing.T) {
	created := openWindow().CreatedAt
	young := openWindow()
	young.CreatedAt = t1.Add(-hour)
	endless := openWindow()
	endless.Retention = 0
	cases := []struct {
		name   string
		window Window
		steps  []step.Step
		from   time.Time
	}{
		{"nothing read yet", openWindow(), nil, t1.Add(-24 * hour)}, // it was opened a minute ago
		{"a record from the horizon on", openWindow(), []step.Step{page(t1, hour, t1.Add(-24*hour+time.Second))}, t1.Add(-24*hour + minute)},
		{"a record from before the horizon", openWindow(), []step.Step{page(t1, hour, t1.Add(-24*hour-30*time.Second))}, t1.Add(-24*hour + 30*time.Second)},
		{"a record from later on", openWindow(), []step.Step{page(t1, hour, t1.Add(-20*hour))}, t1.Add(-24*hour + minute)},
		{"no record", openWindow(), []step.Step{page(t1, 0)}, t1.Add(-24*hour + minute)},
		{"expired between two pages", openWindow(), []step.Step{page(t1, hour, t1.Add(-24*hour)), page(t1.Add(6*hour), hour, t1.Add(-12*hour))}, t1.Add(-18*hour + minute)},
		{"not expired between two pages", openWindow(), []step.Step{page(t1, hour, t1.Add(-24*hour), t1.Add(-10*hour)), page(t1.Add(6*hour), hour, t1.Add(-9*hour))}, t1.Add(-24*hour + minute)},
		{"a stream younger than its retention", young, []step.Step{page(t1, 0)}, young.CreatedAt},
		{"a stream that keeps all", endless, []step.Step{page(t1, 0)}, created},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := ledger(c.window)
			for _, st := range c.steps {
				l.Book(st)
			}
			if from := l.From(); !from.Equal(c.from) {
				t.Errorf("from %s, want %s", from, c.from)
			}
			if a := l.Coverage().Shards[0]; len(a.Gaps) != 0 {
				t.Errorf("gaps %+v", a.Gaps)
			}
		})
	}
}

// A shard that opened later takes nothing from the window's beginning, if it is
// read before anything of it can expire.
func TestFromOfAShardThatOpenedLater(t *testing.T) {
	opened := t1.Add(-2 * hour)
	for _, c := range []struct{ asked, from, covered time.Time }{
		{t1.Add(21 * hour), t1.Add(-24*hour + minute), opened},
		{t1.Add(23 * hour), t1.Add(-hour + minute), t1.Add(-hour + minute)},
	} {
		l := New(openWindow())
		l.Open(shard.Shard{ID: shardID, Starting: sequenceAt(opened, opened)}, time.Time{}, t1)
		l.Book(page(c.asked, 0))
		if from := l.From(); !from.Equal(c.from) {
			t.Errorf("asked at %s: from %s, want %s", c.asked, from, c.from)
		}
		if a := l.Coverage().Shards[0]; !a.From.Equal(c.covered) || !a.OpenedAt.Equal(opened) {
			t.Errorf("asked at %s: covered from %s, opened at %s", c.asked, a.From, a.OpenedAt)
		}
	}
}

// The window begins with the last of the shards to be covered whole.
func TestFromIsTheLatestOfAllShards(t *testing.T) {
	l := New(openWindow())
	l.Open(shard.Shard{ID: "a"}, time.Time{}, t1.Add(-hour))
	l.Open(shard.Shard{ID: "b"}, time.Time{}, t1)
	if from := l.From(); !from.Equal(t1.Add(-24 * hour)) {
		t.Errorf("from %s", from)
	}
	// Nor is what shards held that had expired when the reading began.
	young := New(openWindow())
	opened := t1.Add(-24*hour + time.Second)
	young.Open(shard.Shard{ID: "a", Parent: "gone", Starting: sequenceAt(opened, opened)}, time.Time{}, t1)
	if from := young.From(); !from.After(opened) {
		t.Errorf("from %s, a shard opened at %s", from, opened)
	}
	explicit := New(window())
	explicit.Open(shard.Shard{ID: "a"}, time.Time{}, t1.Add(100*hour))
	if from := explicit.From(); !from.Equal(t0) {
		t.Errorf("from %s of a window", from)
	}
}

func TestFailure(t *testing.T) {
	failed := step.Step{ShardID: shardID, Kind: step.Failed, AskedAt: t1, Code: notice.AccessDenied, Reason: "access denied"}
	a := book(t, ledger(window()), page(t1, hour, t0.Add(minute)), failed)
	if a.Proof != nil || len(a.Gaps) != 1 {
		t.Fatalf("proof %v, gaps %v", a.Proof, a.Gaps)
	}
	g := a.Gaps[0]
	if g.Code != notice.AccessDenied || g.Text != "access denied" || !g.From.Equal(t0.Add(minute)) || !g.Until.Equal(t1) ||
		g.AfterSequenceNumber != record.SequenceNumber(fmt.Sprint(numbers)) {
		t.Errorf("gap %+v", g)
	}
}

func TestGoneShard(t *testing.T) {
	closed := t1.Add(-24 * hour)
	gone := func(asked time.Time) step.Step {
		return step.Step{ShardID: shardID, Kind: step.Failed, AskedAt: asked, Code: notice.ShardGone, Reason: "gone"}
	}
	cases := []struct {
		name   string
		window Window
		ending record.SequenceNumber
		step   step.Step
		gaps   int
	}{
		{"all of it expired", openWindow(), sequenceAt(closed, closed), gone(closed.Add(24 * hour)), 0},
		{"in a window", window(), sequenceAt(closed, closed), gone(closed.Add(24 * hour)), 1},
		{"it could not have expired yet", openWindow(), sequenceAt(closed, closed), gone(closed.Add(24*hour - minute)), 1},
		{"it is open", openWindow(), "", gone(closed.Add(24 * hour)), 1},
		{"its ending tells no time", openWindow(), "9223372036854775807", gone(closed.Add(24 * hour)), 1},
		{"denied", openWindow(), sequenceAt(closed, closed), step.Step{ShardID: shardID, Kind: step.Failed, AskedAt: closed.Add(24 * hour), Code: notice.AccessDenied}, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := New(c.window)
			l.Open(shard.Shard{ID: shardID, Ending: c.ending}, time.Time{}, t1.Add(-hour))
			if !l.Book(c.step) {
				t.Error("to be read on")
			}
			covered := l.Coverage()
			if covered.Complete != (c.gaps == 0) || len(covered.Shards) != c.gaps {
				t.Fatalf("coverage %+v", covered)
			}
			if c.gaps == 0 && l.From().Before(closed.Add(time.Second+Pad)) {
				t.Errorf("from %s, the shard closed in the second of %s", l.From(), closed)
			}
		})
	}
}

func TestCoverage(t *testing.T) {
	l := New(window())
	l.Open(shard.Shard{ID: "b", Parent: "x", AdjacentParent: "y", Range: shard.Range{End: shard.HashKey{Lo: 9}}}, t0, t1)
	l.Open(shard.Shard{ID: "a"}, t0, t1)
	of := func(id string, st step.Step) step.Step { st.ShardID = id; return st }
	l.Book(of("b", page(t1, hour, t0, t0.Add(-minute))))
	l.Book(of("b", step.Step{Kind: step.Throttled}))
	l.Book(of("b", repeated(page(t1, hour), 1)))
	l.Tested(step.Step{ShardID: "b"}, Tally{UserRecords: 7, Broken: 2, Opaque: 1})
	l.Tested(step.Step{ShardID: "b"}, Tally{UserRecords: 1})
	if p := l.Progress(); p.Shards != 2 || p.ShardsDone != 0 || p.Records != 2 || p.Bytes != 20 || p.Behind != hour {
		t.Errorf("progress %+v", p)
	}
	l.Book(of("b", page(at(20*time.Second), 0)))
	half := l.Coverage()
	if half.Complete {
		t.Error("complete with a shard that was not read")
	}
	l.Book(of("a", page(at(20*time.Second), 0)))
	c := l.Coverage()
	if !c.Complete || c.Records != 2 || c.UserRecords != 8 || c.Broken != 2 || c.Opaque != 1 || c.Bytes != 20 || !c.OldestRecordAt.Equal(t0.Add(-minute)) {
		t.Errorf("coverage %+v", c)
	}
	b := c.Shards[1]
	if c.Shards[0].ShardID != "a" || b.Steps != 3 || b.EmptySteps != 1 || b.Throttled != 1 || b.UserRecords != 8 ||
		strings.Join(b.Parents, " ") != "x y" || b.HashKeyRange.End.String() != "9" {
		t.Errorf("shards %+v", c.Shards)
	}
	if p := l.Progress(); p.ShardsDone != 2 || p.Behind != 0 {
		t.Errorf("progress %+v", p)
	}
}

func TestWindowHolds(t *testing.T) {
	endless := window()
	endless.Until = time.Time{}
	for _, c := range []struct {
		name string
		w    Window
		at   time.Time
		want bool
	}{
		{"before", window(), t0.Add(-1), false},
		{"its beginning", window(), t0, true},
		{"its end", window(), t1, true},
		{"after", window(), t1.Add(1), false},
		{"an open window has no before", openWindow(), t0.Add(-9999 * hour), true},
		{"an endless window has no after", endless, t1.Add(9999 * hour), true},
		{"a record that does not tell", window(), time.Time{}, true},
	} {
		if got := c.w.Holds(c.at); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// A window of which all has expired, shards and all, is not covered by having no
// shard to read.
func TestNothingIsNotComplete(t *testing.T) {
	w := window()
	l := New(w)
	l.Begin(w.Until.Add(2 * w.Retention))
	if c := l.Coverage(); c.Complete || !c.From.After(w.Until) {
		t.Errorf("%+v", c)
	}
}
