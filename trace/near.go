package trace

import (
	"context"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/shard"
	"kinspect/trace/receipt"
)

// near is the same question of the stretch around the time at which the event is
// thought to have come: a first look, which is worth something only if it is found
// there. Nil where there is no such time, or where all copies are to be listed.
func (s *search) near() *search {
	if s.Around.IsZero() || s.All || s.Resume != nil {
		return nil
	}
	look := newSearch(s.client, s.before, s.Options)
	look.Around, look.window, look.shards, look.listed = time.Time{}, s.window, s.shards, s.listed
	if from := s.Around.Add(-s.Within).Truncate(time.Millisecond); s.window.Open() || from.After(s.window.From) {
		look.window.From = from
	}
	if until := s.Around.Add(s.Within); until.Before(s.window.Until) {
		look.window.Until = until
	}
	if look.window.From.After(look.window.Until) {
		return nil
	}
	return look
}

// glance looks around the time given, and tells whether the event was found there.
func (s *search) glance(ctx, timed context.Context, listed shard.Lineage) (r receipt.Receipt, found bool) {
	look := s.near()
	if look == nil {
		return r, false
	}
	r = look.scan(ctx, timed, listed)
	return r, r.Verdict == receipt.Found
}

// scan has all of the window read, and judges what came of it. The time given to the
// reading is over when timed ends.
func (s *search) scan(ctx, timed context.Context, listed shard.Lineage) receipt.Receipt {
	s.ledger = coverage.New(s.window)
	s.ledger.Carry(s.past.coverage)
	s.ledger.Begin(s.client.Clock.NowAtMost())
	started := s.client.Clock.Now()
	reasons := s.read(ctx, timed, listed)
	return s.receipt(started, reasons)
}
