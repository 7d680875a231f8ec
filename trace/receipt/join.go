package receipt

import (
	"reflect"
	"slices"
	"time"

	"kinspect/internal/audience"
	"kinspect/internal/coverage"
	"kinspect/internal/notice"
	"kinspect/internal/record"
)

// Joining is what the receipts of the parts of one question come to, but for their
// matches and their verdicts. They are added one after another, so that memory holds no
// more than one, and of the others what is joined.
type Joining struct {
	whole  Receipt
	shards map[string]bool  // that were read
	known  map[string]Other // that a part names as another's
	kept   map[int]kept     // by part
}

// kept is how long the stream kept records when a part was begun.
type kept struct {
	begun record.Timestamp
	hours int
}

// Asked is the question, as it stands in the first receipt, and the stream that it is of.
func (j *Joining) Asked() Receipt { return j.whole }

// Add joins a receipt of another part of the same question.
func (j *Joining) Add(r Receipt) {
	if j.shards == nil {
		j.shards, j.known, j.kept = map[string]bool{}, map[string]Other{}, map[int]kept{}
		j.whole = Receipt{
			Stream: r.Stream, Account: r.Account, Region: r.Region, Endpoint: r.Endpoint, Event: r.Event, Settings: r.Settings,
			StartedAt: r.StartedAt, FinishedAt: r.FinishedAt,
		}
	}
	w := &j.whole
	w.StartedAt, w.FinishedAt = earlier(w.StartedAt, r.StartedAt), later(w.FinishedAt, r.FinishedAt)
	w.Settings.ReadShare, w.Settings.FanOut = max(w.Settings.ReadShare, r.Settings.ReadShare), max(w.Settings.FanOut, r.Settings.FanOut)
	if abs(r.ServerClockSkewMillis) > abs(w.ServerClockSkewMillis) {
		w.ServerClockSkewMillis = r.ServerClockSkewMillis
	}
	j.kept[r.Part.Index] = kept{r.StartedAt, r.Stream.RetentionHours}
	w.Stream.RetentionHours = min(w.Stream.RetentionHours, r.Stream.RetentionHours)
	w.Coverage.Join(r.Coverage)
	for _, a := range r.Coverage.Shards {
		j.shards[a.ShardID] = true
	}
	j.conditions(r.Conditions)
	j.consumers(r.Consumers)
	for _, o := range r.Part.Others {
		if was, named := j.known[o.ShardID]; !named || was.ClosedAt == nil {
			j.known[o.ShardID] = o
		}
	}
	w.Joined = append(w.Joined, Joined{r.Part.Part, r.Verdict, r.Window, r.Part.ListedAt, r.StartedAt, r.FinishedAt})
}

// conditions takes over those that no other part has; a shard is of one part.
func (j *Joining) conditions(of []notice.Notice) {
	for _, condition := range of {
		if condition.ShardID != "" || !slices.Contains(j.whole.Conditions, condition) {
			j.whole.Conditions = append(j.whole.Conditions, condition)
		}
	}
}

// consumers takes over what lease tables told of the matches of a part. Who else reads
// the stream is the same for all parts, and told by shardmap.
func (j *Joining) consumers(of []audience.Consumer) {
	for _, c := range of {
		known := slices.ContainsFunc(j.whole.Consumers, func(k audience.Consumer) bool { return reflect.DeepEqual(k, c) })
		if c.Kind == audience.KCL && !known {
			j.whole.Consumers = append(j.whole.Consumers, c)
		}
	}
}

// Receipt is what the parts come to: their shards, narrowed down to the window that all
// of them have in common.
func (j *Joining) Receipt() Receipt {
	r := j.whole
	r.Coverage.Shards, r.Conditions = append([]coverage.Account{}, r.Coverage.Shards...), append([]notice.Notice{}, r.Conditions...)
	r.Joined = slices.SortedFunc(slices.Values(r.Joined), func(a, b Joined) int { return a.Index - b.Index })
	r.Coverage.From = j.from()
	r.Window = j.window()
	from := r.Window.From.Time
	if r.Window.Open {
		from = time.Time{}
	}
	r.Coverage.Within(from, r.Window.Until.Time)
	if r.Window.Open {
		r.Window.From = record.Timestamp{Time: r.Earliest()}
	}
	r.Coverage.Complete = r.Coverage.Complete && !r.Window.From.Before(r.Earliest())
	return r
}

// window is the intersection of the parts' windows. One that is left open in each begins
// with what was there for all of them.
func (j *Joining) window() Window {
	w := j.whole.Joined[0].Window
	for _, part := range j.whole.Joined[1:] {
		w.From, w.Until = later(w.From, part.Window.From), earlier(w.Until, part.Window.Until)
		w.Open = w.Open && part.Window.Open
	}
	return w
}

// from is where begins what nothing had expired of. A part that counted on a longer
// retention period than another is judged by the shorter one: what that let expire before
// the part was begun, the longer one does not bring back.
func (j *Joining) from() *record.Timestamp {
	from, shortest := *j.whole.Coverage.From, j.whole.Stream.RetentionHours
	for _, k := range j.kept {
		if k.hours > shortest {
			from = later(from, record.Timestamp{Time: k.begun.Add(clockSlack + trimMargin - time.Duration(shortest)*time.Hour)})
		}
	}
	return &from
}

// Lacks are the shards that another part's listing shows and that may hold records of
// the window, by the part that should have read them and has not. Parts that are missing
// altogether are left out, and those that could not list the shards at their end: that
// stands against a proof by itself.
func (j *Joining) Lacks(r Receipt) map[int][]string {
	lacks := map[int][]string{}
	for id, other := range j.known {
		owner := r.readBy(id)
		if owner != nil && !owner.ListedAt.IsZero() && !j.shards[id] && r.mayHold(other, owner.ListedAt.Time) {
			lacks[owner.Index] = append(lacks[owner.Index], id)
		}
	}
	for _, ids := range lacks {
		slices.Sort(ids)
	}
	return lacks
}

// mayHold tells whether a shard that was not shown by a listing, asked for after the
// window had settled, may hold records of the window: a listing shows a shard before it
// takes writes, so one that opened later does not. The listing may lag behind by the
// settle time.
func (r Receipt) mayHold(o Other, listed time.Time) bool {
	switch {
	case o.before(r.Window.From.Time), o.behind(r.Window.Until.Time):
		return false
	case o.OpenedAt == nil:
		return true
	case o.OpenedAt.After(r.Window.Until.Time):
		listed = listed.Add(-r.settle())
	}
	return o.OpenedAt.Before(listed.Truncate(time.Second))
}

func earlier(a, b record.Timestamp) record.Timestamp {
	if b.Before(a.Time) {
		return b
	}
	return a
}

func later(a, b record.Timestamp) record.Timestamp {
	if b.After(a.Time) {
		return b
	}
	return a
}

func abs(n int64) int64 { return max(n, -n) }
