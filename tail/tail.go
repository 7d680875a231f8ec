// Package tail follows the shards of a stream, from the trim horizon, a time or
// now, and prints the user records that pass. It uses the same reader and the
// same proofs as trace: a window that ends has been read to its end.
package tail

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/decode"
	"kinspect/internal/jq"
	"kinspect/internal/match"
	"kinspect/internal/notice"
	"kinspect/internal/pace"
	"kinspect/internal/position"
	"kinspect/internal/reader"
	"kinspect/internal/render"
	"kinspect/internal/shard"
	"kinspect/internal/step"
	"kinspect/internal/stream"
)

// Options says what to read and what to print.
type Options struct {
	// From is where to start.
	From position.Position
	// Until is where the window ends; zero means never, unless NoFollow ends it
	// now.
	Until    time.Time
	NoFollow bool
	// Limit stops after so many printed items; 0 means no limit.
	Limit int
	// Shards are the only ones to read, or all when there are none.
	Shards []string
	// NarrowTo are partition keys: only shards that their MD5 names are read; with
	// none, all are.
	NarrowTo []string
	// Where must accept a user record for it to be printed.
	Where match.Matcher
	// JQ replaces the data by its outputs; nil leaves the data.
	JQ *jq.Program
	// Renderer makes lines of items for Out.
	Renderer render.Renderer
	Out      io.Writer
	// Decoder says what may be opened; nil is decode.Auto.
	Decoder *decode.Decoder
	// ByArrival merges the shards by arrival time; else each is printed as it comes.
	ByArrival bool
	// ReadShare is the part of each shard's read quota to use.
	ReadShare pace.Share
	// FanOut is the ARN of a registered consumer through which the shards are read; nil
	// polls.
	FanOut []string
	// Memory is what all pages in flight may take together, in bytes, and with
	// ByArrival what waits for its turn; 0 means reader.MemoryDefault.
	Memory int64
	// Settle is how long a record may take to become readable.
	Settle time.Duration
	// Resume goes on from a file and keeps the positions there; nil does neither.
	Resume *Resume
	// Notice hears what went wrong with a shard while the others go on.
	Notice func(text string)
	// Glance hears how the run stands, each second in which nothing was printed. May
	// be nil.
	Glance func(Glance)
}

// Summary says what a run read and printed.
type Summary struct {
	Shards                        int
	Records, UserRecords, Printed int64
	// Undecoded counts user records that are broken or opaque; they were printed.
	Undecoded int64
	// Late counts user records that were printed behind one that arrived later,
	// where ByArrival was asked for.
	Late int64
	// JQ and Template are the documents on which the one or the other failed.
	JQ, Template Failures
	// Incomplete tells that something asked for could not be read.
	Incomplete bool
	// Failed says of which shards, and why.
	Failed []notice.Notice
	// Successors took over from the shards that were named, once those were closed and
	// read to their end, which was the end of a tail without any other.
	Successors []string
}

// Failures counts documents that a program of the user's failed on, which ends
// nothing, and keeps what the first of them was.
type Failures struct {
	Count int64
	First string
}

// Run prints user records of a stream, as it was described beforehand, until
// the window ends, the limit is reached, or the context ends; none of these is
// an error. An output that takes no more is.
func Run(ctx context.Context, client *stream.Client, described stream.Summary, o Options) (Summary, error) {
	from := beginning(client.Clock.Now(), described, o)
	last := o.Resume.last()
	if last != nil {
		o.From, from = last.from(), last.since(client.Clock.Now())
	}
	lineage, incomplete, err := listing(ctx, client, from)
	if err != nil {
		return Summary{}, err
	}
	if last != nil {
		if err := last.fits(described, lineage, o.Resume.Filters, o.Until); err != nil {
			return Summary{}, &BadCheckpoint{o.Resume.Path, err}
		}
	}
	if now := client.Clock.NowAtMost(); o.NoFollow && (o.Until.IsZero() || o.Until.After(now)) {
		o.Until = now
	}
	for _, id := range o.Shards {
		if _, listed := lineage.Find(id); !listed && !last.knows(id) {
			return Summary{}, &shard.Unknown{ID: id, Stream: described.Name}
		}
	}
	f := newFollower(client, o, described, lineage, from)
	if incomplete != nil && len(o.Shards) == 0 {
		f.fail("the listing of shards is not complete: " + incomplete.Error())
	}
	starts, err := f.starts()
	if err == nil {
		err = f.checkChosen(starts)
	}
	if err != nil {
		return Summary{}, err
	}
	return f.run(ctx, starts)
}

// beginning is the arrival time from which on shards are read.
func beginning(now time.Time, described stream.Summary, o Options) time.Time {
	switch o.From.Kind {
	case position.AtTimestamp:
		return o.From.Time
	case position.AtSequenceNumber:
		if parts, told := o.From.SequenceNumber.Parts(); told {
			return parts.At
		}
	case position.TrimHorizon:
		return coverage.Window{Retention: described.Retention, CreatedAt: described.CreatedAt}.Horizon(now)
	}
	return now
}

// listingsMax is how often the shards are listed at first, where a listing lacks
// some: a tail without an end asks for no other, and one with an end would read
// children before the parents that it learns of at last.
const listingsMax = 5

