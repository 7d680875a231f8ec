// Package trace answers whether an event entered a stream: found, absent with
// proof of complete coverage, or inconclusive with the reason. It plans what to
// read, has it read and tested, and judges the ledger.
package trace

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/decode"
	"kinspect/internal/match"
	"kinspect/internal/notice"
	"kinspect/internal/pace"
	"kinspect/internal/position"
	"kinspect/internal/reader"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/stream"
	"kinspect/internal/term"
	"kinspect/internal/tick"
	"kinspect/trace/receipt"
)

// Options is one question.
type Options struct {
	// Event is what is looked for. Its partition key and sequence number rule a
	// user record out whatever its data.
	Event receipt.Event
	// Content looks for the rest of Event in the data. Nil when there is no rest.
	Content match.Matcher
	// Events are many events to look for, of each of which the rest of Event holds
	// too; they stand in Event by their sum. Nil asks for one.
	Events *Events
	// From and Until say where the window begins and ends; a zero From means with
	// what the stream still holds, a zero Until means now.
	From, Until time.Time
	// Around is when the event is thought to have come: so much to either side of it is
	// read first. The zero time is no such time.
	Around time.Time
	Within time.Duration
	// Wait ends the window so long from now. A zero From then means a quarter of an
	// hour ago, or all of a stream that is younger.
	Wait time.Duration
	// All goes on after the first match.
	All bool
	// Narrow reads only the shards that the MD5 of the event's partition key names, on
	// condition; else these are read first.
	Narrow bool
	// Settle is how long a record may take to become readable.
	Settle time.Duration
	// ReadShare is the part of each shard's read quota to use.
	ReadShare pace.Share
	// Memory is what all pages in flight may take together, in bytes; 0 means
	// reader.MemoryDefault.
	Memory int64
	// Decoder says what may be opened; nil is decode.Auto.
	Decoder *decode.Decoder
	// OpaqueBytes judges what cannot be opened by its bytes, on condition.
	OpaqueBytes bool
	// Data says what of the data of matches is kept; nil keeps none.
	Data *DataKept
	// Timeout is how long the reading may take; 0 is for ever.
	Timeout time.Duration
	// Resume is an inconclusive receipt of the same question, of which only what is
	// missing is read. Nil reads all.
	Resume *receipt.Receipt
	// Endpoint names an endpoint in this process, or the file that it serves; else
	// the client's is named.
	Endpoint string
	// Tool is our name and version.
	Tool string
	// Planned hears what will be read, before that. May be nil.
	Planned func(Plan)
	// Progress hears how far the scan is, a few times a second. May be nil.
	Progress func(coverage.Progress)
}

// BadWindow is a window that cannot be judged.
type BadWindow struct{ Reason string }

func (e *BadWindow) Error() string { return e.Reason }

// search is one run of a question.
type search struct {
	Options
	client *stream.Client
	shards *reader.Reader
	before stream.Summary
	window coverage.Window
	ledger *coverage.Ledger
	stop   context.CancelFunc // ends the reading at the first match
	// stopped: found before the last listing, so shards may have come that nobody listed
	stopped bool
	past    past
	listed  shard.Lineage // with the shards known from before

	there atomic.Bool // the record of the number asked for was read

	mu      sync.Mutex
	ranges  map[string]shard.Range // by shard
	fates   map[string]fate        // of the last aggregate with a match, by shard
	matches []receipt.Match
	outside []receipt.Match
	taken   dataTaken
	many    *many // where many events are asked
	holes   map[holeKey]*hole
	kinds   map[string]bool // of causes of holes
	// unwrapped counts user records of which jq was given what stood in an envelope
	unwrapped int
	sameKey   sameKey
	emptied   map[string]int64 // by shard: empty pages before its first match
	inWords   int              // user records that hold the text only inside longer words
}

// Run answers the question about a stream, as it was described beforehand. It
// fails only when the question cannot be put at all; a context that ends, as all
// that goes wrong later, makes the receipt inconclusive.
func Run(ctx context.Context, client *stream.Client, before stream.Summary, o Options) (receipt.Receipt, error) {
	s, lineage, err := prepare(ctx, client, before, o)
	if err != nil {
		return receipt.Receipt{}, err
	}
	if s.Planned != nil {
		s.Planned(s.plan(lineage))
	}
	timed, end := client.Within(ctx, s.Timeout)
	defer end()
	if r, found := s.glance(ctx, timed, lineage); found {
		return r, nil
	}
	return s.scan(ctx, timed, lineage), nil
}

func newSearch(client *stream.Client, before stream.Summary, o Options) *search {
	s := &search{
		Options: o, client: client, before: before, shards: reader.New(client, o.ReadShare, o.Settle).Within(o.Memory, before.RecordBytesMax),
		ranges: map[string]shard.Range{}, fates: map[string]fate{}, holes: map[holeKey]*hole{}, kinds: map[string]bool{}, emptied: map[string]int64{},
	}
	if o.Events != nil {
		s.many = newMany(o.Events, &s.taken)
	}
	return s
}

// prepare settles the window and lists the shards, with those known from before.
func prepare(ctx context.Context, client *stream.Client, before stream.Summary, o Options) (*search, shard.Lineage, error) {
	s := newSearch(client, before, o)
	if err := errors.Join(s.narrowable(), s.resume()); err != nil {
		return nil, nil, err
	}
	window, err := s.newWindow()
	if err != nil {
		return nil, nil, err
	}
	s.window = window
	listed, err := client.ListShards(ctx)
	s.listed = s.past.lineage(listed)
	s.past.drop(s.listed, s.wants)
	return s, s.listed, err
}

