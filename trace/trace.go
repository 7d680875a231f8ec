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
	"kinspect/internal/pace"
	"kinspect/internal/reader"
	"kinspect/internal/record"
	"kinspect/internal/services"
	"kinspect/internal/shard"
	"kinspect/internal/step"
	"kinspect/internal/stream"
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
	// FanOut is the ARNs of registered consumers through which the shards are read, each in
	// as many slices; nil polls, and so does a sequence number, which takes one read. A
	// plan only counts them.
	FanOut []string
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
	// Part is which shards are read, so that others read the rest; the zero Part is all.
	Part receipt.Part
	// Resume is an inconclusive receipt of the same question, of which only what is
	// missing is read. Nil reads all.
	Resume *receipt.Receipt
	// Services are asked beside the stream for what else is to be known; nil where none
	// are around it.
	Services *services.Services
	// LeaseTables are the tables of applications of the KCL with which what is found is
	// compared.
	LeaseTables []string
	// Readers asks who reads the stream, and what that tells of what is found.
	Readers bool
	// Metrics asks CloudWatch about the window, where the event was not seen.
	Metrics bool
	// Endpoint names an endpoint in this process, or the file that it serves; else
	// the client's is named.
	Endpoint string
	// Tool is our name and version.
	Tool string
	// Planned hears what will be read, before that. May be nil.
	Planned func(Plan)
	// Progress hears how far the scan is, a few times a second. May be nil.
	Progress func(coverage.Progress)

	// handled hears of each step, in tests.
	handled func(step.Step)
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
	last    shard.Lineage // the last listing; nil: there is none

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
	arrivals  arrivals         // of all records, where CloudWatch is asked
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
	r, found := s.glance(ctx, timed, lineage)
	if !found {
		r = s.scan(ctx, timed, lineage)
	}
	s.consult(ctx, &r)
	return r, nil
}

func newSearch(client *stream.Client, before stream.Summary, o Options) *search {
	if o.Event.SequenceNumber != "" {
		o.FanOut = nil
	}
	s := &search{
		Options: o, client: client, before: before, shards: reader.New(client, o.ReadShare, o.Settle).Within(o.Memory, before.RecordBytesMax).FanOut(o.FanOut),
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
	if err := errors.Join(s.narrowable(), s.divisible(), s.resume()); err != nil {
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
