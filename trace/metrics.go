package trace

import (
	"context"
	"sync"

	"kinspect/internal/coverage"
	"kinspect/internal/metric"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/services"
	"kinspect/trace/receipt"
)

// arrivals counts what was read, by the minute of its arrival, to be held against what
// CloudWatch counted.
type arrivals struct {
	mu   sync.Mutex
	read metric.Read
}

// note counts records that may have arrived in the window, or within its pad.
func (a *arrivals) note(w coverage.Window, records []record.Record) {
	var minute, run int64
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range records {
		at := records[i].ArrivedAt
		if at.IsZero() || at.Before(w.From.Add(-coverage.Pad)) || at.After(w.Until.Add(coverage.Pad)) {
			continue
		}
		if of := metric.MinuteOf(at); of != minute { // most come one after another
			a.add(minute, run)
			minute, run = of, 0
		}
		run++
	}
	a.add(minute, run)
}

func (a *arrivals) add(minute, records int64) {
	if records == 0 {
		return
	}
	if a.read == nil {
		a.read = metric.Read{}
	}
	a.read[minute] += records
}

// metrics asks CloudWatch what the producers' side was like, where the event was not seen.
func (s *search) metrics(ctx context.Context, r *receipt.Receipt) {
	if !s.Metrics || r.Verdict == receipt.Found {
		return
	}
	m := metric.Metrics{NotChecked: "no time of the window is left that CloudWatch could tell of"}
	from, until, now := r.Window.From.Time, r.Window.Until.Time, s.client.Clock.Now()
	if until.After(now) { // it was waited for, and not to its end
		until = now
	}
	if r.Stream.CreatedAt.After(from) { // an earlier stream of the name has the same metrics
		from = r.Stream.CreatedAt.Time
	}
	if p := metric.Over(from, until, now); p.N > 0 {
		m = s.counted(ctx, r, p, metric.Counted{
			Periods: p, From: from, Until: until, Incomparable: s.incomparable(*r),
			Around: s.Around, Within: s.Within, Now: now,
		})
	}
	r.Metrics = &m
}

func (s *search) counted(ctx context.Context, r *receipt.Receipt, p metric.Periods, c metric.Counted) metric.Metrics {
	series, err := s.Services.Metrics(ctx, r.Stream.Name, r.Account, p)
	if err != nil {
		return metric.Metrics{NotChecked: services.Why(err)}
	}
	s.arrivals.mu.Lock()
	defer s.arrivals.mu.Unlock()
	c.Series, c.Read = series, s.arrivals.read
	m, missing := c.Metrics()
	if missing > 0 {
		s.doubt(r, notice.Notice{Code: notice.Metrics, Text: m.Tells[0]})
	}
	return m
}

// doubt judges anew with one more reason against a proof. A match stays one.
func (s *search) doubt(r *receipt.Receipt, reason notice.Notice) {
	r.Verdict, r.Reasons = judge(s.matched(), append(r.Reasons, reason))
	if s.many != nil {
		r.Events = s.many.answers(r.Verdict)
	}
	r.Caveats = s.caveats(*r, r.Reasons)
}

// incomparable says why what was read is less than all that came in, or is not counted by
// its arrival; empty: it is neither.
func (s *search) incomparable(r receipt.Receipt) string {
	switch {
	case r.Event.SequenceNumber != "":
		return "a sequence number takes one read of each shard"
	case r.Settings.Narrow:
		return "only the shards were read that the partition key names"
	case s.Resume != nil:
		return "some was read by an earlier run"
	case !r.Coverage.Complete:
		return "not all of the window was read"
	}
	return ""
}