// listing is a complete one, or the last of some with what it lacks.
func listing(ctx context.Context, client *stream.Client, from time.Time) (lineage shard.Lineage, incomplete, err error) {
	for attempt := 1; ; attempt++ {
		if lineage, err = client.ListShards(ctx); err != nil {
			return nil, nil, err
		}
		if incomplete = lineage.Complete(from); incomplete == nil || attempt == listingsMax {
			return lineage, incomplete, nil
		}
		if err = client.Wait(ctx, time.Second); err != nil {
			return nil, nil, err
		}
	}
}

// follower is one run.
type follower struct {
	Options
	client *stream.Client
	stream stream.Summary
	listed shard.Lineage // at the start
	window coverage.Window
	asked  coverage.Window // whose records are printed: a run that goes on reads less
	from   time.Time       // what is read arrived from here on
	ledger *coverage.Ledger
	gauge  *gauge
	reads  *reader.Reader
	began  time.Time
	stop   context.CancelFunc
	anew   sync.Once     // the stream was created anew
	marks  *marks        // nil without --resume
	merge  *merger       // nil unless by arrival time; guarded by the mutex
	silent match.Refuser // of those for which JQ gives no output; nil without
	blind  bool          // all is printed as it was put
	newest sync.Map      // arrival time of each shard's newest record so far

	mu       sync.Mutex
	summary  Summary
	unwrote  error           // why Out takes no more
	unfit    error           // why there was nowhere to begin
	descends map[string]bool // shards that come from the one to start in; nil when all do
}

func newFollower(client *stream.Client, o Options, described stream.Summary, listed shard.Lineage, from time.Time) *follower {
	window := coverage.Window{
		Until: o.Until, Settle: o.Settle, Retention: described.Retention, CreatedAt: described.CreatedAt,
	}
	began := client.Clock.Now().Truncate(time.Millisecond) // as arrival times are
	switch o.From.Kind {
	case position.AtTimestamp:
		window.From = o.From.Time
	case position.Latest: // what expires from here on is lost
		window.From = began
	}
	asked := window
	if o.From.Kind == position.AtSequenceNumber || o.Resume.last() != nil {
		window.From = from // what expires from here on is lost, too
	}
	var kept *marks
	if o.Resume != nil {
		kept = newMarks(o.Resume, described)
	}
	pages, _ := o.memory()
	return &follower{
		Options: o, client: client, stream: described, listed: listed, window: window, asked: asked, from: from,
		marks: kept, merge: o.merger(), silent: o.silence(), blind: o.printsAsPut(),
		ledger: coverage.New(window), gauge: newGauge(), began: began,
		reads: reader.New(client, o.ReadShare, o.Settle).Within(pages, described.RecordBytesMax).FanOut(o.FanOut),
	}
}

func (f *follower) run(ctx context.Context, starts []reader.Start) (Summary, error) {
	reading, stop := context.WithCancel(ctx)
	defer stop()
	f.stop = stop
	beginning := f.tellTrimmed()
	if err := f.saveStarts(starts); err != nil {
		return Summary{}, err
	}
	plan := reader.Plan{
		Starts: starts, Wants: f.wants, ListAfter: f.listAfter(), ParentsFirst: true,
		Sieve: f.sieve(), Opened: f.opened, Handle: f.handle,
	}
	unwatch := f.watch(f.client.Clock.Now)
	end := f.byArrival(reading, &plan)
	last, err := f.reads.Cover(reading, plan)
	end()
	unwatch()
	switch {
	case reading.Err() != nil: // stopped
	case gone(err):
		f.fail("the stream was deleted meanwhile")
	case err != nil:
		f.fail(fmt.Sprintf("the shards could not be listed again at the end: %v", err))
	default:
		f.audit(ctx, last)
		if f.window.Until.IsZero() {
			f.summary.Successors = f.successors(last)
		}
	}
	f.tellExpired(beginning)
	if err := f.saveAll(); err != nil && f.unwrote == nil {
		f.unwrote = err
	}
	f.summary.Shards = f.ledger.Progress().Shards
	return f.summary, cmp.Or(f.unfit, f.unwrote)
}

func (f *follower) listAfter() time.Time {
	if f.window.Until.IsZero() {
		return time.Time{}
	}
	return f.window.SettledAt()
}

func (f *follower) opened(start reader.Start) {
	f.enter(start)
	at := start.At.Time
	if start.At.Kind == position.Latest {
		at = f.began
	}
	if f.marks != nil {
		f.count(func(*Summary) { f.note(start) })
	}
	if at.IsZero() && start.At.Kind != position.TrimHorizon {
		at = f.from
	}
	f.ledger.Open(start.Shard, at, f.client.Clock.Now())
	f.gauge.open(start.Shard.ID)
}

// handle prints a step's records and books it.
func (f *follower) handle(st step.Step) (done bool) {
	switch st.Kind {
	case step.Failed:
		if f.refuses(st) {
			return true
		}
		f.fail(st.ShardID + ": " + st.Reason)
		f.count(func(s *Summary) {
			s.Failed = append(s.Failed, notice.Notice{Code: st.Code, Text: st.Reason, ShardID: st.ShardID})
		})
	case step.Page:
		f.tellRecreated(st)
		f.tellOvertaken(st)
		f.print(st)
	}
	if f.merge != nil && st.Kind != step.Page {
		f.merged(nil, st)
	}
	done = f.ledger.Book(st)
	f.gauge.note(st, done)
	return done
}

// fail says what could not be read, while the rest goes on.
func (f *follower) fail(text string) {
	f.count(func(s *Summary) { s.Incomplete = true })
	f.Notice(text)
}

func (f *follower) count(change func(*Summary)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(&f.summary)
}
