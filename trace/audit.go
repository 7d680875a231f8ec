package trace

import (
	"context"
	"fmt"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/stream"
)

// audit asks, after the reading, whether the stream is still the one that was
// read and whether the shards listed can be all of it.
func (s *search) audit(ctx context.Context, lineage shard.Lineage) []notice.Notice {
	var reasons []notice.Notice
	if err := lineage.Complete(s.ledger.From()); err != nil {
		reasons = append(reasons, notice.Notice{Code: notice.Listing, Text: "the listing of shards is not complete: " + err.Error()})
	}
	after, err := s.client.Describe(ctx)
	if err != nil {
		return append(reasons, notice.Notice{Code: notice.Listing, Text: fmt.Sprintf("the stream could not be described again at the end: %v", err)})
	}
	return append(reasons, s.changes(after)...)
}

// changes names what happened to the stream while it was read.
func (s *search) changes(after stream.Summary) []notice.Notice {
	var reasons []notice.Notice
	if !after.CreatedAt.Equal(s.before.CreatedAt) || after.ARN != s.before.ARN {
		reasons = append(reasons, notice.Notice{Code: notice.Recreated, Text: "the stream was deleted and created anew during the scan"})
	}
	if after.Retention != s.before.Retention {
		reasons = append(reasons, notice.Notice{
			Code: notice.RetentionChanged,
			Text: fmt.Sprintf("the retention period changed from %s to %s during the scan", s.before.Retention, after.Retention),
		})
	}
	return reasons
}

// horizon refuses a window that begins before what the stream can still tell.
func (s *search) horizon(started time.Time) []notice.Notice {
	if s.window.Open() {
		return nil
	}
	earliest, why := s.before.CreatedAt, "was created"
	if kept := started.Add(-s.before.Retention); s.before.Retention > 0 && kept.After(earliest) {
		earliest, why = kept, "begins to hold records"
	}
	if !s.window.From.Before(earliest) {
		return nil
	}
	return []notice.Notice{{
		Code: notice.BeforeHorizon,
		Text: fmt.Sprintf("the window begins before the stream %s; the earliest that can be proved is %s", why, record.Timestamp{Time: earliest}.Words()),
	}}
}
