package trace

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/decode"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/trace/receipt"
)

// receipt closes the books and judges them.
func (s *search) receipt(started time.Time, reasons []notice.Notice) receipt.Receipt {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ledger.Stop(notice.Interrupted)
	covered := s.ledger.Coverage()
	covered.Complete = covered.Complete && !s.stopped
	r := receipt.Receipt{
		Stream:   s.stream(),
		Account:  s.before.Account,
		Region:   s.before.Region,
		Endpoint: s.endpoint(),
		Event:    s.Event,
		Settings: s.settings(),
		Window:   receipt.Window{From: record.Timestamp{Time: s.ledger.From()}, Until: record.Timestamp{Time: s.window.Until}, Open: s.window.Open()},
		Coverage: covered, Matches: inOrder(s.matches), Outside: inOrder(s.outside),
		Conditions: s.conditions(), Tool: s.Tool,
		StartedAt: record.Timestamp{Time: started}, FinishedAt: record.Timestamp{Time: s.client.Clock.Now()},
	}
	if s.Resume != nil {
		r.StartedAt = s.Resume.StartedAt
	}
	holes := slices.Concat(reasons, s.past.reasons, s.captured(), gaps(covered))
	if s.many != nil {
		holes = append(holes, s.many.uncompared(s.Event.Events.JQ)...)
	}
	if !s.OpaqueBytes {
		holes = append(holes, s.unreadable()...)
	}
	apart := s.apart()
	holes = append(s.horizon(len(apart)+len(holes)+len(r.Conditions) == 0), holes...)
	r.Verdict, r.Reasons = judge(s.matched(), append(apart, holes...))
	r.Part = s.portion()
	if s.many != nil {
		r.Events = s.many.answers(r.Verdict)
	}
	r.Caveats = s.caveats(r, holes)
	r.ServerClockSkewMillis = s.skew().Milliseconds()
	return r
}

func (s *search) stream() receipt.Stream {
	named := receipt.Stream{Name: s.before.Name, ARN: s.before.ARN, Capture: s.before.Capture}
	if s.before.Denied == nil {
		named.CreatedAt, named.RetentionHours = record.Timestamp{Time: s.before.CreatedAt}, int(s.before.Retention.Hours())
	}
	return named
}

func (s *search) endpoint() string { return cmp.Or(s.Endpoint, s.client.Endpoint()) }

func (s *search) settings() receipt.Settings {
	opaque := receipt.Hole
	if s.OpaqueBytes {
		opaque = receipt.Bytes
	}
	settings := receipt.Settings{
		Decode: s.decoder().String(), Schemas: s.decoder().SchemaNames(), Opaque: opaque, Narrow: s.Narrow,
		ReadShare: s.ReadShare, FanOut: len(s.FanOut), SettleMillis: s.Settle.Milliseconds(), WithData: s.Data != nil,
	}
	if s.Data != nil {
		settings.Redact = s.Data.Redact
	}
	return settings
}

func (s *search) decoder() *decode.Decoder { return cmp.Or(s.Decoder, decode.Auto) }

// conditions are the records that were judged by their bytes, and the layers that
// were left closed, where that was asked for; what is inside nobody knows.
func (s *search) conditions() []notice.Notice {
	conditions := slices.Clone(s.past.conditions)
	leftClosed := func(n notice.Notice) bool { return n.Code == notice.LeftClosed }
	if s.decoder().Restricted() && !slices.ContainsFunc(conditions, leftClosed) {
		conditions = append(conditions, notice.Notice{
			Code: notice.LeftClosed, Text: fmt.Sprintf("it is in no layer that --decode %s leaves closed", s.decoder()),
		})
	}
	if !slices.ContainsFunc(conditions, func(n notice.Notice) bool { return n.Code == notice.Narrowed }) {
		conditions = append(conditions, s.narrowed()...)
	}
	if s.OpaqueBytes {
		conditions = append(conditions, s.unreadable()...)
	}
	return append([]notice.Notice{}, conditions...)
}

// judge is the verdict: a match is a match whatever else happened; without one,
// the event is absent only if nothing is left open.
func judge(matched bool, holes []notice.Notice) (receipt.Verdict, []notice.Notice) {
	switch {
	case matched:
		return receipt.Found, []notice.Notice{}
	case len(holes) > 0:
		return receipt.Inconclusive, holes
	}
	return receipt.Absent, []notice.Notice{}
}

// matched tells whether all that was asked was found.
func (s *search) matched() bool { return matchedAll(s.many, s.matches) }

func matchedAll(many *many, matches []receipt.Match) bool {
	if many != nil {
		return many.left == 0
	}
	return len(matches) > 0
}

// gaps names each shard that lacks its proof or misses a stretch.
func gaps(c coverage.Coverage) []notice.Notice {
	var reasons []notice.Notice
	for _, a := range c.Shards {
		for _, g := range a.Gaps {
			reasons = append(reasons, notice.Notice{Code: g.Code, Text: g.Text, ShardID: a.ShardID})
		}
		if a.Proof == nil && len(a.Gaps) == 0 {
			reasons = append(reasons, notice.Notice{Code: notice.Interrupted, Text: "not read to the window's end", ShardID: a.ShardID})
		}
	}
	return reasons
}

func (s *search) captured() []notice.Notice {
	if !s.before.Capture {
		return nil
	}
	return []notice.Notice{{Code: notice.Capture, Text: "a capture holds records and no account of what was read"}}
}

// unreadable names the records that may be the event for all we can tell.
func (s *search) unreadable() []notice.Notice {
	var reasons []notice.Notice
	for key, h := range s.holes {
		reasons = append(reasons, notice.Notice{Code: key.code, Text: h.text(key.code), ShardID: key.shardID})
	}
	slices.SortFunc(reasons, func(a, b notice.Notice) int {
		return cmp.Or(strings.Compare(a.ShardID, b.ShardID), strings.Compare(string(a.Code), string(b.Code)), strings.Compare(a.Text, b.Text))
	})
	return reasons
}

// inOrder sorts matches by arrival.
func inOrder(matches []receipt.Match) []receipt.Match {
	sorted := append([]receipt.Match{}, matches...)
	slices.SortStableFunc(sorted, func(a, b receipt.Match) int {
		return cmp.Or(
			a.ApproximateArrivalTimestamp.Compare(b.ApproximateArrivalTimestamp.Time),
			strings.Compare(a.ShardID, b.ShardID), a.SequenceNumber.Compare(b.SequenceNumber),
		)
	})
	return sorted
}
