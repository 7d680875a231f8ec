package trace

import (
	"context"
	"io"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/pace"
	"kinspect/internal/position"
	"kinspect/internal/reader"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/stream"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// Plan is what a question would have read, and the longest that this can take, in
// the receipt's words.
type Plan struct {
	Stream   receipt.Stream   `json:"stream"`
	Account  string           `json:"account"`
	Region   string           `json:"region"`
	Endpoint string           `json:"endpoint,omitempty"`
	Settings receipt.Settings `json:"settings"`
	// Part is which of the shards would be read; nil: all.
	Part   *receipt.Part `json:"part,omitempty"`
	Window PlannedWindow `json:"window"`
	// LongestMillis is for all shards, which are read side by side, those that the
	// partition key names before the others, after a first look where there is one, and
	// the settle time where the window ends now. It is left out where no share bounds it.
	LongestMillis int64          `json:"longestMillis,omitempty"`
	Shards        []PlannedShard `json:"shards"`
}

// PlannedWindow is the window as it would be now.
type PlannedWindow struct {
	From  record.Timestamp `json:"from"`
	Until record.Timestamp `json:"until"`
	// Open: it begins with what the stream still holds, which From estimates.
	Open bool `json:"open"`
}

// PlannedShard is a shard that would be read.
type PlannedShard struct {
	ShardID      string            `json:"shardId"`
	Parents      []string          `json:"parents"`
	HashKeyRange shard.Range       `json:"hashKeyRange"`
	OpenedAt     *record.Timestamp `json:"openedAt,omitempty"`
	ClosedAt     *record.Timestamp `json:"closedAt,omitempty"`
	// Closed also where its numbers do not tell when.
	Closed bool `json:"closed"`
	// ShardIteratorType is TRIM_HORIZON, AT_TIMESTAMP with its Timestamp,
	// AT_SEQUENCE_NUMBER with the one that is asked for, or, where a receipt is resumed,
	// AFTER_SEQUENCE_NUMBER with the last one that it read.
	ShardIteratorType      position.Kind         `json:"shardIteratorType"`
	Timestamp              *record.Timestamp     `json:"timestamp,omitempty"`
	StartingSequenceNumber record.SequenceNumber `json:"startingSequenceNumber,omitempty"`
	LongestMillis          int64                 `json:"longestMillis,omitempty"`
}

// NewPlan says what Run would read. It reads no record and asks for no iterator.
func NewPlan(ctx context.Context, client *stream.Client, before stream.Summary, o Options) (Plan, error) {
	s, lineage, err := prepare(ctx, client, before, o)
	if err != nil {
		return Plan{}, err
	}
	return s.plan(lineage), nil
}

func (s *search) plan(listed shard.Lineage) Plan {
	now := s.client.Clock.NowAtMost()
	starts, asked := s.starts(listed), coverage.New(s.window)
	p := Plan{
		Stream: s.stream(), Account: s.before.Account, Region: s.before.Region, Endpoint: s.endpoint(),
		Settings: s.settings(), Shards: make([]PlannedShard, 0, len(starts)),
	}
	if !s.Part.Whole() {
		p.Part = &s.Part
	}
	turns, first := map[bool]int64{}, s.first()
	for _, start := range starts {
		asked.Open(start.Shard, started(start), now)
		planned := newPlannedShard(start, s.longest(start, now))
		likely := first != nil && first(start.Shard)
		turns[likely] = max(turns[likely], planned.LongestMillis)
		p.Shards = append(p.Shards, planned)
	}
	if s.quota() != pace.Off {
		p.LongestMillis = max(turns[true]+turns[false], s.window.Until.Sub(now).Milliseconds())
		if s.window.SettledAt().After(now) {
			p.LongestMillis += s.Settle.Milliseconds()
		}
		if look := s.near(); look != nil {
			p.LongestMillis += look.plan(listed).LongestMillis
		}
	}
	p.Window = PlannedWindow{record.Timestamp{Time: asked.From()}, record.Timestamp{Time: s.window.Until}, s.window.Open()}
	return p
}

func newPlannedShard(start reader.Start, longest time.Duration) PlannedShard {
	planned := PlannedShard{
		ShardID: start.Shard.ID, Parents: start.Shard.Parents(), HashKeyRange: start.Shard.Range, Closed: start.Shard.Closed(),
		ShardIteratorType: start.At.Kind, StartingSequenceNumber: start.At.SequenceNumber, LongestMillis: longest.Milliseconds(),
	}
	if start.At.Kind == position.AtTimestamp {
		planned.Timestamp = &record.Timestamp{Time: start.At.Time}
	}
	if at, told := start.Shard.OpenedAt(); told {
		planned.OpenedAt = &record.Timestamp{Time: at}
	}
	if at, told := start.Shard.ClosedAt(); told {
		planned.ClosedAt = &record.Timestamp{Time: at}
	}
	return planned
}

// writesPerReads is a shard's write quota in parts of its read quota: 1 MiB/s to
// 2 MiB/s, one largest burst apart.
//
// https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
const writesPerReads = 0.5

// longest is no time where a number is asked for, which takes one read, unless AWS
// refuses it as no number at all.
func (s *search) longest(start reader.Start, now time.Time) time.Duration {
	if _, told := start.At.SequenceNumber.Parts(); told && start.At.Kind == position.AtSequenceNumber {
		return 0
	}
	return longest(s.window, start.Shard, s.past.reached(start.Shard), now, s.quota())
}

// quota is how many read quotas of a shard are used: a share of the one that all
// share, or one for each consumer of our own.
//
// https://docs.aws.amazon.com/streams/latest/dev/enhanced-consumers.html
func (s *search) quota() pace.Share {
	if n := len(s.FanOut); n > 0 {
		return pace.Share(n)
	}
	return s.ReadShare
}

// longest is how long so much of the read quota takes for all that the shard can
// have taken meanwhile.
func longest(w coverage.Window, sh shard.Shard, read, now time.Time, share pace.Share) time.Duration {
	from, until := lived(w, sh, read, now)
	return time.Duration(float64(max(0, until.Sub(from))) * writesPerReads / float64(share))
}

// lived is the stretch of the window and its pads in which the shard took records, as
// far as the stream still holds them at now, and they were not read until some time.
func lived(w coverage.Window, sh shard.Shard, read, now time.Time) (from, until time.Time) {
	from, until = w.Horizon(now), w.Until.Add(coverage.Pad)
	if start := w.From.Add(-coverage.Pad); !w.Open() && start.After(from) {
		from = start
	}
	if opened, told := sh.OpenedAt(); told && opened.After(from) {
		from = opened
	}
	if read.After(from) {
		from = read
	}
	if closed, told := sh.ClosedAt(); told && closed.Before(until) {
		until = closed
	}
	return from, until
}

// Longest is LongestMillis as a duration.
func (p Plan) Longest() time.Duration { return time.Duration(p.LongestMillis) * time.Millisecond }

// Write writes the plan as indented JSON.
func (p Plan) Write(w io.Writer) error { return term.WriteJSON(w, p, "  ") }
