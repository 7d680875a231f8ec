package trace

import (
	"bytes"
	"context"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/pace"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/sim"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// numbered is a shard that opened and closed so long before noon; 0 means that it
// does not tell, or is open.
func numbered(opened, closed time.Duration) shard.Shard {
	number := func(at time.Time) record.SequenceNumber {
		n := big.NewInt(2)
		for _, field := range []struct {
			value int64
			bits  uint
		}{{noon.Add(-opened).Unix(), 36}, {at.Unix(), 112}, {2, 36}} {
			n.Add(n.Lsh(n, field.bits), big.NewInt(field.value))
		}
		return record.SequenceNumber(n.String())
	}
	s := shard.Shard{ID: sim.ID(0)}
	if opened != 0 {
		s.Starting = number(noon.Add(-opened))
	}
	if closed != 0 {
		s.Ending = number(noon.Add(-closed))
	}
	return s
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// A shard that is full all the time takes half of what it lets read; a share of
// 0.5 reads an hour in an hour, with a minute before and one after it.
func TestLongest(t *testing.T) {
	const h, m = time.Hour, time.Minute
	for _, c := range []struct {
		name           string
		from, until    time.Duration // before noon; from 0: open
		opened, closed time.Duration
		share          pace.Share
		want           time.Duration
	}{
		{"what is held", 0, 0, 0, 0, 0.5, 24*h + m},
		{"the whole quota", 0, 0, 0, 0, 1, 12*h + 30*time.Second},
		{"a tenth of it", 0, 0, 0, 0, 0.1, 120*h + 5*m},
		{"a window", 3 * h, h, 0, 0, 0.5, 2*h + 2*m},
		{"a window until now", h, 0, 0, 0, 0.5, h + 2*m},
		{"a window from before what is held", 100 * h, 23 * h, 0, 0, 0.5, h + m},
		{"a window before what is held", 100 * h, 50 * h, 0, 0, 0.5, 0},
		{"an older shard", 3 * h, h, 30 * h, 0, 0.5, 2*h + 2*m},
		{"opened within", 3 * h, h, 2 * h, 0, 0.5, h + m},
		{"opened within what is held", 0, 0, 2 * h, 0, 0.5, 2*h + m},
		{"opened within the pad behind", 3 * h, h, h - m/2, 0, 0.5, m / 2},
		{"closed within", 3 * h, h, 30 * h, 2 * h, 0.5, h + m},
		{"closed within the pad behind", 3 * h, h, 30 * h, h - m/2, 0.5, 2*h + m + m/2},
		{"closed after", 3 * h, h, 30 * h, m, 0.5, 2*h + 2*m},
		{"short-lived", 3 * h, h, 2 * h, 2*h - 5*time.Second, 0.5, 5 * time.Second},
		{"closed before", 3 * h, h, 30 * h, 20 * h, 0.5, 0},
	} {
		w := coverage.Window{Until: noon.Add(-c.until), Retention: 24 * h, CreatedAt: noon.Add(-1000 * h)}
		if c.from != 0 {
			w.From = noon.Add(-c.from)
		}
		if got := longest(w, numbered(c.opened, c.closed), time.Time{}, noon, c.share); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	young := coverage.Window{Until: noon, Retention: 24 * h, CreatedAt: noon.Add(-h)}
	if got := longest(young, numbered(0, 0), time.Time{}, noon, 0.5); got != h+m {
		t.Errorf("a young stream: %s", got)
	}
	if got := longest(young, numbered(0, 0), noon.Add(-h/2), noon, 0.5); got != h/2+m {
		t.Errorf("read until half an hour ago: %s", got)
	}
	if got := longest(young, numbered(0, 0), time.Time{}, noon, pace.Off); got != 0 {
		t.Errorf("without a share: %s, which nothing tells", got)
	}
}

func plan(t *testing.T, w *world, o Options) Plan {
	t.Helper()
	o.Settle, o.ReadShare = 10*time.Second, 0.5
	p, err := NewPlan(t.Context(), w.client, w.Describe(), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A plan names the shards that Run reads, and where it begins in each; it reads
// nothing itself.
func TestPlanIsWhatIsRead(t *testing.T) {
	begins := map[string]any{}
	w := newWorld(t, 2, sim.Answer("GetShardIterator", func(_ int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
		begins[in["ShardId"].(string)] = in["ShardIteratorType"]
		return forward(in)
	}))
	w.Pass(3 * time.Hour)
	w.Split(0, 4)
	w.Pass(3 * time.Hour)
	for _, ago := range []time.Duration{0, time.Hour, 5 * time.Hour} {
		o := Options{Event: receipt.Event{Text: "ord-9"}}
		if ago > 0 {
			o.From = w.Clock.Now().Add(-ago)
		}
		planned := plan(t, w, o)
		if len(begins) > 0 {
			t.Fatal("the plan reads")
		}
		heard := Plan{}
		o.Settle, o.ReadShare, o.Planned = 10*time.Second, 0.5, func(p Plan) { heard = p }
		w.run(context.Background(), o)
		if len(begins) != len(planned.Shards) || len(heard.Shards) != len(planned.Shards) {
			t.Errorf("%d shards were planned, %d read, %d said", len(planned.Shards), len(begins), len(heard.Shards))
		}
		for _, sh := range planned.Shards {
			if begins[sh.ShardID] != string(sh.ShardIteratorType) || (sh.Timestamp != nil) != (sh.ShardIteratorType == "AT_TIMESTAMP") {
				t.Errorf("%s is planned from %s, and read from %s", sh.ShardID, sh.ShardIteratorType, begins[sh.ShardID])
			}
		}
		clear(begins)
	}
}

func TestPlanLongest(t *testing.T) {
	w := newWorld(t, 2)
	w.Pass(3 * time.Hour)
	w.Split(0, 4)
	w.Pass(5 * time.Hour)
	p := plan(t, w, Options{})
	if longest := p.Longest().Round(time.Minute); longest != 8*time.Hour+time.Minute || !p.Window.Open {
		t.Errorf("open: %s, %+v", p.Longest(), p.Window)
	}
	now := w.Clock.Now()
	past := plan(t, w, Options{From: now.Add(-2 * time.Hour), Until: now.Add(-time.Hour)})
	if past.Longest() != 62*time.Minute || past.Window.Open || len(past.Shards) != 3 { // settled long ago
		t.Errorf("past: %s, %+v, %d shards", past.Longest(), past.Window, len(past.Shards))
	}
	const n = 4
	for _, share := range []pace.Share{0.1, 1, pace.Off} {
		o := Options{From: now.Add(-2 * time.Hour), Until: now.Add(-time.Hour), ReadShare: share, FanOut: make([]string, n), Settle: 10 * time.Second}
		fanned, err := NewPlan(t.Context(), w.client, w.Describe(), o)
		if err != nil || fanned.Longest() != 62*time.Minute/8 || fanned.Settings.FanOut != n {
			t.Errorf("by %d consumers beside a share of %s: %s, %v", n, share, fanned.Longest(), err)
		}
	}
	now = w.Clock.Now()
	if until := plan(t, w, Options{From: now.Add(-time.Hour)}); until.Longest().Round(time.Second/2) < 62*time.Minute+10*time.Second {
		t.Errorf("until now: %s", until.Longest())
	}
	if _, err := NewPlan(t.Context(), w.client, w.Describe(), Options{From: now, Until: now.Add(-time.Hour)}); err == nil {
		t.Error("a window that ends before it begins is planned")
	}
}

func TestPlanText(t *testing.T) {
	w := newWorld(t, 2)
	w.Pass(3 * time.Hour)
	w.Split(0, 4)
	w.Pass(5 * time.Hour)
	var text bytes.Buffer
	out := term.NewOutput(&text, term.Never, func(string) string { return "" })
	now := w.Clock.Now()
	if err := PrintPlan(out, plan(t, w, Options{From: now.Add(-6 * time.Hour)})); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"plan: read 4 shards of stream orders (123456789012, us-east-1, http://in-process), 6h3m at the longest\n",
		"  share    0.5 of what each shard lets all its consumers read\n",
		"shardId-000000000000  2026-11-23 10:00:00Z – 2026-11-23 13:00:0",
		"shardId-000000000001  open since 2026-11-23 10:00:00Z              from 2026-11-23 11:59:0",
		"from its trim horizon          5h",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in\n%s", want, text.String())
		}
	}
	text.Reset()
	if err := PrintPlan(out, plan(t, w, Options{})); err != nil || !strings.Contains(text.String(), "Z, beginning with what the stream still holds when it is read\n") {
		t.Errorf("%v\n%s", err, text.String())
	}
}

// The keys of the JSON are a contract.
func TestPlanJSON(t *testing.T) {
	w := newWorld(t, 1)
	w.Pass(time.Hour)
	var text bytes.Buffer
	if err := plan(t, w, Options{From: w.Clock.Now().Add(-time.Minute)}).Write(&text); err != nil {
		t.Fatal(err)
	}
	var p map[string]any
	if err := json.Unmarshal(text.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	window, _ := p["window"].(map[string]any)
	sh, _ := p["shards"].([]any)[0].(map[string]any)
	for _, c := range []struct {
		object map[string]any
		keys   string
	}{
		{p, "stream account region endpoint settings window longestMillis shards"},
		{window, "from until open"},
		{sh, "shardId parents hashKeyRange openedAt closed shardIteratorType timestamp longestMillis"},
	} {
		for _, key := range strings.Fields(c.keys) {
			if _, there := c.object[key]; !there {
				t.Errorf("%s is not in %v", key, c.object)
			}
		}
		if len(c.object) != len(strings.Fields(c.keys)) {
			t.Errorf("keys of %v, want %s", c.object, c.keys)
		}
	}
}

// What a receipt has read is not planned again.
func TestPlanOfWhatIsMissing(t *testing.T) {
	f := &fuse{}
	w := resharded(t, f)
	w.Pass(time.Hour)
	content, resumed := newCounting(t, "ord-99"), 0
	for calls := 1; resumed == 0; calls++ {
		r := w.scan(f, calls, w.question("ord-99", content, nil))
		if r.Verdict != receipt.Inconclusive {
			t.Fatalf("%s before anything was missing", r.Verdict)
		}
		reached := map[string]time.Time{}
		for _, a := range r.Coverage.Shards {
			if gaps := a.Missing(); len(gaps) == 1 && gaps[0].ArrivedAt != nil {
				reached[a.ShardID] = gaps[0].ArrivedAt.Time
			}
		}
		for _, sh := range plan(t, w, w.question("ord-99", content, &r)).Shards {
			if sh.ShardIteratorType != "AFTER_SEQUENCE_NUMBER" || sh.Closed {
				continue
			}
			resumed++
			rest := r.Window.Until.Add(coverage.Pad).Sub(reached[sh.ShardID]).Milliseconds()
			if sh.StartingSequenceNumber == "" || sh.LongestMillis != rest {
				t.Errorf("%+v; %d ms are left", sh, rest)
			}
		}
	}
}
