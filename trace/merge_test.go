package trace

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kinspect/internal/audience"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/trace/receipt"
)

// parts asks whether a text is in the stream, in so many parts.
func (w *world) parts(of int, text string, change ...func(*Options)) (all []receipt.Receipt) {
	for i := range of {
		part := func(o *Options) { o.Part = receipt.Part{Index: i + 1, Of: of} }
		all = append(all, *kept(w.t, w.trace(text, append(change, part)...)))
	}
	return all
}

// merge merges receipts, or says why they cannot be.
func merge(t *testing.T, receipts ...receipt.Receipt) (receipt.Receipt, error) {
	t.Helper()
	m := NewMerger()
	for i, r := range receipts {
		if err := m.Add(fmt.Sprintf("r%d.json", i+1), r); err != nil {
			return receipt.Receipt{}, err
		}
	}
	return m.Receipt("test")
}

func merged(t *testing.T, receipts ...receipt.Receipt) receipt.Receipt {
	t.Helper()
	r, err := merge(t, receipts...)
	if err != nil {
		t.Fatal(err)
	}
	conforms(t, r)
	return r
}

// sixShards is a stream of six shards, some of them closed.
func sixShards(t *testing.T) *world {
	w := newWorld(t, 3)
	w.Pass(time.Hour)
	w.put("a", "ord-1")
	w.Split(0, 2)
	w.Pass(time.Minute)
	w.Merge(1, 2)
	w.Pass(time.Minute)
	w.put("b", "ord-2")
	return w
}

// What a part's shards hold is as it stands in the whole's receipt, and so is all else.
func TestMergedIsTheWhole(t *testing.T) {
	w := sixShards(t)
	from, until := w.Clock.Now().Add(-30*time.Minute), w.Clock.Now()
	window := func(o *Options) { o.From, o.Until = from, until }
	for _, text := range []string{"ord-1", "ord-2", "ord-9"} {
		all := func(o *Options) { o.All = true }
		whole := kept(t, w.trace(text, window, all))
		r := merged(t, w.parts(4, text, window, all)...)
		if r.Verdict != whole.Verdict || len(r.Matches) != len(whole.Matches) || r.Coverage.Records != whole.Coverage.Records ||
			len(r.Coverage.Shards) != len(whole.Coverage.Shards) || r.Window != whole.Window || r.Coverage.Complete != whole.Coverage.Complete {
			t.Errorf("%s: %s with %d records, and the whole %s with %d", text, r.Verdict, r.Coverage.Records, whole.Verdict, whole.Coverage.Records)
		}
		if !slices.Equal(r.Caveats, whole.Caveats) {
			t.Errorf("%s: %v\nand the whole\n%v", text, r.Caveats, whole.Caveats)
		}
	}
}