// waitFrom is how long before now a window begins that ends after it.
const waitFrom = 15 * time.Minute

// newWindow pins the end of the window to the server's time, at the most: what
// was put before we were called must lie inside.
func (s *search) newWindow() (coverage.Window, error) {
	now := s.client.Clock.NowAtMost()
	w := coverage.Window{
		From: s.From.Truncate(time.Millisecond), Until: s.Until, Settle: s.Settle, // arrival times have milliseconds
		Retention: s.before.Retention, CreatedAt: s.before.CreatedAt, Number: s.Event.SequenceNumber,
	}
	if w.Until.IsZero() {
		w.Until = now.Add(s.Wait)
	}
	if lately := now.Add(-waitFrom); s.Wait > 0 && s.From.IsZero() && s.Resume == nil && w.CreatedAt.Before(lately) {
		w.From = lately.Truncate(time.Millisecond)
	}
	switch {
	case w.Until.After(now) && s.Wait == 0 && s.Resume == nil:
		return w, &BadWindow{fmt.Sprintf("the window ends at %s, in the future", record.Timestamp{Time: w.Until}.Words())}
	case w.From.After(w.Until):
		return w, &BadWindow{fmt.Sprintf("the window begins at %s, after its end", record.Timestamp{Time: w.From}.Words())}
	}
	return w, nil
}

// read has every shard of the window read and tested, and returns what makes
// the reading as a whole unsound.
func (s *search) read(ctx, timed context.Context, listed shard.Lineage) []notice.Notice {
	reading, stop := context.WithCancel(timed)
	defer stop()
	s.stop = stop
	defer s.report()()
	last, err := s.shards.Cover(reading, reader.Plan{
		Starts: s.starts(listed), Wants: s.wants, First: s.first(), Limit: s.limit(), ListAfter: s.window.SettledAt(),
		Opened: s.opened, Handle: s.handle,
	})
	if reading.Err() != nil && timed.Err() == nil {
		s.stopped = true // at the first match: nothing more is needed
		return nil
	}
	var reasons []notice.Notice
	if err != nil {
		s.stopped = s.matched()
		reasons = append(reasons, failed("the shards could not be listed again at the end", err))
	} else {
		s.ledger.Listed(last)
		reasons = append(s.audit(timed, listed, last), s.lapsed(timed)...)
	}
	switch {
	case len(reasons) == 0: // it was through before anything could end it
	case ctx.Err() != nil:
		return []notice.Notice{{Code: notice.Interrupted, Text: "the scan was interrupted"}}
	case timed.Err() != nil:
		return []notice.Notice{s.overtime()}
	}
	return reasons
}

// overtime ends the reading since its time was over.
func (s *search) overtime() notice.Notice {
	s.ledger.Stop(notice.Time)
	read := term.Count(s.ledger.Progress().Records, "record")
	return notice.Notice{Code: notice.Time, Text: fmt.Sprintf("the time given to the scan, %s, was over with %s read", position.Spell(s.Timeout), read)}
}

// starts picks the shards that may hold records of the window.
func (s *search) starts(listed shard.Lineage) []reader.Start {
	var starts []reader.Start
	for _, sh := range listed {
		if s.wants(sh) {
			starts = append(starts, s.begin(sh))
		}
	}
	return starts
}

// wants tells whether a shard may hold the event: unless narrowed down, each whose
// life overlaps the window and its pad, as far as its sequence numbers tell.
func (s *search) wants(sh shard.Shard) bool {
	if s.past.proved(sh) || s.Narrow && !s.likely(sh) {
		return false
	}
	if opened, told := sh.OpenedAt(); told && opened.After(s.window.Until.Add(coverage.Pad)) {
		return false
	}
	closed, told := sh.ClosedAt()
	return !told || s.window.Open() || !closed.Before(s.window.From.Add(-coverage.Pad))
}

// begin is where a shard is read from. What was read of it earlier is not read again;
// and where one sequence number is asked for, nothing before it.
func (s *search) begin(sh shard.Shard) reader.Start {
	from := s.beginning(sh)
	switch last, number := s.past.last(sh), s.Event.SequenceNumber; {
	case last != "":
		return reader.Start{Shard: sh, At: position.After(last)}
	case number != "" && !s.before.Capture: // which may hold the numbers of several streams
		return reader.Start{Shard: sh, At: position.Position{Kind: position.AtSequenceNumber, SequenceNumber: number}, Else: from}
	}
	return reader.Start{Shard: sh, At: from}
}

// beginning is the trim horizon, unless the window begins later and the shard opened
// before.
func (s *search) beginning(sh shard.Shard) position.Position {
	start := s.window.From.Add(-coverage.Pad)
	if opened, told := sh.OpenedAt(); s.window.Open() || told && !opened.Before(start) {
		return position.Position{Kind: position.TrimHorizon}
	}
	return position.At(start)
}

// started is the arrival time from which on a shard is read; zero: its trim horizon.
// What stands before a number that is asked for counts as read.
func started(start reader.Start) time.Time {
	if start.Else.Kind != "" {
		return start.Else.Time
	}
	return start.At.Time
}

func (s *search) opened(start reader.Start) {
	s.mu.Lock()
	s.ranges[start.Shard.ID] = start.Shard.Range
	s.mu.Unlock()
	s.ledger.Open(start.Shard, started(start), s.client.Clock.NowAtMost())
}

// report tells the progress until the returned function is called.
func (s *search) report() (end func()) {
	if s.Progress == nil {
		return func() {}
	}
	return tick.Every(200*time.Millisecond, func() { s.Progress(s.ledger.Progress()) })
}