// What parts cannot be merged with, and what is said then.
func TestCannotMerge(t *testing.T) {
	w := sixShards(t)
	p := w.parts(3, "ord-9")
	whole := w.trace("ord-9")
	for name, c := range map[string]struct {
		change func(*receipt.Receipt)
		says   string
	}{
		"twice":        {func(r *receipt.Receipt) { *r = p[0] }, "r2.json is of part 1 of 3, and so is r1.json"},
		"another N":    {func(r *receipt.Receipt) { *r = w.parts(4, "ord-9")[1] }, "r2.json is of part 2 of 4, and r1.json of part 1 of 3"},
		"whole":        {func(r *receipt.Receipt) { *r = whole }, "r2.json is of part 1 of 1, and r1.json of part 1 of 3"},
		"merged":       {func(r *receipt.Receipt) { *r = merged(t, p...) }, "r2.json is merged already"},
		"event":        {func(r *receipt.Receipt) { *r = w.parts(3, "ord-8")[1] }, `r2.json is of the event "ord-8", and r1.json of "ord-9"`},
		"stream":       {func(r *receipt.Receipt) { r.Stream.ARN += "2" }, "r2.json is of the stream " + p[0].Stream.ARN + "2, and r1.json of " + p[0].Stream.ARN},
		"created":      {func(r *receipt.Receipt) { r.Stream.CreatedAt.Time = r.Stream.CreatedAt.Add(-time.Hour) }, "r2.json is of a stream created at 20"},
		"account":      {func(r *receipt.Receipt) { r.Account = "210987654321" }, "r2.json is of the account 210987654321, and r1.json of " + p[0].Account},
		"region":       {func(r *receipt.Receipt) { r.Region = "eu-west-1" }, "r2.json is of the region eu-west-1, and r1.json of us-east-1"},
		"endpoint":     {func(r *receipt.Receipt) { r.Endpoint = "" }, "r2.json is of the endpoint of AWS, and r1.json of " + p[0].Endpoint},
		"decode":       {func(r *receipt.Receipt) { r.Settings.Decode = "none" }, "r2.json is of a trace with --decode none --opaque hole --settle 10s, and r1.json of --decode auto "},
		"opaque":       {func(r *receipt.Receipt) { r.Settings.Opaque = receipt.Bytes }, "r2.json is of a trace with --decode auto --opaque bytes "},
		"narrow":       {func(r *receipt.Receipt) { r.Settings.Narrow = true }, "--settle 10s --narrow, and r1.json"},
		"settle":       {func(r *receipt.Receipt) { r.Settings.SettleMillis = 5000 }, "--settle 5s, and r1.json of"},
		"windows":      {func(r *receipt.Receipt) { *r = w.later(3, 2) }, "the windows of the parts have no time in common: "},
		"contradicted": {func(r *receipt.Receipt) { r.Coverage.Records++ }, "r2.json contradicts itself: "},
		"absent":       {func(r *receipt.Receipt) { r.Verdict, r.Reasons = receipt.Absent, nil }, "r2.json contradicts itself: it is absent, and not all parts were read"},
		"another's":    {func(r *receipt.Receipt) { r.Part.Index = 3 }, "is a shard of another part"},
	} {
		first := p[0]
		if name == "windows" {
			first = w.parts(3, "ord-9", func(o *Options) { o.From = w.Clock.Now().Add(-time.Minute) })[0]
		}
		other := *kept(t, p[1])
		c.change(&other)
		if _, err := merge(t, first, other); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s", name, err, c.says)
		}
	}
	if r, err := merge(t, whole); err != nil || r.Verdict != receipt.Absent || r.Joined != nil {
		t.Errorf("the one part of one: %s, %v", r.Verdict, err)
	}
	if _, err := merge(t, whole, whole); err == nil || !strings.Contains(err.Error(), "r2.json is of part 1 of 1, and so is r1.json") {
		t.Error(err)
	}
}

// later is a part of a window that begins an hour later.
func (w *world) later(of, index int) receipt.Receipt {
	w.Pass(time.Hour)
	return w.parts(of, "ord-9", func(o *Options) { o.From = w.Clock.Now().Add(-time.Minute) })[index-1]
}

// A shard that a part overlooked, and another part lists, leaves it open.
func TestOverlooked(t *testing.T) {
	w := sixShards(t)
	p := w.parts(3, "ord-9")
	if r := merged(t, p...); r.Verdict != receipt.Absent {
		t.Fatalf("%s %v", r.Verdict, r.Reasons)
	}
	for i := range p {
		for at, a := range p[i].Coverage.Shards {
			without := slices.Clone(p)
			without[i] = *kept(t, p[i])
			c := &without[i].Coverage
			c.Shards = slices.Delete(c.Shards, at, at+1)
			c.Records, c.UserRecords, c.Bytes = c.Records-a.Records, c.UserRecords-a.UserRecords, c.Bytes-a.Bytes
			if c.Records == 0 {
				c.OldestRecordAt = nil
			}
			r := merged(t, without...)
			want(t, r, receipt.Inconclusive, "part")
			says := fmt.Sprintf("part %d of 3 did not read %s, which another part lists", i+1, a.ShardID)
			if !strings.HasPrefix(r.Reasons[0].Text, says) {
				t.Errorf("%s, want %s", r.Reasons[0].Text, says)
			}
		}
	}
}

// Parts that are missing are named, a few of them.
func TestMissingParts(t *testing.T) {
	w := sixShards(t)
	p := w.parts(32, "ord-9")
	for _, c := range []struct {
		given []receipt.Receipt
		says  string
	}{
		{p[1:], "part 1 of 32 is missing"},
		{p[2:], "parts 1 and 2 of 32 are missing"},
		{p[3:], "parts 1, 2 and 3 of 32 are missing"},
		{p[31:], "parts 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 and 11 more of 32 are missing"},
	} {
		r := merged(t, c.given...)
		want(t, r, receipt.Inconclusive, "part")
		if r.Reasons[0].Text != c.says {
			t.Errorf("%s, want %s", r.Reasons[0].Text, c.says)
		}
	}
	want(t, merged(t, p...), receipt.Absent)
	want(t, merged(t, w.parts(32, "ord-1")...), receipt.Found)
}

// A match that only a part's own window holds is found, and said; the receipt stands.
func TestFoundInAPartsWindow(t *testing.T) {
	w := sixShards(t)
	w.Pass(30 * time.Second)
	now := w.Clock.Now()
	wide := w.parts(2, "ord-2", func(o *Options) { o.From, o.Until = now.Add(-10*time.Minute), now })
	given := w.parts(2, "ord-2", func(o *Options) { o.From, o.Until = now.Add(-20*time.Second), now })
	for i := range wide { // the part that lacks it began behind the match
		if wide[i].Verdict == receipt.Found {
			given[i] = wide[i]
		}
	}
	from := record.Timestamp{Time: now.Add(-20 * time.Second).Truncate(time.Millisecond)}
	r := merged(t, given...)
	if r.Verdict != receipt.Found || !r.Window.From.Equal(from.Time) || !r.Matches[0].ApproximateArrivalTimestamp.Before(from.Time) {
		t.Fatalf("%s from %s, %v", r.Verdict, r.Window.From, r.Matches)
	}
	i := slices.IndexFunc(r.Caveats, func(n notice.Notice) bool { return n.Code == notice.Part })
	if i < 0 || r.Caveats[i].Text != "1 user record that holds it arrived in the window of a part, and outside the one that all parts have in common" {
		t.Errorf("%v", r.Caveats)
	}
	w.wantOutcome(spelled(t, r), receipt.Stands, "it is there, holds the event")
}

// What the shorter of two retention periods let expire before a part was begun, the
// longer one does not bring back.
func TestMergedRetention(t *testing.T) {
	w := sixShards(t)
	w.Pass(30 * time.Hour)
	from, until := w.Clock.Now().Add(-time.Hour), w.Clock.Now()
	window := func(o *Options) { o.From, o.Until = from, until }
	first := w.parts(2, "ord-9", window)[0]
	w.Pass(2 * time.Hour)
	second := w.parts(2, "ord-9", window)[1]
	second.Stream.RetentionHours, second.Coverage.From = 48, &second.Stream.CreatedAt
	r := merged(t, first, second)
	want(t, r, receipt.Absent)
	if kept := second.StartedAt.Add(time.Minute - 24*time.Hour); r.Stream.RetentionHours != 24 || r.Coverage.From.Before(kept) {
		t.Errorf("%d h, from %s, want %s at the least", r.Stream.RetentionHours, r.Coverage.From, kept)
	}
}

// What one part found in its own window stands, whatever window the others have; and what
// lease tables told of it is told of the whole.
func TestMergedFindsOutsideTheCommonWindow(t *testing.T) {
	w := sixShards(t)
	now := w.Clock.Now()
	early := func(o *Options) { o.From, o.Until = now.Add(-2*time.Hour), now.Add(-time.Hour-time.Minute) }
	late := func(o *Options) { o.From, o.Until = now.Add(-30*time.Minute), now }
	kcl := audience.Consumer{Kind: audience.KCL, Name: "orders-app", Tells: []string{"passed"}}
	var receipts []receipt.Receipt
	for _, r := range w.parts(3, "ord-2", late) {
		if r.Verdict != receipt.Found {
			r = w.parts(3, "ord-2", early)[r.Part.Index-1]
		} else {
			r.Consumers = []audience.Consumer{{Kind: audience.Lambda}, kcl}
		}
		receipts = append(receipts, r)
	}
	r := merged(t, receipts...)
	if r.Verdict != receipt.Found || caveat(r, notice.Part) == "" || len(r.Consumers) != 1 || r.Consumers[0].Name != kcl.Name {
		t.Errorf("%s, %v, %v", r.Verdict, r.Caveats, r.Consumers)
	}
}

// What many parts say is said once, with their numbers.
func TestMergedSaysOnce(t *testing.T) {
	var said remarks
	for _, index := range []int{3, 1, 2} {
		r := receipt.Receipt{Part: &receipt.Portion{Part: receipt.Part{Index: index, Of: 4}}}
		said.add(r, notice.Notice{Code: notice.ClockSkew, Text: "the clock is off"})
		said.add(r, notice.Notice{Code: notice.Interrupted, Text: "stopped", ShardID: fmt.Sprint("shard-", index)})
	}
	said.add(receipt.Receipt{Part: &receipt.Portion{Part: receipt.Part{Index: 4, Of: 4}}}, notice.Notice{Code: notice.Time, Text: "late"})
	want := []string{"in parts 1, 2 and 3 of 4, the clock is off", "stopped", "stopped", "stopped", "in part 4 of 4, late"}
	var got []string
	for _, n := range said.of(4) {
		got = append(got, n.Text)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
